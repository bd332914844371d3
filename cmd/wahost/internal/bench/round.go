// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"runtime"
	"time"
)

// side is one of the things that are compared.
type side struct {
	name string
	// run does it once, for one round, and returns how many messages or the like it handled.
	run func(ctx context.Context) (int, error)
}

// sample is one round of one side.
type sample struct {
	count   int
	elapsed time.Duration
	used    usage
}

// perSecond returns the rate of a round.
func (s sample) perSecond() float64 { return float64(s.count) / s.elapsed.Seconds() }

// Processor time for each message, in microseconds: of the host or client, of the provider, of the vendor, of host and
// provider, and of all of them.
func (s sample) host() float64     { return s.each(s.used.host) }
func (s sample) provider() float64 { return s.each(s.used.provider) }
func (s sample) vendor() float64   { return s.each(s.used.vendor) }
func (s sample) sender() float64   { return s.each(s.used.host + s.used.provider) }
func (s sample) all() float64      { return s.each(s.used.host + s.used.provider + s.used.vendor) }

func (s sample) each(d time.Duration) float64 {
	return float64(d) / float64(time.Microsecond) / float64(s.count)
}

// alternate runs the sides in turn and returns the rounds of each side. Another side begins each round, so that no side
// always runs after the same one.
func (b *bench) alternate(ctx context.Context, who family, sides ...side) ([][]sample, error) {
	samples := make([][]sample, len(sides))
	for round := range b.unmeasured + b.rounds {
		for i := range sides {
			n := (round + i) % len(sides)
			s, err := measure(ctx, who, sides[n])
			if err != nil {
				return nil, fmt.Errorf("%s: %w", sides[n].name, err)
			}
			if round >= b.unmeasured {
				samples[n] = append(samples[n], s)
			}
		}
	}
	return samples, nil
}

func measure(ctx context.Context, who family, what side) (s sample, err error) {
	runtime.GC() // what the previous side left is not this side's work
	before, err := who.used()
	if err != nil {
		return s, err
	}
	begin := time.Now()
	if s.count, err = what.run(ctx); err != nil {
		return s, err
	}
	s.elapsed = time.Since(begin)
	if err := ctx.Err(); err != nil {
		return s, err
	}
	after, err := who.used()
	s.used = after.minus(before)
	if err == nil && s.count == 0 {
		err = fmt.Errorf("nothing was handled in %v", s.elapsed)
	}
	return s, err
}

// values returns a value of each round.
func values(samples []sample, value func(sample) float64) []float64 {
	all := make([]float64, len(samples))
	for i, s := range samples {
		all[i] = value(s)
	}
	return all
}

// ratios returns, for each round, a value of one side divided by that of another. The rounds of a pair are close to each
// other in time.
func ratios(of []sample, value func(sample) float64, by []sample, other func(sample) float64) []float64 {
	all := make([]float64, len(of))
	for i := range of {
		all[i] = value(of[i]) / other(by[i])
	}
	return all
}

// typical is the figure for the median of a value.
func typical(name, unit string, samples []sample, value func(sample) float64) figure {
	return figure{name, median(values(samples, value)), unit}
}
