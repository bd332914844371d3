// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"time"
)

// window is how many messages are under way where the vendor answers quickly.
const window = 64

// Delays of a vendor on the same continent and of one that is far away or slow.
const (
	nearVendor = 20 * time.Millisecond
	farVendor  = 200 * time.Millisecond
)

// compared is rounds of wahost and the yardsticks under the same load.
type compared struct {
	target                *target
	wahost                []sample
	direct, directAgain   []sample
	careful, carefulAgain []sample // nil if the careful client did not run
	carefulNetHTTP        []sample // the careful client over net/http; nil if it did not run
}

// yardsticks are the clients that run beside wahost. The direct client always does.
type yardsticks int

const (
	direct         yardsticks = iota
	careful                   // and the careful client
	carefulNetHTTP            // and the careful client over net/http
)

// compare sends through wahost and the yardsticks, n at a time. The direct and the careful client run twice in each round, for
// their controls. The caller closes the target.
func (b *bench) compare(ctx context.Context, scheme string, delay time.Duration, n int, beside yardsticks) (*compared, error) {
	h, err := b.startHost(ctx, scheme, delay)
	if err != nil {
		return nil, err
	}
	plain, closePlain := b.direct(scheme, delay)
	defer closePlain()
	sides := []side{
		asHost(inFlight("wahost", n, b.round, h.send)),
		inFlight("direct", n, b.round, plain),
		inFlight("direct again", n, b.round, plain),
	}
	for _, netHTTP := range []bool{false, true}[:beside] {
		client, closeClient, err := b.careful(scheme, delay, netHTTP)
		if err != nil {
			h.close()
			return nil, err
		}
		defer closeClient()
		if netHTTP {
			sides = append(sides, inFlight("careful over net/http", n, b.round, client))
		} else {
			sides = append(sides, inFlight("careful", n, b.round, client), inFlight("careful again", n, b.round, client))
		}
	}
	samples, err := b.alternate(ctx, h.family, sides...)
	if err != nil {
		h.close()
		return nil, err
	}
	c := &compared{target: h, wahost: samples[0], direct: samples[1], directAgain: samples[2]}
	if beside >= careful {
		c.careful, c.carefulAgain = samples[3], samples[4]
	}
	if beside >= carefulNetHTTP {
		c.carefulNetHTTP = samples[5]
	}
	return c, nil
}

// figures are the processor times behind a comparison.
func (c *compared) figures() []figure {
	const us = "µs"
	all := []figure{
		typical("host", us, c.wahost, sample.host), typical("provider", us, c.wahost, sample.provider), typical("vendor", us, c.wahost, sample.vendor),
		typical("direct", us, c.direct, sample.sender), typical("its vendor", us, c.direct, sample.vendor),
	}
	if len(c.careful) > 0 {
		all = append(all, typical("careful", us, c.careful, sample.sender))
	}
	return all
}

// rate is the row about throughput.
func (c *compared) rate(name string, g *goal) row {
	return newRow(name, "x", ratios(c.wahost, sample.perSecond, c.direct, sample.perSecond), ratios(c.directAgain, sample.perSecond, c.direct, sample.perSecond), g,
		typical("wahost", "/s", c.wahost, sample.perSecond), typical("direct", "/s", c.direct, sample.perSecond))
}

// memory is the row about the provider's memory. It has no control, since a peak is measured once.
func (c *compared) memory(name string, mostMB float64) row {
	return newRow(name, "MB", []float64{c.target.peakMemory()}, nil, atMost(mostMB))
}

// throughput measures a vendor that answers immediately.
func (b *bench) throughput(ctx context.Context) error {
	for _, scheme := range []string{"https", "http"} {
		c, err := b.compare(ctx, scheme, 0, window, carefulNetHTTP)
		if err != nil {
			return err
		}
		var most *goal
		if scheme == "https" {
			most = atMost(1.5)
		}
		rows := []row{newRow("processor time, host + provider / careful, "+scheme+", 64 at 0 ms", "x",
			ratios(c.wahost, sample.sender, c.careful, sample.sender), ratios(c.carefulAgain, sample.sender, c.careful, sample.sender), most, c.figures()...),
			newRow("the same / careful over net/http", "x", ratios(c.wahost, sample.sender, c.carefulNetHTTP, sample.sender), nil, nil,
				typical("careful over net/http", "µs", c.carefulNetHTTP, sample.sender)),
			c.rate("throughput / direct, "+scheme+", 64 at 0 ms", atLeast(0.90)),
		}
		if scheme == "https" {
			rows = append(rows, c.memory("memory of the provider, 64 at 0 ms", 40))
		}
		b.out.add(rows...)
		c.target.close()
	}
	return nil
}

// slow measures a vendor as it is on the Internet. Throughput is the same for all clients then, and processor time is not:
// few messages arrive at a time, so that each call of the provider carries few.
func (b *bench) slow(ctx context.Context) error {
	c, err := b.compare(ctx, "https", nearVendor, window, careful)
	if err != nil {
		return err
	}
	defer c.target.close()
	b.out.add(newRow("processor time, all / direct and its vendor, https, 64 at 20 ms", "x",
		ratios(c.wahost, sample.all, c.direct, sample.all), ratios(c.directAgain, sample.all, c.direct, sample.all), atMost(1.4), c.figures()...))
	return nil
}

// manyWaiting measures many messages that wait for a slow vendor.
func (b *bench) manyWaiting(ctx context.Context) error {
	c, err := b.compare(ctx, "https", farVendor, b.waiting, direct)
	if err != nil {
		return err
	}
	defer c.target.close()
	b.out.add(
		c.rate(fmt.Sprintf("throughput / direct, https, %d waiting at 200 ms", b.waiting), atLeast(0.85)),
		c.memory(fmt.Sprintf("memory of the provider, %d waiting at 200 ms", b.waiting), 200))
	return nil
}
