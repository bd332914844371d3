// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"time"
)

// matrix measures the loads that no goal is about: http and https, vendors of 0, 20 and 200 ms, and 1, 64 and many messages under
// way. It has fewer and shorter rounds than the rest.
func (b *bench) matrix(ctx context.Context) error {
	short := *b
	short.rounds, short.round = min(b.rounds, 3), min(b.round, time.Second)
	for _, scheme := range []string{"https", "http"} {
		for _, delay := range []time.Duration{0, nearVendor, farVendor} {
			for _, n := range []int{1, window, b.waiting} {
				if err := short.cell(ctx, scheme, delay, n); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// cell measures one load.
func (b *bench) cell(ctx context.Context, scheme string, delay time.Duration, n int) error {
	c, err := b.compare(ctx, scheme, delay, n, careful)
	if err != nil {
		return err
	}
	defer c.target.close()
	load := fmt.Sprintf("%s, %d at %d ms", scheme, n, delay.Milliseconds())
	b.out.add(
		newRow("processor time, host + provider / careful, "+load, "x",
			ratios(c.wahost, sample.sender, c.careful, sample.sender), ratios(c.carefulAgain, sample.sender, c.careful, sample.sender), nil, c.figures()...),
		newRow("processor time, all / direct and its vendor, "+load, "x",
			ratios(c.wahost, sample.all, c.direct, sample.all), ratios(c.directAgain, sample.all, c.direct, sample.all), nil),
		c.rate("throughput / direct, "+load, nil),
		newRow("memory of the provider, "+load, "MB", []float64{c.target.peakMemory()}, nil, nil),
	)
	return nil
}
