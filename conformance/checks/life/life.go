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

// Checks returns the checks of this group.
func Checks(*suite.Facts) []suite.Check {
	return suite.Slow([]suite.Check{
		{
			ID: "life/graceful", Level: report.Core, Needs: suite.NeedsAnyKind, Isolation: suite.Own, Run: graceful,
			Requirement: "A stop lets sends in progress finish, abandons none that finishes within the grace, and then the process exits with code 0.",
			Kills:       []string{"exits-badly", "hangs-on-stop"},
		},
		{
			ID: "life/stop-idempotent", Level: report.Core, Isolation: suite.Own, Run: stopIdempotent,
			Requirement: "A stop may be requested twice, and before any configuration.",
			Kills:       []string{"hangs-on-stop"},
		},
		{
			ID: "life/send-after-stop", Level: report.Core, Needs: suite.NeedsAnyKind, Isolation: suite.Own, Run: sendAfterStop,
			Requirement: "A send after the stop is refused, and nothing is sent.",
			Kills:       []string{"hangs-on-stop"},
		},
		{
			ID: "life/sigterm", Level: report.Core, Needs: unix, Run: sigterm,
			Requirement: "After SIGTERM the process exits within 8 s.",
			Kills:       []string{"ignores-sigterm"},
		},
		{
			ID: "life/host-killed", Level: report.Core, Needs: unix, Run: hostKilled,
			Requirement: "A provider whose host was killed exits by itself within 8 s.",
			Kills:       []string{"survives-dead-host"},
		},
		{
			ID: "life/restart", Level: report.Core, Needs: suite.NeedsAnyKind, Isolation: suite.Own, Run: restart,
			Requirement: "After it was killed in the middle of a send, a provider starts again, works, and sends nothing a second time by itself.",
			Kills:       []string{"resends-after-restart"},
		},
		{
			ID: "life/crash-visible", Level: report.Core, Needs: suite.NeedsAnyKind, Isolation: suite.Own, Run: crashVisible,
			Requirement: "When the process dies, calls in progress end with a fault within twice the grace.",
			Kills:       []string{"serves-from-a-grandchild"},
		},
		{
			ID: "life/health", Level: report.Core, Isolation: suite.Own, Run: health,
			Requirement: "Health is reported within the grace and without vendor requests, and no channel is reported before it is open.",
			Kills:       []string{"hides-health"},
		},
		{
			ID: "life/start-time", Level: report.Rec, Isolation: suite.Alone, Run: startTime,
			Requirement: "The handshake comes within 2 s of the start.",
			Kills:       []string{"slow-start"},
		},
		{
			ID: "life/no-state-dependency", Level: report.Core, Needs: suite.NeedsAnyKind, Run: noState,
			Requirement: "The provider needs no files of an earlier run.",
			Kills:       []string{"needs-earlier-state"},
		},
	}...)
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
