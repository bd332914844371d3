// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package power

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
)

var lookup = power{"lookup", func(c capability.Capabilities) bool { return c.Lookup }}

func lookups() []suite.Check {
	return append(lookup.checks(
		suite.Check{
			ID: "lookup/found", Run: lookupFound,
			Requirement: "A message that the vendor accepted is found with its present status and its ids.",
			Kills:       []string{"lookup-stuck-at-accepted", "lookup-drops-the-id", "lookup-changes-the-id"},
		},
		suite.Check{
			ID: "lookup/by-reference", Run: lookupByReference,
			Requirement: "Without the vendor's id, a message is found by the id of the attempt if the vendor can do that, and otherwise its state is unknown.",
			Kills:       []string{"lookup-needs-the-id"},
		},
		suite.Check{
			ID: "lookup/not-found", Run: lookupNotFound,
			Requirement: "A message that the vendor does not have is not found if the vendor's answer proves it, and otherwise its state is unknown.",
			Kills:       []string{"lookup-never-sure", "lookup-invents-a-message"},
		},
		suite.Check{
			ID: "lookup/failure-is-unknown", Run: lookupFailure,
			Requirement: "After an error, a timeout or an unreadable answer of the vendor the state of a message is unknown: neither found nor not found.",
			Control:     "The same message is found without a fault.",
			Kills:       []string{"lookup-failure-as-missing", "lookup-failure-as-accepted", "lookup-404-as-missing"},
		},
		suite.Check{
			ID: "lookup/no-side-effects", Run: lookupReads,
			Requirement: "A lookup sends nothing and changes nothing: a second one has the same answer.",
			Kills:       []string{"lookup-sends-again"},
		},
	), lookup.undeclared("lookup/undeclared-refused", "serves-undeclared-lookup", func(ctx context.Context, e *suite.Env) error {
		_, err := e.Client().LookupMessage(ctx, e.ChannelID(), provider.FindRequest{DeliveryID: e.DeliveryID(), To: e.Recipient()})
		return err
	}))
}

// accepted sends a message that the vendor accepts.
func accepted(ctx context.Context, e *suite.Env) suite.Sent {
	described(e, e.Dialect().Lookup, "lookup")
	s := e.Send(ctx, e.Minimal(e.Facts().AnyKind()), suite.SendOptions{})
	if !s.Accepted() {
		e.Blocked("the message that is looked up is not accepted: %s", s)
	}
	return s
}

// ladder returns the statuses that a message of this vendor has, in order.
func ladder(e *suite.Env) []outcome.Status {
	all := []outcome.Status{outcome.StatusAccepted}
	for _, s := range e.Facts().Capabilities.Statuses {
		if !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	return all
}

func lookupFound(ctx context.Context, e *suite.Env) {
	s := accepted(ctx, e)
	for _, want := range ladder(e) {
		e.Emulator().SetStatus(s.To.Address, want)
		found, _, err := e.Lookup(ctx, attempt(s), 0)
		if err != nil || found.Event == nil {
			e.Failf(string(want), "found", "%s", describe(found, err))
			continue
		}
		equal(e, "status", string(want), string(found.Event.DeliveryStatus.Status))
		id := found.Event.Correlation.ProviderMessageID
		equal(e, "provider_message_id", s.Outcome.Accepted.ProviderMessageID, id)
		if to := found.Event.Correlation.Recipient; to.Kind != "" && to != s.To {
			e.Failf("recipient", s.To.Address, "%s", to.Address)
		}
	}
}

func lookupByReference(ctx context.Context, e *suite.Env) {
	s := accepted(ctx, e)
	req := attempt(s)
	req.ProviderMessageID = ""
	found, exchanges, err := e.Lookup(ctx, req, 0)
	switch {
	case e.Dialect().Lookup.ReferenceAt.IsZero():
		if err != nil || found.Event != nil || found.NotFound {
			e.Failf("lookup", "unknown: the vendor cannot find a message by a reference", "%s", describe(found, err))
		}
	case err != nil || found.Event == nil:
		e.Failf("lookup", "found by the id of the attempt", "%s", describe(found, err))
	default:
		equal(e, "provider_message_id", s.Outcome.Accepted.ProviderMessageID, found.Event.Correlation.ProviderMessageID)
	}
	for _, x := range exchanges {
		if len(x.Violations) > 0 {
			e.Failf("wire", "a request as the vendor documents it", "%s", strings.Join(x.Violations, "; "))
		}
	}
}

func lookupNotFound(ctx context.Context, e *suite.Env) {
	accepted(ctx, e)
	req := provider.FindRequest{DeliveryID: e.DeliveryID(), ProviderMessageID: "never-" + e.DeliveryID(), To: e.Recipient(), SentAt: time.Now()}
	found, _, err := e.Lookup(ctx, req, 0)
	switch {
	case err != nil || found.Event != nil:
		e.Failf("lookup", "not found, or unknown", "%s", describe(found, err))
	case found.NotFound && !e.Dialect().Lookup.Proves:
		e.Failf("lookup", "unknown: the vendor's answer proves nothing", "not found")
	case !found.NotFound && e.Dialect().Lookup.Proves:
		e.Failf("lookup", "not found, as the vendor's answer proves", "%s", describe(found, err))
	}
}

// lookupFaults are what a vendor answers without proving anything about the message.
var lookupFaults = []string{
	"status(400)", "status(401)", "status(403)", "status(404)", "status_without_body(404)", "html(404)", "status(429)", "status(500)",
	"status(503)", "html(200)", "garbage", "empty_200", "json_null", "json_empty", "json_wrong_types", "truncate(9)", "reset_after_request",
	"reset_mid_answer", "accept_then_close", "hang_after_read",
}

func lookupFailure(ctx context.Context, e *suite.Env) {
	s := accepted(ctx, e)
	if found, _, err := e.Lookup(ctx, attempt(s), 0); err != nil || found.Event == nil {
		e.Blocked("control: the message is not found without a fault: %s", describe(found, err))
	}
	eachFailure(e, lookupFaults, func(fault string, timeout time.Duration) {
		found, _, err := e.Lookup(ctx, attempt(s), timeout, faults(fault)...)
		if found.Event != nil || found.NotFound {
			e.Failf(fault, "unknown", "%s", describe(found, err))
		}
		if err != nil && timeout == 0 {
			e.Failf(fault, "an answer that the state is unknown", "%v", err)
		}
	})
}

func lookupReads(ctx context.Context, e *suite.Env) {
	s := accepted(ctx, e)
	before := e.Emulator().Deliveries(s.To.Address)
	for range 2 {
		found, exchanges, err := e.Lookup(ctx, attempt(s), 0)
		if err != nil || found.Event == nil || found.Event.DeliveryStatus.Status != outcome.StatusAccepted {
			e.Failf("lookup", "found, accepted", "%s", describe(found, err))
		}
		if i := slices.IndexFunc(exchanges, func(x emulator.Exchange) bool { return x.Route != e.Dialect().Lookup.Route }); i >= 0 {
			e.Failf("wire", "requests to the route of lookups only", "%s %s", exchanges[i].Method, exchanges[i].Route)
		}
	}
	if n := e.Emulator().Deliveries(s.To.Address); n != before {
		e.Failf("vendor", "no delivery", "%d", n-before)
	}
}

func describe(f provider.FindResult, err error) string {
	switch {
	case err != nil:
		return "the call failed: " + err.Error()
	case f.Event != nil:
		return "found, " + string(f.Event.DeliveryStatus.Status)
	case f.NotFound:
		return "not found"
	}
	return "unknown: " + f.Cause
}
