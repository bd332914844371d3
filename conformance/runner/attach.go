// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package runner

import (
	"time"

	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/core/launch"
	"github.com/wahost/wahost/sdk/client"
)

const (
	// attachAgain is the argument in commands that repeat a check. It is a variable, because the address of a provider
	// changes with each start.
	attachAgain = `--attach "$` + client.EnvReattach + `"`
	// breakpointPatience multiplies all time limits for a provider that somebody may have stopped at a breakpoint.
	breakpointPatience = 60
)

// checkAttach returns an error if an option makes no sense for a provider that is already running.
func (o *Options) checkAttach() (err error) {
	switch {
	case o.Attach == "":
		return nil
	case o.Command != "":
		return usage("name either a binary or a running provider to attach to, not both")
	case o.Certify:
		return usage("a running provider cannot be certified: it is not known which binary it was started from")
	case o.KnownFailing != nil:
		return usage("known failures need a full run, and with a running provider some checks are skipped")
	case len(o.Env) > 0:
		return usage("a running provider already has its environment: set variables where you start the provider")
	}
	if o.attachment, err = launch.ParseAttachment(o.Attach); err != nil {
		return usage("cannot attach to a provider: %w", err)
	}
	// With one check at a time, only that check reaches a breakpoint.
	o.Parallel = 1
	return nil
}

// attached reports whether somebody else started the provider.
func (r *runner) attached() bool { return r.options.attachment != nil }

// patient returns a time limit multiplied by the patience of this run.
func (r *runner) patient(d time.Duration) time.Duration {
	return d * time.Duration(r.settings.Patience)
}

// processes returns how many processes shared checks run on.
func (r *runner) processes() int {
	if r.attached() {
		return 1
	}
	return sharedProcesses
}

// lost changes the result of a check to a crash if the provider can no longer be called. Checks of an attached provider
// run one at a time, so this check ended it.
func (s *station) lost(o suite.Result) suite.Result {
	if !s.ended(o) || o.Status == report.Timeout {
		return o
	}
	o.Status = report.Crash
	o.Findings = append(o.Findings, report.Finding{
		Expected: "the provider's process does not end", Actual: "its connection ended; its output is where you started it", At: "process",
	})
	return o
}
