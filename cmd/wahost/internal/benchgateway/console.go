// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptrace"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// looks is how often each page is asked for, and searches how often a number is looked for.
	looks, searches = 40, 200
	// tabs is how many pages are open while the throughput is measured.
	tabs = 10
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

// openTabs measures what open pages cost the gateway while it takes messages.
func (b *bench) openTabs(ctx context.Context, g *gateway, v *visitor) error {
	var renewed atomic.Int64
	rate := func(ctx context.Context) (float64, error) {
		l, err := b.send(ctx, http.StatusOK, g.requests(time.Hour))
		if err != nil {
			return 0, err
		}
		return float64(b.messages) / l.elapsed.Seconds(), nil
	}
	with := func(ctx context.Context) (float64, error) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		var open sync.WaitGroup
		defer open.Wait()
		defer cancel()
		for range tabs {
			open.Go(func() { v.follow(ctx, &renewed) })
		}
		return rate(ctx)
	}
	rates, err := b.alternate(ctx, side{"without tabs", rate}, side{"without tabs, again", rate}, side{"with ten tabs", with})
	if err != nil {
		return err
	}
	b.print("accepts without a tab", rates[0], rates[1], "/s", 0)
	b.print("accepts with ten tabs, of those without", ratios(rates[2], rates[0]), ratios(rates[1], rates[0]), "x", 0.98, fmt.Sprintf("the tabs were renewed %d times", renewed.Load()))
	return nil
}

// renew asks for the overview as an open page does.
func (v *visitor) renew(ctx context.Context) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, v.console, nil)
	if err != nil {
		return err
	}
	r.Header.Set("Wahost-Live", "1")
	return v.do(r)
}

// tabsTime measures the processor time that open pages cost a gateway that does nothing else: while nothing happens, and while each page is
// renewed as often as it can be. Other programs on the machine change it less than they change a throughput.
func (b *bench) tabsTime(ctx context.Context, g *gateway, v *visitor) error {
	share := func(with func(ctx context.Context)) (float64, error) {
		ctx, cancel := context.WithTimeout(ctx, b.watched)
		defer cancel()
		begin, _ := g.used()
		with(ctx)
		<-ctx.Done()
		end, _ := g.used()
		return 100 * (end - begin).Seconds() / b.watched.Seconds() / float64(runtime.NumCPU()), context.Cause(ctx)
	}
	each := func(one func(ctx context.Context)) func(context.Context) {
		return func(ctx context.Context) {
			var open sync.WaitGroup
			for range tabs {
				open.Go(func() { one(ctx) })
			}
			open.Wait()
		}
	}
	var renewed atomic.Int64
	for _, x := range []struct {
		name string
		with func(context.Context)
	}{
		{"no tab", func(context.Context) {}},
		{"ten tabs, nothing happens", each(func(ctx context.Context) { v.follow(ctx, &renewed) })},
		{"ten tabs, something happens all the time", each(func(ctx context.Context) {
			ticker := time.NewTicker(3 * time.Second)
			defer ticker.Stop()
			for v.renew(ctx) == nil {
				select {
				case <-ctx.Done():
				case <-ticker.C:
				}
			}
		})},
	} {
		percent, err := share(x.with)
		if err != nil && !errors.Is(err, context.DeadlineExceeded) {
			return err
		}
		fmt.Fprintf(b.out, "%-44s %9.2f %% of the processors\n", x.name, percent)
	}
	return nil
}

// follow is an open overview: it is asked for again when the gateway says that something happened.
func (v *visitor) follow(ctx context.Context, renewed *atomic.Int64) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, v.console+"live", nil)
	if err != nil {
		return
	}
	answer, err := (&http.Client{Jar: v.client.Jar}).Do(r)
	if err != nil {
		return // the round is over
	}
	defer func() { _ = answer.Body.Close() }()
	for lines := bufio.NewReader(answer.Body); ; {
		line, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		if strings.HasPrefix(line, "data:") {
			if v.renew(ctx) == nil {
				renewed.Add(1)
			}
		}
	}
}
