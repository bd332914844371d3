// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package leak holds the checks that a provider releases its resources: connections, files, memory and processes.
package leak

import (
	"context"
	"sync"
	"time"

	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/sdk/message"
)

// Checks returns the checks of this group.
func Checks(*suite.Facts) []suite.Check {
	all := []suite.Check{
		{
			ID: "leak/connections", Level: report.Core, Isolation: suite.Own, Run: connections,
			Requirement: "After 500 sends, with failures and cancellations among them, the provider has no more connections to the vendor than the channel may use, and none is busy.",
			Kills:       []string{"leaks-connections"},
		},
		{
			ID: "leak/fds", Level: report.Core, Isolation: suite.Own, Run: withProcfs(descriptors),
			Requirement: "The number of open file descriptors returns to what it was.",
			Kills:       []string{"leaks-descriptors"},
		},
		{
			ID: "leak/threads-memory", Level: report.Rec, Isolation: suite.Alone, Run: withProcfs(memory),
			Requirement: "Over 2,000 sends resident memory grows by less than 32 MiB and the number of threads by less than 24.",
			Kills:       []string{"leaks-memory"},
			Note:        "If the memory grows by more, the same is measured in a process whose runtime is told to collect its garbage early.",
		},
		{
			ID: "leak/temp-files", Level: report.Core, Run: tempFiles,
			Requirement: "No files are left in the folder for temporary files or in the home folder.",
			Kills:       []string{"leaks-temp-file"},
		},
		{
			ID: "leak/zombies", Level: report.Core, Isolation: suite.Own, Run: withProcfs(zombies),
			Requirement: "No child processes are left.",
			Kills:       []string{"leaves-a-child"},
		},
		{
			ID: "leak/cancelled-work", Level: report.Core, Isolation: suite.Own, Run: cancelledWork,
			Requirement: "200 cancelled sends leave no vendor request in progress.",
			Kills:       []string{"ignores-cancellation"},
		},
		{
			ID: "perf/baseline", Level: report.Info, Isolation: suite.Alone, Run: baseline,
			Requirement: "Latency and throughput with an instant vendor are reported.",
		},
	}
	for i := range all {
		all[i].Needs = suite.NeedsAnyKind
	}
	return suite.Slow(all...)
}

func sample(e *suite.Env) *message.Message { return e.Minimal(e.Facts().AnyKind()) }

const (
	// width is the number of concurrent sends.
	width = 50
	// mostOpen is how many connections so many sends may leave, whatever the channel may use. A client may open some more than it
	// needs, because another one becomes idle while it opens one.
	mostOpen = 64
)

// load makes n sends, width at a time. Every fourth one fails, and every eighth one is cancelled.
func load(ctx context.Context, e *suite.Env, n int, mixed bool) {
	queue := make(chan int)
	var wg sync.WaitGroup
	for range width {
		wg.Go(func() {
			for i := range queue {
				o := suite.SendOptions{}
				switch {
				case !mixed:
				case i%8 == 0:
					o.Timeout, o.Faults = 50*time.Millisecond, faults("hang")
				case i%8 == 2:
					o.Faults = faults("html(500)")
				case i%8 == 4:
					o.Faults = faults("html(502)")
				case i%8 == 6:
					o.Faults = faults("garbage")
				}
				e.Send(ctx, sample(e), o)
			}
		})
	}
	for i := range n {
		queue <- i
	}
	close(queue)
	wg.Wait()
}

func faults(text string) []emulator.Fault { return []emulator.Fault{emulator.MustFault(text)} }

// settle waits until no vendor request is under way.
func settle(ctx context.Context, e *suite.Env) {
	ctx, cancel := context.WithTimeout(ctx, 4*e.Grace())
	defer cancel()
	if err := e.Emulator().WaitConnections(ctx, func(_, busy int) bool { return busy == 0 }); err != nil {
		_, busy := e.Emulator().Connections()
		e.Failf("connections", "no vendor request is under way when all sends have ended", "%d are", busy)
	}
}

func connections(ctx context.Context, e *suite.Env) {
	e.Control(ctx)
	load(ctx, e, 500, true)
	settle(ctx, e)
	limit := min(max(e.Facts().Capabilities.MaxConcurrency, width), mostOpen)
	wait, cancel := context.WithTimeout(ctx, 4*e.Grace())
	defer cancel()
	if err := e.Emulator().WaitConnections(wait, func(open, _ int) bool { return open <= limit }); err != nil {
		open, _ := e.Emulator().Connections()
		e.Failf("connections", "not more than can be used at a time", "%d, where %d can be used", open, limit)
	}
	// If a provider does not read bodies to their end, connections cannot be reused, and every send opens a new one.
	e.Note("at most %d requests at a time", e.Emulator().PeakConnections())
}

func cancelledWork(ctx context.Context, e *suite.Env) {
	e.Control(ctx)
	var wg sync.WaitGroup
	for range 4 {
		for range width {
			wg.Go(func() {
				e.Send(ctx, sample(e), suite.SendOptions{Timeout: 60 * time.Millisecond, Faults: faults("hang")})
			})
		}
		wg.Wait()
	}
	settle(ctx, e)
	e.Control(ctx)
}

func baseline(ctx context.Context, e *suite.Env) {
	e.Control(ctx)
	var took []time.Duration
	for range 100 {
		took = append(took, e.Send(ctx, sample(e), suite.SendOptions{}).Elapsed)
	}
	start := time.Now()
	const n = 1000
	load(ctx, e, n, false)
	e.Note("median %s at one in flight, %.0f messages/s at %d in flight", median(took), n/time.Since(start).Seconds(), width)
}
