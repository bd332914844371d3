// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package send

import (
	"context"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/wahost/wahost/conformance/checks/internal/wire"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/conformance/trace"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

func recipientFormat(ctx context.Context, e *suite.Env, kind string) {
	s := e.Send(ctx, e.Minimal(kind), suite.SendOptions{})
	if !s.Accepted() {
		e.Blocked("control: a message to a legal number is not accepted: %s", s)
	}
	if s.Deliveries != 1 { // requests are known by their recipient
		e.Fatalf("wire", "a request to "+s.To.Address, "none")
	}
	for _, bad := range []string{"+", "not-a-number-" + kind, s.To.Address + "00000000"} {
		e.Claim(bad)
		s := e.Send(ctx, e.Minimal(kind), suite.SendOptions{To: message.Recipient{Kind: message.RecipientPhone, Address: bad}})
		switch r := s.Rejected(); {
		case r == nil:
			e.Failf("to", "rejected as invalid_recipient", "%q: %s", bad, s)
		case r.Reason != outcome.ReasonInvalidRecipient && r.Reason != outcome.ReasonInvalidMessage:
			e.Failf("to", "the reason invalid_recipient", "%q: %s", bad, s)
		case r.Path != "to" && len(s.Exchanges) == 0:
			e.Failf("to", "the path to", "%q: %s", bad, s)
		}
	}
}

// carriedOr checks that a field is in the request if it is declared, and otherwise ignored or refused.
func carriedOr(ctx context.Context, e *suite.Env, kind, path string, declared bool) {
	m, leaf := trace.Probe(e.Minimal(kind), path, wire.Marks(e, path))
	t := wire.Traced{Sent: e.Send(ctx, m, suite.SendOptions{}), Message: m, Leaves: []trace.Leaf{leaf}}
	t.Pairs = wire.Pairs(t.Sent)
	if declared {
		accepted(e, t.Sent, "a message with "+path)
		if t.Ignores(path) {
			e.Failf(path, "carried, because it is declared", "it is listed as ignored")
		}
	}
	t.Lost(e, nil)
}

func replyContext(ctx context.Context, e *suite.Env, kind string) {
	carriedOr(ctx, e, kind, "context.message_id", e.Facts().Capabilities.ReplyContext)
}

func clientReference(ctx context.Context, e *suite.Env, kind string) {
	carriedOr(ctx, e, kind, "biz_opaque_callback_data", e.Facts().Capabilities.ReferenceLength >= 32)
}

func vendorID(ctx context.Context, e *suite.Env, kind string) {
	s := e.Send(ctx, e.Minimal(kind), suite.SendOptions{})
	accepted(e, s, "a minimal message")
	if len(s.Exchanges) == 0 {
		e.Fatalf("wire", "a vendor request", "none")
	}
	a, body := s.Outcome.Accepted, string(s.Exchanges[len(s.Exchanges)-1].ResponseBody)
	var texts []string
	for _, x := range s.Exchanges {
		for _, p := range trace.Flatten(trace.Raw{Body: x.ResponseBody}) {
			texts = append(texts, p.Value)
		}
	}
	ids := 0
	for what, id := range map[string]string{"provider_message_id": a.ProviderMessageID, "group_id": a.GroupID} {
		if id == "" {
			continue
		}
		ids++
		if !slices.Contains(texts, id) {
			e.Failf(what, "an id of the vendor's answer "+body, "%q", id)
		}
	}
	if ids == 0 && e.Facts().Capabilities.IDScope != capability.IDNone {
		e.Failf("outcome", "the vendor's id, because ids are declared", "none")
	}
}

func repeat(ctx context.Context, e *suite.Env, kind string) {
	m := e.Minimal(kind)
	first := e.Send(ctx, m, suite.SendOptions{})
	again := e.Send(ctx, proto.CloneOf(m), suite.SendOptions{To: first.To})
	accepted(e, first, "a minimal message")
	accepted(e, again, "the same message a second time")
	if again.Deliveries != 1 {
		e.Failf("vendor", "a delivery of its own", "%d", again.Deliveries)
	}
	a, b := first.Outcome.Accepted, again.Outcome.Accepted
	if id := a.ProviderMessageID + a.GroupID; id != "" && id == b.ProviderMessageID+b.GroupID {
		e.Failf("outcome", "another id", "%q both times", strings.TrimSpace(id))
	}
}
