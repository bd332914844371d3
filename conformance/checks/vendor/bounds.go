// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package vendor

import (
	"context"
	"runtime"
	"time"

	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/internal/procfs"
)

// maxGrowth is the largest increase of memory for an answer.
const maxGrowth = 64 << 20

// within plays a fault and limits the time and memory that it may take.
func within(ctx context.Context, e *suite.Env, fault string, timeout time.Duration) {
	before := procfs.PeakMemory(e.Process().PID())
	s := play(ctx, e, fault, timeout)
	if s.Accepted() || s.Rejected() != nil {
		e.Failf(fault, "unknown: the answer cannot be read", "%s", s)
	}
	if after := procfs.PeakMemory(e.Process().PID()); before > 0 && after-before > maxGrowth {
		e.Failf(fault, "at most 64 MB of memory for an answer", "%d MB", (after-before)>>20)
	}
	if s.Elapsed > timeout+e.Grace() {
		e.Failf(fault, "an answer by the deadline", "%s later", (s.Elapsed - timeout).Round(100*time.Millisecond))
	}
	if e.Process().Panicked() || !e.Process().Alive() {
		e.Fatalf("process", "alive, without a panic", "it is not")
	}
}

func hugeAnswer(ctx context.Context, e *suite.Env) {
	healthy(ctx, e)
	within(ctx, e, "huge(100)", 5*time.Second)
	within(ctx, e, "endless", 2*time.Second)
	healthy(ctx, e)
	needMemory(e)
}

func encoding(ctx context.Context, e *suite.Env) {
	healthy(ctx, e)
	within(ctx, e, "gzip_bad_crc", 5*time.Second)
	within(ctx, e, "gzip_bomb", 6*time.Second)
	healthy(ctx, e)
	needMemory(e)
}

// needMemory ends a check as skipped if the memory of a process cannot be read, so that its bound was not checked.
// Deviations that were found still count.
func needMemory(e *suite.Env) {
	if procfs.PeakMemory(e.Process().PID()) == 0 {
		e.Skipped("the memory of a process cannot be read on " + runtime.GOOS + ", so its bound was not checked")
	}
}

// http2 sends to the vendor over TLS, which offers HTTP/2.
func http2(ctx context.Context, e *suite.Env) {
	emu := e.StartEmulator(emulator.Options{TLS: emulator.CertValid})
	other := e.MustProcess(ctx, suite.StationOptions{Emulator: emu, Env: e.Trust(emu)})
	s := other.Send(ctx, e.Minimal(e.Facts().AnyKind()), suite.SendOptions{})
	if !s.Accepted() || len(s.Exchanges) == 0 {
		e.Blocked("control: a message over TLS with a trusted certificate is not accepted: %s", s)
	}
	e.Note("over TLS the provider speaks %s", s.Exchanges[0].Proto)
	s = play(ctx, other, "goaway", 0)
	if s.Deliveries > 1 || s.Accepted() && s.Deliveries == 0 {
		e.Failf("goaway", "one delivery where it is a success, and never two", "%s, %d deliveries", s, s.Deliveries)
	}
	if !s.Answered {
		e.Failf("goaway", "an outcome", "%s", s)
	}
	s = play(ctx, other, "deliver_then(goaway_processed)", 0)
	if !s.Unknown() || s.Deliveries != 1 {
		e.Failf("goaway of a request that was looked at", "unknown, after one delivery", "%s, %d deliveries", s, s.Deliveries)
	}
	healthy(ctx, other)
}
