// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"time"
)

// latency measures what wahost adds to the time of a single message. The messages of the things that are compared
// alternate one by one.
func (b *bench) latency(ctx context.Context) error {
	h, err := b.startHost(ctx, "https", 0)
	if err != nil {
		return err
	}
	defer h.close()
	direct, closeDirect := b.direct("https", 0)
	defer closeDirect()
	echo, stopEcho, err := b.echo(ctx)
	if err != nil {
		return err
	}
	defer stopEcho()
	sides := []struct {
		name string
		send sender
	}{{"wahost", h.send}, {"direct", direct}, {"echo", echo}, {"wahost again", h.send}}
	var (
		multiples, controls []float64
		tails, tailControls []float64                       // the same of the 99th percentile
		pooled              = make([][]float64, len(sides)) // all rounds of a side
	)
	for round := range b.unmeasured + b.rounds {
		times := make([][]float64, len(sides))
		for i := range b.pings {
			for j := range sides {
				n := (i + j) % len(sides)
				begin := time.Now()
				if err := sides[n].send(ctx, i); err != nil {
					return fmt.Errorf("%s: %w", sides[n].name, err)
				}
				times[n] = append(times[n], float64(time.Since(begin))/float64(time.Microsecond))
			}
		}
		if round < b.unmeasured {
			continue
		}
		for n := range sides {
			pooled[n] = append(pooled[n], times[n]...)
		}
		wahost, plain, floor, again := median(times[0]), median(times[1]), median(times[2]), median(times[3])
		multiples = append(multiples, (wahost-plain)/floor)
		controls = append(controls, (again-plain)/(wahost-plain))
		tail := func(n int) float64 { return quantile(times[n], 0.99) }
		tails = append(tails, (tail(0)-tail(1))/tail(2))
		tailControls = append(tailControls, (tail(3)-tail(1))/(tail(0)-tail(1)))
	}
	var figures []figure
	for n, s := range sides[:3] {
		figures = append(figures, figure{s.name + " p50", median(pooled[n]), "µs"}, figure{"p99", quantile(pooled[n], 0.99), "µs"})
	}
	b.out.add(
		newRow("added latency p50 / gRPC echo, https, 1 at 0 ms", "x", multiples, controls, atMost(2.5), figures...),
		newRow("added latency p99 / that of the echo", "x", tails, tailControls, nil),
	)
	return nil
}
