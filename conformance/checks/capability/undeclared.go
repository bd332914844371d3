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

// allUndeclared returns a check for each kind that is not declared. If all kinds are declared, it returns a single check
// that does not apply.
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

// undeclared returns the check that proves that a kind is refused. All checks that do not apply because the kind is not
// declared refer to it.
func undeclared(kind string) suite.Check {
	return suite.Check{
		ID: "cap/undeclared-refused/" + kind, Level: report.Core,
		Requirement: fmt.Sprintf("A message of kind %s is refused as unsupported if the kind is not declared, and nothing reaches the vendor.", kind),
		Control:     "The same process accepts a message of a declared kind.",
		Kills:       []string{"accepts-undeclared-sticker"},
		Run: func(ctx context.Context, e *suite.Env) {
			e.Control(ctx)
			refused(e, e.Send(ctx, e.Minimal(kind), suite.SendOptions{}))
		},
	}
}

// refused reports a deviation unless a send was refused as unsupported without a vendor request.
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
		e.Failf("process", "the process does not end", "it ended")
	}
}
