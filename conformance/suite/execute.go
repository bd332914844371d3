// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"context"
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/report"
)

// checkResult is what one run of a check found.
type checkResult struct {
	status    report.Status
	findings  []report.Finding
	note      string
	took      time.Duration
	exchanges []emulator.Exchange
	// mayEnd: the check ended the process itself.
	mayEnd bool
	// unasked: the check wanted to call the provider and did not.
	unasked bool
	// ran: the check began, also where it was skipped then.
	ran bool
}

// lateness is what a check gets to return when its time is over, before its process is ended under it.
const lateness = 2 * time.Second

// runCheck runs a check to its end, whatever it does.
func (r *runner) runCheck(p planned, s *station, try int, timeout time.Duration) checkResult {
	ctx, cancel := context.WithTimeout(r.ctx, timeout)
	defer cancel()
	e := newEnv(r, p, s, try)
	start := time.Now()
	broken := make(chan string, 1)
	go func() {
		broken <- guard(func() { p.check.Run(ctx, e) })
	}()
	timer := time.NewTimer(timeout + lateness)
	defer timer.Stop()
	text, returned := "", true
	select {
	case text = <-broken:
	case <-timer.C:
		// The calls that it waits for end with the process.
		s.proc.Kill()
		select {
		case text = <-broken:
		case <-time.After(lateness):
			returned = false
		}
	}
	o := e.result(text)
	o.took = time.Since(start)
	if !returned || ctx.Err() == context.DeadlineExceeded {
		o.status = report.Timeout
		o.findings = append(o.findings, report.Finding{Expected: "the check ends within " + timeout.String(), Actual: "it did not", At: "time"})
	}
	e.state.end()
	o.exchanges = e.evidence()
	return o
}

// deathRattle is how long after its last answer the end of a process may show.
const deathRattle = 250 * time.Millisecond

// ended reports whether the process ended during a check. Calls fail before the end itself shows, so after a check
// that did not pass it is waited for.
func (s *station) ended(o checkResult) bool {
	if o.status == report.Pass || o.unasked {
		return !s.alive()
	}
	timer := time.NewTimer(deathRattle)
	defer timer.Stop()
	select {
	case <-s.proc.Done():
		return true
	case <-timer.C:
		return false
	}
}

// guard runs a function and gives the text of a panic that is not a check's own way to stop.
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

func (e *Env) result(broken string) checkResult {
	e.state.mu.Lock()
	defer e.state.mu.Unlock()
	o := checkResult{status: report.Pass, findings: e.state.findings, note: e.state.note, mayEnd: e.state.mayEnd, ran: true}
	if o.note == "" {
		o.note = e.check.Note
	}
	switch {
	case e.state.unasked != "":
		o.status, o.note, o.findings, o.unasked = report.Blocked, e.state.unasked, nil, true
	case broken != "":
		o.status = report.Error
		o.findings = append(o.findings, report.Finding{Expected: "the check itself works", Actual: e.run.secrets.mask(broken), At: "suite"})
	case len(o.findings) > 0:
		o.status = report.Fail
	case e.state.blocked != "":
		o.status, o.note = report.Blocked, e.state.blocked
	case e.state.foreign:
		o.status, o.note = report.Skipped, attachedNote
	}
	return o
}

// keptExchanges is how many vendor requests are kept of a check that deviates; of others the first one is.
const keptExchanges = 4

// evidence gives the vendor requests that tell about the check.
func (e *Env) evidence() []emulator.Exchange {
	e.state.mu.Lock()
	claimed, keep := e.state.claimed, 1
	if len(e.state.findings) > 0 {
		keep = keptExchanges
	}
	e.state.mu.Unlock()
	var out []emulator.Exchange
	for _, to := range claimed {
		out = append(out, e.run.ledger.of(to)...)
		if len(out) >= keep {
			return out[:keep]
		}
	}
	return out
}

// lastWords says how a process ended.
func (s *station) lastWords() report.Finding {
	lines := s.proc.LastOutput()
	text := strings.Join(lines[max(0, len(lines)-8):], "\n")
	if text == "" {
		text = "it wrote nothing to standard error"
	}
	return report.Finding{Expected: "the provider's process lives on", Actual: "it ended; its last output: " + s.run.secrets.mask(text), At: "process"}
}

// attach puts the exchanges into the report, numbered in the order of the checks' ids.
func attach(rep *report.Report, evidence map[string][]emulator.Exchange) {
	for i := range rep.Results {
		res := &rep.Results[i]
		for _, x := range evidence[res.ID] {
			id := len(rep.Exchanges) + 1
			rep.Exchanges = append(rep.Exchanges, report.Exchange{
				ID: id, Method: x.Method, Path: x.Path, ContentType: x.Header.Get("Content-Type"),
				Request: excerpt(x.Body), Response: excerpt(x.ResponseBody), Fault: x.Fault, Status: x.Status, Delivered: x.Delivered,
			})
			res.Exchanges = append(res.Exchanges, id)
		}
	}
}

func excerpt(b []byte) string {
	return strings.ToValidUTF8(string(b[:min(len(b), report.MaxExcerpt)]), "\uFFFD")
}
