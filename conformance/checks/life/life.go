// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package life holds the checks of start, stop, crash and restart.
package life

import (
	"context"
	"runtime"

	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/sdk/message"
)

// Checks gives the checks for a provider.
func Checks(*suite.Facts) []suite.Check {
	return []suite.Check{
		{ID: "life/graceful", Level: report.Core, Isolation: suite.Own, Needs: suite.NeedsAnyKind, Run: graceful,
			Requirement: "a stop lets sends in flight finish, abandons none that finishes within the grace, and the process then exits with code 0"},
		{ID: "life/stop-idempotent", Level: report.Core, Isolation: suite.Own, Run: stopIdempotent,
			Requirement: "a stop may be asked for twice, and before any configuration"},
		{ID: "life/send-after-stop", Level: report.Core, Isolation: suite.Own, Needs: suite.NeedsAnyKind, Run: sendAfterStop,
			Requirement: "a send after the stop is refused, with nothing on the wire"},
		{ID: "life/sigterm", Level: report.Core, Needs: unix, Run: sigterm,
			Requirement: "on SIGTERM the process exits within 8 s"},
		{ID: "life/host-killed", Level: report.Core, Needs: unix, Run: hostKilled,
			Requirement: "a provider whose host was killed ends by itself within 8 s"},
		{ID: "life/restart", Level: report.Core, Isolation: suite.Own, Needs: suite.NeedsAnyKind, Run: restart,
			Requirement: "after it was killed in the middle of a send, a provider starts again, works, and sends nothing a second time by itself"},
		{ID: "life/crash-visible", Level: report.Core, Isolation: suite.Own, Needs: suite.NeedsAnyKind, Run: crashVisible,
			Requirement: "when the process dies, calls in flight end at once with a fault"},
		{ID: "life/health", Level: report.Core, Isolation: suite.Own, Run: health,
			Requirement: "health is told at once and without vendor requests, and no channel is reported before it is open"},
		{ID: "life/start-time", Level: report.Rec, Isolation: suite.Alone, Run: startTime,
			Requirement: "the handshake comes within 2 s of the start"},
		{ID: "life/no-state-dependency", Level: report.Core, Needs: suite.NeedsAnyKind, Run: noState,
			Requirement: "the provider needs no files from an earlier run"},
	}
}

// unix is a Check.Needs: signals and parents as Unix has them.
func unix(*suite.Facts) string {
	if runtime.GOOS == "windows" {
		return "a Unix system"
	}
	return ""
}

func sample(e *suite.Env) *message.Message { return e.Minimal(e.Facts().AnyKind()) }

// begin starts a send and waits until the vendor has its request, which it treats as the fault says.
func begin(ctx context.Context, e *suite.Env, fault string) <-chan suite.Sent {
	e.Control(ctx)
	sent := make(chan suite.Sent, 1)
	seen := e.Emulator().Counts().Requests
	m := sample(e)
	go func() {
		sent <- e.Send(ctx, m, suite.SendOptions{Faults: []emulator.Fault{emulator.MustFault(fault)}})
	}()
	wait, stop := context.WithTimeout(ctx, bound)
	defer stop()
	if err := e.Emulator().Wait(wait, seen+1); err != nil {
		e.Fatalf("wire", "a vendor request", "none within %s", bound)
	}
	return sent
}
