// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

// tabs is how many pages are open while something is measured.
const tabs = 10

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
		opened, cancel := context.WithCancel(ctx)
		open, following := errgroup.WithContext(opened)
		for range tabs {
			open.Go(func() error { return v.follow(following, &renewed) })
		}
		r, err := rate(ctx)
		cancel()
		return r, errors.Join(err, open.Wait())
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
	share := func(with func(ctx context.Context) error) (float64, error) {
		ctx, cancel := context.WithTimeout(ctx, b.watched)
		defer cancel()
		begin, _ := g.used()
		if err := with(ctx); err != nil {
			return 0, err
		}
		<-ctx.Done()
		end, _ := g.used()
		return 100 * (end - begin).Seconds() / b.watched.Seconds() / float64(runtime.NumCPU()), nil
	}
	each := func(one func(ctx context.Context) error) func(context.Context) error {
		return func(ctx context.Context) error {
			open, ctx := errgroup.WithContext(ctx)
			for range tabs {
				open.Go(func() error { return one(ctx) })
			}
			return open.Wait()
		}
	}
	var renewed atomic.Int64
	for _, x := range []struct {
		name string
		with func(context.Context) error
	}{
		{"no tab", func(context.Context) error { return nil }},
		{"ten tabs, nothing happens", each(func(ctx context.Context) error { return v.follow(ctx, &renewed) })},
		{"ten tabs, something happens all the time", each(func(ctx context.Context) error {
			ticker := time.NewTicker(3 * time.Second)
			defer ticker.Stop()
			for {
				if err := v.renew(ctx); err != nil && ctx.Err() == nil {
					return err
				}
				select {
				case <-ctx.Done():
					return nil
				case <-ticker.C:
				}
			}
		})},
	} {
		percent, err := share(x.with)
		if err != nil {
			return err
		}
		fmt.Fprintf(b.out, "%-44s %9.2f %% of the processors\n", x.name, percent)
	}
	return nil
}

// follow is an open overview until the context ends: it is asked for again when the gateway says that something happened.
func (v *visitor) follow(ctx context.Context, renewed *atomic.Int64) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, v.console+"live", nil)
	if err != nil {
		return err
	}
	answer, err := (&http.Client{Jar: v.client.Jar}).Do(r)
	if err != nil {
		return over(ctx, err)
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answered %d", r.URL.Path, answer.StatusCode)
	}
	for lines := bufio.NewReader(answer.Body); ; {
		line, err := lines.ReadString('\n')
		if err != nil {
			return over(ctx, fmt.Errorf("an open page lost its stream: %w", err))
		}
		if strings.HasPrefix(line, "data:") {
			if err := v.renew(ctx); err != nil {
				return over(ctx, err)
			}
			renewed.Add(1)
		}
	}
}

// over returns the error, or nil if the context has ended, which ends all requests.
func over(ctx context.Context, err error) error {
	if ctx.Err() == nil {
		return err
	}
	return nil
}
