// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package capability

import (
	"context"
	"fmt"

	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/sdk/outcome"
)

// allUndeclared gives a check for each kind that is not declared. Where all are, one that does not apply stands for
// them.
func allUndeclared(f *suite.Facts) []suite.Check {
	var out []suite.Check
	for _, kind := range suite.Kinds() {
		if !f.Declares(kind) {
			out = append(out, undeclared(kind))
		}
	}
	if len(out) == 0 {
		none := undeclared("any")
		none.Needs = suite.Never("an undeclared kind of message")
		out = append(out, none)
	}
	return out
}

// undeclared is the twin of every check that does not apply for want of the kind.
func undeclared(kind string) suite.Check {
	return suite.Check{
		ID: "cap/undeclared-refused/" + kind, Level: report.Core,
		Requirement: fmt.Sprintf("a message of kind %s, where it is not declared, is refused as unsupported and nothing reaches the vendor", kind),
		Control:     "a message of a declared kind is accepted by the same process",
		Kills:       []string{"accepts-undeclared-sticker"},
		Run: func(ctx context.Context, e *suite.Env) {
			e.Control(ctx)
			refused(e, e.Send(ctx, e.Minimal(kind), suite.SendOptions{}))
		},
	}
}

// refused wants what was sent to be refused as unsupported, before the wire.
func refused(e *suite.Env, s suite.Sent) {
	switch r := s.Rejected(); {
	case r == nil:
		e.Failf("outcome", "rejected as unsupported", "%s", s)
	case r.Reason != outcome.ReasonUnsupported:
		e.Failf("outcome", "the reason unsupported", "%s", s)
	case r.Retry != outcome.RetryNever:
		e.Failf("outcome", "retry never: the same message would be refused again", "%s", s)
	}
	if len(s.Exchanges) > 0 {
		e.Failf("wire", "no vendor request", "%d", len(s.Exchanges))
	}
	if !e.Process().Alive() {
		e.Failf("process", "the process lives on", "it ended")
	}
}
