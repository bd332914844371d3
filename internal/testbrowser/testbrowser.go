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
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

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
	p := &Page{t: t, axe: b.axe, loaded: make(chan struct{}, 10)}
	tab, cancel := chromedp.NewContext(b.ctx, chromedp.WithListener(p.listen))
	t.Cleanup(cancel)
	ctx, stop := context.WithTimeout(tab, patience)
	t.Cleanup(stop)
	p.ctx = ctx
	p.Look(Views()[0])
	return p
}
