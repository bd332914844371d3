// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"time"

	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/core/launch"
	"github.com/wahost/wahost/sdk/client"
)

const (
	// attachedNote marks checks that cannot be run on a provider which runs already.
	attachedNote = "attached: the check needs a process of its own, or looks at the process"
	// attachAgain stands in commands that repeat a check: the address of a provider is another one each time.
	attachAgain = `--attach "$` + client.EnvReattach + `"`
	// breakpointPatience is how many times as long anything may take in a provider that somebody may have stopped at
	// a breakpoint.
	breakpointPatience = 60
)

// checkAttach refuses what makes no sense for a provider that runs already.
func (o *Options) checkAttach() (err error) {
	switch {
	case o.Attach == "":
		return nil
	case o.Command != "":
		return usage("a provider that runs already is attached to, so no binary can be named")
	case o.Certify:
		return usage("a provider that runs already cannot be certified: nothing says which bytes it was started from")
	case o.KnownFailing != nil:
		return usage("known failures are waived in full runs, and checks are skipped where a provider runs already")
	case len(o.Env) > 0:
		return usage("a provider that runs already has its environment: set it where you start the provider")
	}
	if o.attachment, err = launch.ParseAttachment(o.Attach); err != nil {
		return usage("no provider to attach to: %w", err)
	}
	// One check at a time: a breakpoint is then reached for one reason.
	o.Parallel = 1
	return nil
}

// attached says that the provider runs already and is somebody else's.
func (r *runner) attached() bool { return r.options.attachment != nil }

// patient gives the time that something may take.
func (r *runner) patient(d time.Duration) time.Duration {
	if r.attached() {
		return breakpointPatience * d
	}
	return d
}

// sharedStations is how many processes the lane Shared has.
func (r *runner) sharedStations() int {
	if r.attached() {
		return 1
	}
	return sharedStations
}

// needProcess ends a check as skipped where the process is not the suite's own. It must be called on the check's own
// goroutine.
func (e *Env) needProcess() {
	if !e.run.attached() {
		return
	}
	e.state.mu.Lock()
	e.state.foreign = true
	e.state.mu.Unlock()
	panic(stop{})
}

// lost adds to an outcome that the provider can no longer be called. It runs alone, so this check ended it.
func (s *station) lost(o checkResult) checkResult {
	if !s.ended(o) || o.status == report.Timeout {
		return o
	}
	o.status = report.Crash
	o.findings = append(o.findings, report.Finding{
		Expected: "the provider's process lives on", Actual: "its connection ended; its output is where you started it", At: "process",
	})
	return o
}
