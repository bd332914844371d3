// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package testbrowser

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Page is an open page.
type Page struct {
	t   *testing.T
	ctx context.Context
	axe string
	// loaded has an entry for each page that was loaded.
	loaded chan struct{}

	mu     sync.Mutex
	errors []string
}

// Visit shows the page at a URL.
func (p *Page) Visit(url string) {
	p.t.Helper()
	p.Do(chromedp.Navigate(url))
}

// listen keeps what the browser writes on its console as an error or a warning.
func (p *Page) listen(ev any) {
	text := ""
	switch ev := ev.(type) {
	case *log.EventEntryAdded:
		if ev.Entry.Level == log.EntryLevelError || ev.Entry.Level == log.EntryLevelWarning {
			text = ev.Entry.Text + " " + ev.Entry.URL
		}
	case *runtime.EventExceptionThrown:
		text = ev.ExceptionDetails.Text
	case *page.EventLoadEventFired:
		select {
		case p.loaded <- struct{}{}:
		default:
		}
	}
	if text == "" {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.errors = append(p.errors, text)
}

// Errors returns what the browser wrote on its console as errors and warnings, of all pages that the tab showed.
func (p *Page) Errors() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.errors)
}

// Shot returns a picture of the whole page as PNG.
func (p *Page) Shot() []byte {
	p.t.Helper()
	raw, err := chromedp.Run(p.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		p.t.Fatal(err)
	}
	return raw
}

// Click clicks on the first element that a selector of CSS finds, and waits for the page that it leads to.
func (p *Page) Click(selector string) {
	p.t.Helper()
	for len(p.loaded) > 0 {
		<-p.loaded
	}
	p.Do(chromedp.Click(selector))
	p.Follow()
}

// Follow waits for the page that the one before leads to by itself.
func (p *Page) Follow() {
	p.t.Helper()
	select {
	case <-p.loaded:
	case <-p.ctx.Done():
		p.t.Fatal("no other page is loaded")
	}
}

// Wait waits until an expression of JavaScript is true.
func (p *Page) Wait(expression string) {
	p.t.Helper()
	if _, err := chromedp.Run(p.ctx, chromedp.Poll[bool](expression)); err != nil {
		p.t.Fatalf("%s: %v", expression, err)
	}
}

// Type writes a text into the element that a selector of CSS finds.
func (p *Page) Type(selector, text string) {
	p.t.Helper()
	p.Do(chromedp.SendKeys(selector, text))
}

// Look changes how the page is looked at.
func (p *Page) Look(v View) {
	p.t.Helper()
	scheme := "light"
	if v.Dark {
		scheme = "dark"
	}
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}}
	p.Do(chromedp.EmulateViewport(v.Width, height), func(ctx context.Context, target *chromedp.Target) (chromedp.Void, error) {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, media)
		return chromedp.Void{}, err
	})
}

// Do does something in the page.
func (p *Page) Do(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	if err := chromedp.Do(p.ctx, actions...); err != nil {
		p.t.Fatal(err)
	}
}

// Press presses keys, as package kb names them.
func (p *Page) Press(keys string) {
	p.t.Helper()
	p.Do(chromedp.KeyEvent(keys))
}

// Evaluate returns the value of an expression of JavaScript, which may be a promise.
func Evaluate[T any](p *Page, expression string) T {
	p.t.Helper()
	value, err := chromedp.Run(p.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatal(err)
	}
	return value
}

// Overflow returns how far the page is wider than its window, or "" if it is not.
func (p *Page) Overflow() string {
	p.t.Helper()
	if width, window := Evaluate[int](p, "document.documentElement.scrollWidth"), Evaluate[int](p, "innerWidth"); width > window {
		return fmt.Sprintf("the page is %d px wide in a window of %d px", width, window)
	}
	return ""
}

// Problems returns what axe-core finds in the page as it is shown.
func (p *Page) Problems() []string {
	p.t.Helper()
	var found []struct {
		ID, Help string
		Nodes    []struct{ HTML, FailureSummary string }
	}
	if !Evaluate[bool](p, "typeof axe !== 'undefined'") {
		Evaluate[bool](p, p.axe+"; true")
	}
	raw := Evaluate[string](p, `axe.run({resultTypes: ["violations"]}).then(r => JSON.stringify(r.violations))`)
	if err := json.Unmarshal([]byte(raw), &found); err != nil {
		p.t.Fatal(err)
	}
	var out []string
	for _, v := range found {
		for _, n := range v.Nodes {
			out = append(out, fmt.Sprintf("%s: %s: %.200s: %s", v.ID, v.Help, n.HTML, n.FailureSummary))
		}
	}
	return out
}
