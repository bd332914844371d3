// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// settings say how much is measured.
type settings struct {
	rounds     int           // of each thing that is compared
	unmeasured int           // rounds of each that come first and are not measured
	commands   int           // how often a command line is run
	round      time.Duration // how long one round of sending lasts
	recipients int           // of the broadcast
	waiting    int           // messages that wait at a slow vendor
	pings      int           // single messages in a round of latency
	noMatrix   bool          // leave out the matrix, unless it is named
	templates  int           // templates of the configuration that is validated; half and twice as many are measured too
}

var (
	full    = settings{rounds: 7, unmeasured: 1, commands: 15, round: 2 * time.Second, recipients: 100_000, waiting: 1000, pings: 500, templates: 2000}
	quickly = settings{rounds: 2, unmeasured: 1, commands: 3, round: 300 * time.Millisecond, recipients: 20_000, waiting: 1000, pings: 150, noMatrix: true, templates: 2000}
)

// bench is one run.
type bench struct {
	settings
	wahost, providers, configs string
	out                        report

	dir    string // temporary files of the run
	vendor *vendor
}

// measurement is a part of the run that can be chosen by name.
type measurement struct {
	name string
	run  func(*bench, context.Context) error
}

// measurements are run in this order.
var measurements = []measurement{
	{"throughput", (*bench).throughput},
	{"slow", (*bench).slow},
	{"waiting", (*bench).manyWaiting},
	{"latency", (*bench).latency},
	{"broadcast", (*bench).broadcast},
	{"route", (*bench).routes},
	{"validate", (*bench).validate},
	{"start", (*bench).start},
	{"parse", (*bench).parse},
	{"matrix", (*bench).matrix},
}

func names() []string {
	all := make([]string, 0, len(measurements))
	for _, m := range measurements {
		all = append(all, m.name)
	}
	return all
}

// choose returns the measurements whose names are in a list separated by commas. If the list is empty, it returns all, without the
// matrix if noMatrix is set.
func choose(only string, noMatrix bool) ([]measurement, error) {
	if only == "" {
		return slices.DeleteFunc(slices.Clone(measurements), func(m measurement) bool { return noMatrix && m.name == "matrix" }), nil
	}
	var chosen []measurement
	for name := range strings.SplitSeq(only, ",") {
		i := slices.IndexFunc(measurements, func(m measurement) bool { return m.name == strings.TrimSpace(name) })
		if i < 0 {
			return nil, fmt.Errorf("-only: there is no measurement %q; there are %s", name, strings.Join(names(), ", "))
		}
		chosen = append(chosen, measurements[i])
	}
	return chosen, nil
}

// run measures what was chosen and reports it.
func (b *bench) run(ctx context.Context, chosen []measurement) (err error) {
	if b.rounds < 1 || b.round <= 0 || b.recipients < 10 {
		return usageError{fmt.Errorf("at least 1 round, a round longer than 0 and 10 recipients are needed")}
	}
	for _, path := range []*string{&b.wahost, &b.providers, &b.configs} {
		if *path, err = filepath.Abs(*path); err != nil {
			return err
		}
		if _, err := os.Stat(*path); err != nil {
			return fmt.Errorf("%w; make build creates the programs", err)
		}
	}
	if b.dir, err = os.MkdirTemp("", "wahost-bench-"); err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(b.dir) }()
	if b.vendor, err = startVendor(ctx, b.dir); err != nil {
		return err
	}
	defer b.vendor.stop()
	b.out.begin(b.settings)
	for _, m := range chosen {
		if err := m.run(b, ctx); err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
	}
	return b.out.end()
}
