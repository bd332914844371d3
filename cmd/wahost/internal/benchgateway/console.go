// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strings"
	"time"
)

const (
	// looks is how often each page is asked for, and searches how often a number is looked for.
	looks, searches = 40, 200
)

// consolePages are the pages that are asked for.
var consolePages = []string{
	"", "messages", "messages?state=dead", "attention", "campaigns", "routes", "channels", "templates", "webhooks", "suppressions", "keys", "audit",
}

// visitor is somebody at the console.
type visitor struct {
	client  *http.Client
	console string
}

// console measures the console of a gateway whose store has many messages: how long until the first byte of each page and of a search by
// number, and what open tabs cost.
func (b *bench) console(ctx context.Context) error {
	begun := time.Now()
	g, err := b.startGatewayOn(ctx, false, b.store, func(dir string) error { return fill(ctx, dir, b.store, b.filled) })
	if err != nil {
		return err
	}
	defer g.stop()
	fmt.Fprintf(b.out, "a store with %d messages, filled if it was empty and opened in %s\n", b.filled, time.Since(begun).Round(time.Second))
	v, err := g.visit(ctx)
	if err != nil {
		return err
	}
	for _, page := range consolePages {
		if err := b.firstBytes(ctx, v, "/"+page, looks, 150*time.Millisecond, func(int) string { return page }); err != nil {
			return err
		}
	}
	search := func(int) string {
		return "messages?" + url.Values{"q": {recipientOf(rand.IntN(min(b.filled, 100_000)))}}.Encode()
	}
	if err := b.firstBytes(ctx, v, "search by number", searches, 50*time.Millisecond, search); err != nil {
		return err
	}
	if err := b.tabsTime(ctx, g, v); err != nil {
		return err
	}
	return b.openTabs(ctx, g, v)
}

// visit logs in.
func (g *gateway) visit(ctx context.Context) (*visitor, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	v := &visitor{&http.Client{Jar: jar, Timeout: patience}, g.admin + "/console/"}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, v.console+"login", strings.NewReader(url.Values{"key": {g.token.Reveal()}}.Encode()))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return v, v.do(r)
}

// get asks for a page and returns how long its first byte took.
func (v *visitor) get(ctx context.Context, page string) (first time.Duration, err error) {
	var began time.Time
	trace := &httptrace.ClientTrace{GotFirstResponseByte: func() { first = time.Since(began) }}
	r, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, trace), http.MethodGet, v.console+page, nil)
	if err != nil {
		return 0, err
	}
	began = time.Now()
	return first, v.do(r)
}

// do makes a request whose answer must be that of a page.
func (v *visitor) do(r *http.Request) error {
	answer, err := v.client.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s answered %d: %s", r.URL.Path, answer.StatusCode, text)
	}
	return err
}

// firstBytes asks for pages and prints how long their first bytes took.
func (b *bench) firstBytes(ctx context.Context, v *visitor, name string, times int, goal time.Duration, page func(int) string) error {
	var took []time.Duration
	for i := range times {
		d, err := v.get(ctx, page(i))
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		took = append(took, d)
	}
	slices.Sort(took)
	p95 := took[len(took)*95/100]
	verdict := "met"
	if p95 > goal {
		verdict = "NOT MET"
	}
	ms := func(d time.Duration) string { return fmt.Sprintf("%.1f", float64(d.Microseconds())/1000) }
	fmt.Fprintf(b.out, "%-28s first byte: half within %7s ms, 95 %% within %7s ms  goal %s ms: %s\n", name, ms(took[len(took)/2]), ms(p95), ms(goal), verdict)
	return nil
}
