// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package testbrowser opens pages in a real browser, for tests: with the width of a telephone or of a desk, in bright and
// in dark surroundings, and with axe-core, which finds what keeps people from using a page.
//
// A machine need not have a browser. Then the tests are skipped, unless the environment variable WAHOST_TEST_BROWSER is
// "required", as in the gate.
package testbrowser

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

const (
	// EnvRequired is the environment variable that makes the absence of a browser or of axe-core an error.
	EnvRequired = "WAHOST_TEST_BROWSER"
	// EnvAxe is the environment variable with the path of axe.min.js, from the package axe-core of npm.
	EnvAxe = "WAHOST_TEST_AXE"
)

// height is the height of the window in pixels.
const height = 844

// patience is how long a page may take. It bounds a hang.
const patience = 3 * time.Minute

// Browser is a running browser.
type Browser struct {
	ctx context.Context
	axe string
}

// Start starts a browser that ends with the test. Without a browser it skips the test, or fails it if one is required.
func Start(t *testing.T) *Browser {
	t.Helper()
	missing := t.Skipf
	if os.Getenv(EnvRequired) == "required" {
		missing = t.Fatalf
	}
	program := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			program = path
			break
		}
	}
	if program == "" {
		missing("no browser: install chromium to run this test")
	}
	path := os.Getenv(EnvAxe)
	if path == "" {
		missing("%s is not set: it names axe.min.js of the npm package axe-core", EnvAxe)
	}
	source, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%s: %v", EnvAxe, err)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.WSURLReadTimeout(patience))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(func() {
		_ = chromedp.Cancel(ctx)
		cancel()
		stop()
	})
	if err := chromedp.Do(ctx, chromedp.Navigate("about:blank")); err != nil {
		t.Fatalf("the browser does not start: %v", err)
	}
	return &Browser{ctx, string(source)}
}

// View is how a page is looked at.
type View struct {
	Width int64
	Dark  bool
}

// Views returns the views that every page must be good in.
func Views() []View { return []View{{390, false}, {390, true}, {1280, false}, {1280, true}} }

// String returns the view in words.
func (v View) String() string {
	if v.Dark {
		return fmt.Sprintf("%d px, dark", v.Width)
	}
	return fmt.Sprintf("%d px, bright", v.Width)
}

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

// Open shows a page in a tab of its own, in the first of Views.
func (b *Browser) Open(t *testing.T, html []byte) *Page {
	t.Helper()
	path := filepath.Join(t.TempDir(), "page.html")
	if err := os.WriteFile(path, html, 0o600); err != nil {
		t.Fatal(err)
	}
	p := b.Tab(t)
	p.Visit((&url.URL{Scheme: "file", Path: path}).String())
	return p
}

// Tab opens a tab without a page, in the first of Views.
func (b *Browser) Tab(t *testing.T) *Page {
	t.Helper()
	p := &Page{t: t, axe: b.axe, loaded: make(chan struct{}, 1)}
	tab, cancel := chromedp.NewContext(b.ctx, chromedp.WithListener(p.listen))
	t.Cleanup(cancel)
	ctx, stop := context.WithTimeout(tab, patience)
	t.Cleanup(stop)
	p.ctx = ctx
	p.Look(Views()[0])
	return p
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
	select {
	case <-p.loaded:
	case <-p.ctx.Done():
		p.t.Fatalf("a click on %s leads to no page", selector)
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
