// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Command bench measures wahost against the goals of its design. Each goal is compared with a yardstick in the same run:
// rounds alternate, and medians are reported. Machines are noisy, so only the ratios are meaningful.
package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime/pprof"
	"slices"
	"time"
)

type bench struct {
	wahost, providers string
	round             time.Duration
	rounds            int
	recipients        int
	profile           string
	only              string
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == "vendor" {
		playVendor()
		return
	}
	b := &bench{}
	flag.StringVar(&b.wahost, "wahost", "bin/wahost", "the wahost binary")
	flag.StringVar(&b.providers, "providers", "bin/providers", "the folder of the providers")
	flag.DurationVar(&b.round, "round", 2*time.Second, "length of a round of throughput")
	flag.IntVar(&b.rounds, "rounds", 5, "rounds of each")
	flag.IntVar(&b.recipients, "recipients", 100_000, "recipients of the broadcast")
	flag.StringVar(&b.only, "only", "", "measure only this: throughput, latency, broadcast, route or validate")
	flag.StringVar(&b.profile, "profile", "", "file for a CPU profile of the host's side of it all")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := b.run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func (b *bench) run(ctx context.Context) error {
	if b.profile != "" {
		f, err := os.Create(b.profile)
		if err != nil {
			return err
		}
		defer func() { _ = f.Close() }()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	fmt.Printf("%d rounds of %v each, alternating; medians\n\n", b.rounds, b.round)
	v, err := startVendor(ctx)
	if err != nil {
		return err
	}
	defer v.stop()
	h, err := startHost(ctx, b.providers, v.url)
	if err != nil {
		return err
	}
	defer h.close()
	measured := false
	for _, part := range []struct {
		name string
		run  func() error
	}{
		{"throughput", func() error { return b.throughput(ctx, v, h) }},
		{"latency", func() error { return b.latency(ctx, v, h) }},
		{"broadcast", func() error { return b.broadcast(ctx, v, h) }},
		{"route", b.routes},
		{"validate", func() error { return b.validate(ctx) }},
	} {
		if b.only != "" && b.only != part.name {
			continue
		}
		measured = true
		if err := part.run(); err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
	}
	if !measured {
		return fmt.Errorf("-only %s: there is no such measurement", b.only)
	}
	return nil
}

// verdict prints one line of the result.
func verdict(what, measured, goal string, met bool) {
	word := "met"
	if !met {
		word = "NOT MET"
	}
	fmt.Printf("%-64s %-34s goal %-12s %s\n", what, measured, goal, word)
}

func median[T ~int64 | ~float64](values []T) T {
	slices.Sort(values)
	return values[len(values)/2]
}

func (b *bench) throughput(ctx context.Context, v *vendor, h *target) error {
	var direct, through []float64
	for range b.rounds {
		d, err := inFlight(ctx, 64, b.round, v.direct)
		if err != nil {
			return err
		}
		t, err := inFlight(ctx, 64, b.round, h.send)
		if err != nil {
			return err
		}
		direct, through = append(direct, d), append(through, t)
	}
	d, t := median(direct), median(through)
	verdict("host + provider + HTTP against direct HTTP, 64 in flight", fmt.Sprintf("%.2f (%.0f/s of %.0f/s)", t/d, t, d), ">= 0.80", t/d >= 0.80)
	return nil
}

func (b *bench) latency(ctx context.Context, v *vendor, h *target) error {
	const each = 500
	var direct, through []time.Duration
	for range b.rounds {
		for range each {
			for _, side := range []struct {
				send func(context.Context, int) error
				into *[]time.Duration
			}{{v.direct, &direct}, {h.send, &through}} {
				begin := time.Now()
				if err := side.send(ctx, 0); err != nil {
					return err
				}
				*side.into = append(*side.into, time.Since(begin))
			}
		}
	}
	d, t := median(direct), median(through)
	added := t - d
	verdict("latency added by the process boundary, 1 in flight", fmt.Sprintf("%v (%v against %v)", added.Round(time.Microsecond), t.Round(time.Microsecond), d.Round(time.Microsecond)),
		"<= 150µs", added <= 150*time.Microsecond)
	return nil
}

func (b *bench) broadcast(ctx context.Context, v *vendor, h *target) error {
	var direct, single, grouped []float64
	recipients := phones(b.recipients)
	for range min(b.rounds, 3) {
		for _, side := range []struct {
			run  func() error
			into *[]float64
		}{
			{func() error { return h.broadcast(ctx, recipients, true) }, &grouped},
			{func() error { return h.broadcast(ctx, recipients, false) }, &single},
			{func() error { return v.each(ctx, b.recipients) }, &direct},
		} {
			begin := time.Now()
			if err := side.run(); err != nil {
				return err
			}
			*side.into = append(*side.into, float64(b.recipients)/time.Since(begin).Seconds())
		}
	}
	d, s, g := median(direct), median(single), median(grouped)
	verdict(fmt.Sprintf("%d recipients of one template against one request each", b.recipients), fmt.Sprintf("%.0f x (%.0f/s of %.0f/s)", g/s, g, s), ">= 50 x", g/s >= 50)
	fmt.Printf("    the same against one direct HTTP request each, without wahost: %.0f x (%.0f/s)\n", g/d, d)
	return b.slowBroadcast(ctx, v)
}

// slowBroadcast repeats the broadcast with a vendor that answers as slowly as real ones do. The time then depends on the
// number of requests, and not only on the processor time for each recipient.
func (b *bench) slowBroadcast(ctx context.Context, v *vendor) error {
	h, err := startHost(ctx, b.providers, v.url+"/slow")
	if err != nil {
		return err
	}
	defer h.close()
	recipients := phones(b.recipients)
	begin := time.Now()
	if err := h.broadcast(ctx, recipients, true); err != nil {
		return err
	}
	grouped := time.Since(begin)
	begin = time.Now()
	if err := h.broadcast(ctx, recipients, false); err != nil {
		return err
	}
	single := time.Since(begin)
	ratio := float64(single) / float64(grouped)
	verdict(fmt.Sprintf("the same, and the vendor answers after %v", slowVendor),
		fmt.Sprintf("%.0f x (%v against %v)", ratio, grouped.Round(time.Millisecond), single.Round(time.Millisecond)), ">= 50 x", ratio >= 50)
	return nil
}

func (b *bench) validate(ctx context.Context) error {
	dir, err := filepath.Abs("configs/quickstart")
	if err != nil {
		return err
	}
	var times []time.Duration
	for range max(b.rounds*2, 5) {
		cmd := exec.CommandContext(ctx, b.wahost, "--config", dir, "validate")
		cmd.Env = append(os.Environ(), "WAHOST_PROVIDER_DIR="+absolute(b.providers), "WAHOST_VAR_innopaas_app_key=key", "WAHOST_VAR_innopaas_authorization=token",
			"WAHOST_VAR_innopaas_mmlite_send_path=/x", "WAHOST_VAR_pushwoosh_auth=token")
		var out bytes.Buffer
		cmd.Stdout, cmd.Stderr = &out, &out
		begin := time.Now()
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("validate: %w\n%s", err, out.String())
		}
		times = append(times, time.Since(begin))
	}
	m := median(times)
	verdict("wahost validate of three providers, cold", m.Round(time.Millisecond).String(), "<= 250ms", m <= 250*time.Millisecond)
	return nil
}

func absolute(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	return abs
}
