// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/report"
)

// AtStart is the place of findings about a process of the provider that did not start.
const AtStart = "start"

// NoteAttached is the note of checks that cannot run on a provider which the suite did not start.
const NoteAttached = "attached: the check needs a process of its own, or looks at the process"

// Execution is one run of a check on a station.
type Execution struct {
	Runner Runner
	Check  Check
	// Number is the position of the check in the full catalogue. It keeps the recipients of checks apart.
	Number int
	// Try is 0 for the first run of a check and counts up when it is repeated.
	Try     int
	Station Station
	// Timeout is how long the check may take.
	Timeout time.Duration
}

// Result is what one run of a check found.
type Result struct {
	Status   report.Status
	Findings []report.Finding
	Note     string
	// Took is how long the check ran.
	Took time.Duration
	// Exchanges are the vendor requests that show what happened.
	Exchanges []emulator.Exchange
	// MayEnd is set if the check itself ended the process.
	MayEnd bool
	// Refused is set if the check wanted to call the provider and the runner did not make the call.
	Refused bool
	// Ran is set if the check began, even if it then skipped itself.
	Ran bool
}

// returnDelay is how long a check may take to return after its time is over, before its process is ended.
const returnDelay = 2 * time.Second

// Run runs the check until it returns, or until its time is over and its process has been ended.
func (x Execution) Run(parent context.Context) Result {
	ctx, cancel := context.WithTimeout(parent, x.Timeout)
	defer cancel()
	e := newEnv(x)
	start := time.Now()
	broken := make(chan string, 1)
	go func() {
		broken <- guard(func() { x.Check.Run(ctx, e) })
	}()
	timer := time.NewTimer(x.Timeout + returnDelay)
	defer timer.Stop()
	text, returned := "", true
	select {
	case text = <-broken:
	case <-timer.C:
		// The calls that the check waits for end with the process.
		x.Station.Process().Kill()
		select {
		case text = <-broken:
		case <-time.After(returnDelay):
			returned = false
		}
	}
	o := e.result(text)
	o.Took = time.Since(start)
	if !returned || ctx.Err() == context.DeadlineExceeded {
		o.Status = report.Timeout
		o.Findings = append(o.Findings, report.Finding{Expected: "the check ends within " + x.Timeout.String(), Actual: "it did not", At: "time"})
	}
	e.state.end()
	e.runner.Release(e.state.addresses())
	o.Exchanges = e.evidence()
	return o
}

// guard runs a function and returns the text of a panic, unless a check panicked in order to stop.
func guard(f func()) (text string) {
	defer func() {
		switch v := recover().(type) {
		case nil, stop:
		default:
			text = fmt.Sprintf("%v\n%s", v, debug.Stack())
		}
	}()
	f()
	return ""
}

func (e *Env) result(broken string) Result {
	e.state.mu.Lock()
	defer e.state.mu.Unlock()
	o := Result{Status: report.Pass, Findings: e.state.findings, Note: e.state.note, MayEnd: e.state.mayEnd, Ran: true}
	if o.Note == "" {
		o.Note = e.check.Note
	}
	switch {
	case e.state.refused != "":
		o.Status, o.Note, o.Findings, o.Refused = report.Blocked, e.state.refused, nil, true
	case broken != "":
		o.Status = report.Error
		o.Findings = append(o.Findings, report.Finding{Expected: "the check itself works", Actual: e.secrets().Mask(broken), At: "suite"})
	case len(o.Findings) > 0:
		o.Status = report.Fail
	case e.state.blocked != "":
		o.Status, o.Note = report.Blocked, e.state.blocked
	case e.state.skipped != "":
		o.Status, o.Note = report.Skipped, e.state.skipped
	case e.state.untested != "":
		o.Status, o.Note = report.NA, e.state.untested
	}
	return o
}

// keptExchanges is how many vendor requests are kept of a check that found a deviation. Of other checks the first
// request is kept.
const keptExchanges = 4

// evidence returns the vendor requests to keep for the report.
func (e *Env) evidence() []emulator.Exchange {
	e.state.mu.Lock()
	claimed, keep := e.state.claimed, 1
	if len(e.state.findings) > 0 {
		keep = keptExchanges
	}
	e.state.mu.Unlock()
	var out []emulator.Exchange
	for _, to := range claimed {
		out = append(out, e.runner.Exchanges(to)...)
		if len(out) >= keep {
			return out[:keep]
		}
	}
	return out
}
