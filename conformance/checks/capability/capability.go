// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package capability holds the checks of capabilities: what a provider declares must work, and what it does not declare
// must be refused without a vendor request.
package capability

import (
	"context"
	"fmt"

	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/sdk/message"
)

// Checks returns the checks of this group.
func Checks(f *suite.Facts) []suite.Check {
	var out []suite.Check
	for _, kind := range suite.Kinds() {
		out = append(out, declared(kind))
	}
	out = append(out, allUndeclared(f)...)
	return append(out, honesty(f)...)
}

func declared(kind string) suite.Check {
	kills := []string{"success-without-network"}
	if kind == message.KindVideo {
		kills = append(kills, "declares-video-but-refuses")
	}
	return suite.Check{
		ID: "cap/declared-reaches-wire/" + kind, Level: report.Cap, Capability: kind, Needs: suite.NeedsKind(kind),
		Requirement: fmt.Sprintf("A message of the declared kind %s with only the required fields is accepted and reaches the vendor.", kind),
		Kills:       kills,
		Run: func(ctx context.Context, e *suite.Env) {
			s := e.Send(ctx, e.Minimal(kind), suite.SendOptions{})
			if !s.Accepted() {
				e.Failf("outcome", "accepted", "%s", s)
			}
			reached(e, s)
		},
	}
}

// reached checks that exactly one valid request reached the vendor.
func reached(e *suite.Env, s suite.Sent) {
	if len(s.Exchanges) == 0 {
		e.Failf("wire", "one vendor request or more", "none")
		return
	}
	for _, x := range s.Exchanges {
		for _, v := range x.Violations {
			e.Failf("wire", "a request as the vendor documents it", "%s", v)
		}
	}
	if s.Deliveries != 1 {
		e.Failf("vendor", "one delivery", "%d", s.Deliveries)
	}
}
