// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/wahost/wahost/internal/procfs"
)

// patience bounds one round.
const patience = 5 * time.Minute

// bench measures.
type bench struct {
	settings
	out    io.Writer
	dir    string
	vendor *vendor
	// sent is how many messages were sent so far, which numbers them.
	sent atomic.Int64
	// own is the processor time that this process used for each side of the last measurement, by name.
	own map[string]time.Duration
}

// side is one of the things that alternate in the rounds. run does it once, and returns how many messages it handled per second.
type side struct {
	name string
	run  func(ctx context.Context) (float64, error)
}

// alternate runs the sides in turn, and returns the rates of each. One more round before them is not counted.
func (b *bench) alternate(ctx context.Context, sides ...side) ([][]float64, error) {
	rates := make([][]float64, len(sides))
	b.own = map[string]time.Duration{}
	for round := range b.rounds + 1 {
		for i := range sides {
			n := (round + i) % len(sides)
			ctx, cancel := context.WithTimeout(ctx, patience)
			before := procfs.ProcessorTime(os.Getpid())
			rate, err := sides[n].run(ctx)
			b.own[sides[n].name] += procfs.ProcessorTime(os.Getpid()) - before
			cancel()
			if err != nil {
				return nil, fmt.Errorf("%s: %w", sides[n].name, err)
			}
			if round > 0 {
				rates[n] = append(rates[n], rate)
			}
		}
	}
	return rates, nil
}

// median returns the middle of values.
func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// ratios returns the quotients of each round.
func ratios(a, b []float64) []float64 {
	all := make([]float64, len(a))
	for i := range a {
		all[i] = a[i] / b[i]
	}
	return all
}

// print prints a result: the median, and the control of the rounds. A goal of 0 is not a goal.
func (b *bench) print(name string, first, second []float64, unit string, goal float64, notes ...string) {
	control := ratios(first, second)
	verdict := ""
	if measured := median(first); goal > 0 {
		verdict = fmt.Sprintf("goal %g: met", goal)
		if measured < goal {
			verdict = fmt.Sprintf("goal %g: NOT MET", goal)
		}
	}
	fmt.Fprintf(b.out, "%-44s %9.4g %-4s A/A %.2f-%.2f  %s\n", name, median(first), unit, slices.Min(control), slices.Max(control), verdict)
	if len(notes) > 0 {
		fmt.Fprintf(b.out, "    %s\n", strings.Join(notes, ", "))
	}
}

// measurements are what can be measured, in order.
var measurements = []struct {
	name    string
	measure func(*bench, context.Context) error
}{
	{"accepts", (*bench).accepts},
	{"delivered", func(b *bench, ctx context.Context) error { return b.delivered(ctx, 0, 3000) }},
	{"slow", func(b *bench, ctx context.Context) error { return b.delivered(ctx, 50*time.Millisecond, 2500) }},
	{"lives", (*bench).lives},
}

func names() (all []string) {
	for _, m := range measurements {
		all = append(all, m.name)
	}
	return all
}

// all measures everything but the long run, or what -only names.
func (b *bench) all(ctx context.Context) error {
	for _, m := range measurements {
		if b.only != "" && b.only != m.name {
			continue
		}
		if err := m.measure(b, ctx); err != nil {
			return err
		}
	}
	return nil
}

// accepts measures how many messages are accepted that are to be sent much later, so that the gateway does nothing else.
func (b *bench) accepts(ctx context.Context) error {
	g, err := b.startGateway(ctx, false)
	if err != nil {
		return err
	}
	defer g.stop()
	var slowest []float64
	one := side{"accepts", func(ctx context.Context) (float64, error) {
		l, err := b.send(ctx, http.StatusOK, g.requests(time.Hour))
		if err != nil {
			return 0, err
		}
		slowest = append(slowest, float64(l.quantile(0.99))/float64(time.Millisecond))
		return float64(b.messages) / l.elapsed.Seconds(), nil
	}}
	rates, err := b.alternate(ctx, one, one)
	if err != nil {
		return err
	}
	b.print("durable accepts", rates[0], rates[1], "/s", 5000, fmt.Sprintf("99 %% within %.1f ms (median of the rounds; goal 50)", median(slowest)), b.cost(g, one.name))
	return nil
}

// cost describes what a message cost the gateway, its provider, and this process, which is everybody else. The side with the name has run
// twice in each round.
func (b *bench) cost(g *gateway, name string) string {
	host, provider := g.used()
	hostMB, providerMB := g.memory()
	return fmt.Sprintf("gateway %.0f µs and %.0f MB, provider %.0f µs and %.0f MB, clients, vendor and application %.0f µs",
		b.each(host, 2), hostMB, b.each(provider, 2), providerMB, b.each(b.own[name], 2))
}

// each returns the microseconds for each message of a side that has run a number of times in each round.
func (b *bench) each(d time.Duration, times int) float64 {
	return float64(d) / float64(time.Microsecond) / float64(b.messages*times*(b.rounds+1))
}

// through returns a side that sends messages, and waits until the counter has them all.
func (b *bench) through(name string, c *counter, each, status int, r requester) side {
	return side{name, func(ctx context.Context) (float64, error) {
		want := c.now() + each*b.messages
		begin := time.Now()
		if _, err := b.send(ctx, status, r); err != nil {
			return 0, err
		}
		if err := c.await(ctx, want); err != nil {
			return 0, err
		}
		return float64(b.messages) / time.Since(begin).Seconds(), nil
	}}
}

// delivered measures how many messages reach a vendor that answers after a time, beside Kannel.
func (b *bench) delivered(ctx context.Context, delay time.Duration, goal float64) error {
	none := ""
	b.vendor.hook.Store(&none)
	b.vendor.delay.Store(int64(delay))
	g, err := b.startGateway(ctx, false)
	if err != nil {
		return err
	}
	defer g.stop()
	one := b.through("wahost", b.vendor.sends, 1, http.StatusOK, g.requests(0))
	sides := []side{one, one}
	k, err := b.startKannel(ctx)
	switch {
	case err != nil:
		return err
	case k != nil:
		defer k.stop()
		sides = append(sides, b.through("Kannel", b.vendor.sends, 1, http.StatusAccepted, k.request))
	default:
		fmt.Fprintln(b.out, "(Kannel is not measured: bearerbox is not installed)")
	}
	rates, err := b.alternate(ctx, sides...)
	if err != nil {
		return err
	}
	what := fmt.Sprintf("delivered, vendor of %d ms", delay.Milliseconds())
	b.print(what, rates[0], rates[1], "/s", goal, b.cost(g, one.name))
	if k != nil {
		b.print("  of that of Kannel, in the same round", ratios(rates[0], rates[2]), ratios(rates[1], rates[2]), "x", 1.5, fmt.Sprintf("Kannel %.4g/s, clients and vendor %.0f µs", median(rates[2]), b.each(b.own["Kannel"], 1)))
	}
	return nil
}

// lives measures messages of which the vendor tells three statuses, and the application is told them.
func (b *bench) lives(ctx context.Context) error {
	b.vendor.delay.Store(0)
	g, err := b.startGateway(ctx, true)
	if err != nil {
		return err
	}
	defer g.stop()
	hook := g.url + g.hook
	b.vendor.hook.Store(&hook)
	one := b.through("lives", b.vendor.told, len(lifeStatuses), http.StatusOK, g.requests(0))
	rates, err := b.alternate(ctx, one, one)
	if err != nil {
		return errors.Join(err, fmt.Errorf("%d statuses were refused", b.vendor.failures.Load()))
	}
	b.print("whole lives, three statuses in and out", rates[0], rates[1], "/s", 2000, b.cost(g, one.name))
	return nil
}
