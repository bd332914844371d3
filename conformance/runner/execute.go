// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package runner

import (
	"context"
	"strings"
	"time"

	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/suite"
)

// execute runs a check on a station.
func (r *runner) execute(p planned, s *station, try int, timeout time.Duration) suite.Result {
	return suite.Execution{Runner: r, Check: p.check, Number: p.number, Try: try, Station: s, Timeout: timeout}.Run(r.ctx)
}

// exitDetectionDelay is how long the end of a process may take to be noticed after its calls have begun to fail.
const exitDetectionDelay = 250 * time.Millisecond

// ended reports whether the process ended during a check. Calls fail before the end of the process is noticed. So if
// the check did not pass, and the process does not answer a simple call, ended waits for its end.
func (s *station) ended(o suite.Result) bool {
	if o.Status == report.Pass || o.Refused || !s.alive() {
		return !s.alive()
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(s.run.ctx), exitDetectionDelay)
	defer cancel()
	if _, err := s.proc.Client.Metadata(ctx); err == nil {
		return !s.alive()
	}
	select {
	case <-s.proc.Done():
		return true
	case <-ctx.Done():
		return false
	}
}

// lastWords returns the finding that a process ended, with its last output.
func (s *station) lastWords() report.Finding {
	lines := s.proc.LastOutput()
	text := strings.Join(lines[max(0, len(lines)-8):], "\n")
	if text == "" {
		text = "it wrote nothing to standard error"
	}
	return report.Finding{Expected: "the provider's process does not end", Actual: "it ended; its last output: " + s.run.secrets.Mask(text), At: "process"}
}

// attachEvidence adds the exchanges to the report, numbered in the order of the ids of the checks.
func attachEvidence(rep *report.Report, evidence map[string][]emulator.Exchange) {
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
