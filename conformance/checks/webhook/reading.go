// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/conformance/checks/internal/wire"
	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/conformance/trace"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
)

func reading() []suite.Check {
	return []suite.Check{
		{
			ID: "webhook/batched", Level: report.Cap, Needs: needs("batches of events in the dialect", hasBatch), Run: batched,
			Requirement: "No event of several in one call is lost, and their order is kept.",
			Kills:       []string{"drops-second-event", "reorders-events"},
		},
		{
			ID: "webhook/several-calls", Level: report.Cap, Needs: needs("", nil), Run: severalCalls,
			Requirement: "HandleWebhooks answers each of its requests in order, as if it came alone: one that cannot be read changes nothing for its neighbours.",
			Kills:       []string{"reorders-webhooks", "spoils-the-neighbours"},
		},
		{
			ID: "webhook/inbound-types", Level: report.Cap, Needs: needs("inbound events in the dialect", some(isInbound)), Run: inboundTypes,
			Requirement: "Everything in an inbound message is in the neutral event.",
			Kills:       []string{"loses-inbound-media", "forgets-group", "forgets-referral"},
		},
		{
			ID: "webhook/inbound-valid", Level: report.Cap, Needs: needs("inbound events in the dialect", some(isInbound)), Run: inboundValid,
			Requirement: "The message object of an inbound message is a valid object of the Cloud API's webhook, and the event agrees with it.",
			Kills:       []string{"vendor-time-in-message", "plus-in-message"},
			Note:        "sdk/webhook builds such objects and has the rules.",
		},
		{
			ID: "webhook/inbound-marks", Level: report.Cap, Needs: needs("inbound events in the dialect", some(isInbound)), Run: inboundMarks,
			Requirement: "Marks of an inbound message, such as that it was forwarded or is a voice message, are in the message object.",
			Kills:       []string{"forgets-forwarded"},
		},
		{
			ID: "webhook/inbound-user", Level: report.Cap, Needs: needs("inbound events of a user id in the dialect", some(isUser)), Run: inboundUser,
			Requirement: "A message from a user without a phone number has the user's business-scoped id as its sender.",
			Kills:       []string{"needs-a-number"},
			Note:        "The dialect has an event whose name contains user, and whose body has event.user_id and not event.recipient.",
		},
		{
			ID: "webhook/reply-ids", Level: report.Cap, Needs: needs("reply events in the dialect", some(isReply)), Run: replyIDs,
			Requirement: "A reply to a list or button has the id and the title of the choice.",
			Kills:       []string{"forgets-reply-title"},
		},
		{
			ID: "webhook/unknown-kept", Level: report.Cap, Needs: needs("", nil), Run: unknownKept,
			Requirement: "A type or field that is not known leads to an event with the raw call and is not dropped.",
			Kills:       []string{"drops-unknown-event", "drops-raw", "drops-unknown-among-others"},
		},
		{
			ID: "webhook/status-ladder", Level: report.Cap, Needs: needs("status events in the dialect", some(isStatus)), Run: ladder,
			Requirement: "Each status is reported as it is, in any order and repeatedly.",
			Kills:       []string{"read-means-delivered", "played-means-read", "remembers-statuses"},
		},
		{
			ID: "webhook/dedup-key", Level: report.Cap, Needs: needs("", nil), Run: dedup,
			Requirement: "The same event has the same id when it comes again, and different events have different ids.",
			Kills:       []string{"constant-event-id", "random-event-id"},
		},
		{
			ID: "webhook/status-error", Level: report.Cap, Needs: needs("a failed status in the dialect", some(isFailure)), Run: statusError,
			Requirement: "A failed status has the reason, the code, the message id and the reference.",
			Kills:       []string{"hides-status-error", "drops-status-reference"},
		},
		{
			ID: "webhook/other-tenant", Level: report.Cap, Needs: needs("tenants in webhook events of the dialect", hasTenants), Run: otherTenant,
			Requirement: "An event of another number or account is not attributed to this channel.",
			Kills:       []string{"attributes-other-tenants"},
			Note:        "Dialects name the tenant as event.tenant.",
		},
		{
			ID: "webhook/malformed", Level: report.Cap, Needs: needs("", nil), Run: malformed,
			Requirement: "A malformed call leads to a refusal or a remark, within 2 s and the grace, and without a crash.",
			Kills:       []string{"panics-on-malformed-webhook", "accepts-malformed-webhook"},
		},
		{
			ID: "webhook/timestamps", Level: report.Cap, Needs: needs("events of the dialect with a time", some(dialect.Event.HasTime)), Run: timestamps,
			Requirement: "Times are read as the instants that they are, in each form and zone that the vendor uses.",
			Kills:       []string{"milliseconds-as-seconds", "local-time-as-utc"},
		},
		{
			ID: "webhook/timestamps-unreadable", Level: report.Cap, Needs: needs("events of the dialect with a time", some(dialect.Event.HasTime)), Run: unreadable,
			Requirement: "A time that cannot be read leads to an event without a time and to a remark. It is never guessed.",
			Kills:       []string{"time-of-arrival"},
		},
	}
}

// some returns a function that reports whether the dialect has an event that pick chooses.
func some(pick func(dialect.Event) bool) func(*suite.Facts) bool {
	return func(f *suite.Facts) bool { return len(eventsOf(f.Dialect, pick)) > 0 }
}

func isReply(ev dialect.Event) bool   { return strings.Contains(ev.Name, "reply") }
func isFailure(ev dialect.Event) bool { return ev.Status == outcome.StatusFailed }
func hasTenants(f *suite.Facts) bool {
	return some(func(ev dialect.Event) bool { return ev.Body.UsesMember("event", "tenant") })(f)
}
func hasBatch(f *suite.Facts) bool { return !f.Dialect.Webhook.Batch.IsZero() }

func replyIDs(ctx context.Context, e *suite.Env) {
	for _, event := range eventsOf(e.Dialect(), isReply) {
		inbound(ctx, e, event, "reply_id", "reply_title")
	}
}

func batched(ctx context.Context, e *suite.Env) {
	var calls []emulator.Webhook
	var want []string
	for n := range 3 {
		for _, event := range e.Dialect().Webhook.Events {
			w, err := e.Emulator().Webhook(event.Name, wire.EventValues(e, event.Name, n))
			if err != nil {
				e.Blocked("%v", err)
			}
			single := wire.Hand(ctx, e, w)
			if len(single.Events) != 1 {
				e.Blocked("a single event gives %d", len(single.Events))
			}
			calls, want = append(calls, w), append(want, describe(single.Events[0]))
		}
	}
	w, err := e.Emulator().Batch(calls...)
	if err != nil {
		e.Blocked("%v", err)
	}
	res := wire.Hand(ctx, e, w)
	var got []string
	ids := map[string]bool{}
	for _, ev := range res.Events {
		got, ids[ev.ID] = append(got, describe(ev)), true
	}
	if !slices.Equal(got, want) {
		e.Failf("events", strings.Join(want, ", "), "%s", strings.Join(got, ", "))
	}
	if len(ids) != len(res.Events) {
		e.Failf("events", "an id of its own for each", "%d ids for %d events", len(ids), len(res.Events))
	}
}

// describe returns the properties of an event that must be the same whether the event comes alone or with others.
func describe(ev provider.Event) string {
	switch {
	case ev.DeliveryStatus != nil:
		return string(ev.DeliveryStatus.Status) + " " + ev.Correlation.ProviderMessageID + ev.Correlation.WAMID
	case ev.InboundMessage != nil:
		return "inbound " + ev.InboundMessage.Type + " " + ev.Correlation.WAMID + ev.Correlation.ProviderMessageID
	case ev.TemplateStatus != nil:
		return "template " + ev.TemplateStatus.TemplateName
	case ev.ChannelNotice != nil:
		return "notice " + ev.ChannelNotice.Kind
	}
	return "nothing"
}

func inboundTypes(ctx context.Context, e *suite.Env) {
	declared := e.Facts().Capabilities.InboundTypes
	for _, event := range eventsOf(e.Dialect(), isInbound) {
		if len(declared) > 0 && !slices.Contains(declared, event.Inbound) {
			e.Note("%s is not declared", event.Inbound)
			continue
		}
		inbound(ctx, e, event)
	}
}

// inbound passes a message to the provider and checks that all its values are in the event, or only those in names.
func inbound(ctx context.Context, e *suite.Env, event dialect.Event, names ...string) {
	values := wire.Values(e, 1)
	call, res := wire.Hook(ctx, e, event.Name, wire.HookOptions{Values: values})
	if len(res.Events) != 1 || res.Events[0].InboundMessage == nil {
		e.Failf(event.Name, "one inbound message", "%d events: %s", len(res.Events), res.Problem)
		return
	}
	ev := res.Events[0]
	in := ev.InboundMessage
	if in.Type != event.Inbound {
		e.Failf(event.Name, "type "+event.Inbound, "%q", in.Type)
	}
	sent := spoken(call)
	if want := senderOf(sent, values); in.From != want {
		e.Failf(event.Name, fmt.Sprintf("from the %s %s", want.Kind, want.Address), "%s %q", in.From.Kind, in.From.Address)
	}
	found := append(texts(in.Message), in.ProfileName, in.ContextMessageID, ev.Correlation.WAMID, ev.Correlation.ProviderMessageID, ev.ID, in.From.Address, in.To)
	for name, value := range values {
		if len(names) > 0 && !slices.Contains(names, name) || slices.Contains([]string{"time", "recipient", "phone"}, name) {
			continue
		}
		if text := value.AsString(); slices.Contains(sent, text) && !slices.Contains(found, text) {
			e.Failf(event.Name+": "+name, "in the event", "lost")
		}
	}
}

// spoken returns all values of a call.
func spoken(w emulator.Webhook) []string {
	return valuesOf(trace.Raw{Header: http.Header{"Content-Type": w.Header["Content-Type"]}, Body: w.Body})
}

// texts returns all values of a JSON text.
func texts(body []byte) []string { return valuesOf(trace.Raw{Body: body}) }

func valuesOf(r trace.Raw) []string {
	var out []string
	for _, p := range trace.Flatten(r) {
		out = append(out, p.Value)
	}
	return out
}

// unknownKept adds a field to each event, and renames its type.
func unknownKept(ctx context.Context, e *suite.Env) {
	for _, event := range e.Dialect().Webhook.Events {
		_, res := wire.Hook(ctx, e, event.Name, wire.HookOptions{Change: func(b []byte) []byte {
			return bytes.Replace(b, []byte("{"), []byte(`{"field_of_tomorrow":{"a":[1,"x"]},`), 1)
		}})
		if len(res.Events) != 1 || !res.Authenticated {
			e.Failf(event.Name, "one event, whatever else the call holds", "%d: %s", len(res.Events), res.Problem)
		}
		for _, ev := range res.Events {
			if len(ev.Raw) == 0 {
				e.Failf(event.Name, "the raw call with the event", "nothing")
			}
		}
		renamed := false
		call, res := wire.Hook(ctx, e, event.Name, wire.HookOptions{Change: func(b []byte) []byte {
			out := renameType(b)
			renamed = !bytes.Equal(out, b)
			return out
		}})
		switch {
		case !renamed:
		case !res.Authenticated || len(res.Events) == 0:
			e.Failf(event.Name+" of a type of tomorrow", "an event with the raw call", "none: %s", res.Problem)
		case len(res.Events[0].Raw) == 0 || !bytes.Contains(call.Body, res.Events[0].Raw):
			e.Failf(event.Name+" of a type of tomorrow", "the raw call with the event", "%q", res.Events[0].Raw)
		}
	}
	if hasBatch(e.Facts()) {
		unknownAmongOthers(ctx, e)
	}
}

// unknownAmongOthers puts a call of an unknown type between two others.
func unknownAmongOthers(ctx context.Context, e *suite.Env) {
	var calls []emulator.Webhook
	for n := range 3 {
		o := wire.HookOptions{Values: wire.Values(e, n)}
		if n == 1 {
			o.Change = renameType
		}
		calls = append(calls, wire.Call(e, anyEvent(e), o))
	}
	if bytes.Equal(renameType(calls[0].Body), calls[0].Body) {
		return
	}
	w, err := e.Emulator().Batch(calls...)
	if err != nil {
		e.Blocked("%v", err)
	}
	res := wire.Hand(ctx, e, w)
	if len(res.Events) != 3 || len(res.Events[1].Raw) == 0 {
		e.Failf("a type of tomorrow between two events", "three events, each with the raw call", "%d: %s", len(res.Events), res.Problem)
	}
}

// renameType replaces the type in the outermost object of a call that has one.
func renameType(body []byte) []byte {
	var top any
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if d.Decode(&top) != nil {
		return body
	}
	for level := []any{top}; len(level) > 0; {
		var next []any
		for _, v := range level {
			switch v := v.(type) {
			case map[string]any:
				for _, name := range []string{"type", "kind", "event"} {
					if _, ok := v[name].(string); ok {
						v[name] = "type_of_tomorrow"
						if out, err := json.Marshal(top); err == nil {
							return out
						}
					}
				}
				for _, name := range slices.Sorted(maps.Keys(v)) {
					next = append(next, v[name])
				}
			case []any:
				next = append(next, v...)
			}
		}
		level = next
	}
	return body
}

func ladder(ctx context.Context, e *suite.Env) {
	events := eventsOf(e.Dialect(), isStatus)
	values := wire.Values(e, 1)
	order := slices.Concat(events, reversed(events), events)
	for _, event := range order {
		_, res := wire.Hook(ctx, e, event.Name, wire.HookOptions{Values: values})
		if len(res.Events) != 1 || res.Events[0].DeliveryStatus == nil {
			e.Failf(event.Name, "one status", "%d events: %s", len(res.Events), res.Problem)
			continue
		}
		ev := res.Events[0]
		if ev.DeliveryStatus.Status != event.Status {
			e.Failf(event.Name, string(event.Status), "%s", ev.DeliveryStatus.Status)
		}
		correlated(e, event, values, ev)
	}
}

func reversed(events []dialect.Event) []dialect.Event {
	out := slices.Clone(events)
	slices.Reverse(out)
	return out
}

// correlated checks that an event has the ids of the vendor's call.
func correlated(e *suite.Env, event dialect.Event, values map[string]cty.Value, ev provider.Event) {
	call := wire.Call(e, event.Name, wire.HookOptions{Values: values})
	sent := spoken(call)
	c := ev.Correlation
	for name, got := range map[string]string{"message_id": c.ProviderMessageID, "wamid": c.WAMID, "reference": c.Reference} {
		want := values[name].AsString()
		if slices.Contains(sent, want) && got != want && c.ProviderMessageID != want && c.WAMID != want {
			e.Failf(event.Name+": "+name, want, "%q", got)
		}
	}
}

func dedup(ctx context.Context, e *suite.Env) {
	seen := map[string]string{}
	for n := range 3 {
		for _, event := range e.Dialect().Webhook.Events {
			values := wire.Values(e, n)
			_, first := wire.Hook(ctx, e, event.Name, wire.HookOptions{Values: values})
			_, again := wire.Hook(ctx, e, event.Name, wire.HookOptions{Values: values})
			if len(first.Events) != 1 || len(again.Events) != 1 {
				e.Failf(event.Name, "one event each time", "%d and %d", len(first.Events), len(again.Events))
				continue
			}
			id, what := first.Events[0].ID, fmt.Sprintf("%s %d", event.Name, n)
			if id == "" || id != again.Events[0].ID {
				e.Failf(what, "the same id for the same event", "%q and %q", id, again.Events[0].ID)
			}
			if other, ok := seen[id]; ok {
				e.Failf(what, "another id than "+other, "%q", id)
			}
			seen[id] = what
		}
	}
}

func statusError(ctx context.Context, e *suite.Env) {
	for _, event := range e.Dialect().Webhook.Events {
		if event.Status != outcome.StatusFailed {
			continue
		}
		values := wire.Values(e, 1)
		call, res := wire.Hook(ctx, e, event.Name, wire.HookOptions{Values: values})
		if len(res.Events) != 1 || res.Events[0].DeliveryStatus == nil || res.Events[0].DeliveryStatus.Error == nil {
			e.Fatalf(event.Name, "one failed status with an error", "%d events: %s", len(res.Events), res.Problem)
		}
		ev := res.Events[0]
		failure := ev.DeliveryStatus.Error
		if failure.Reason == "" || failure.Retry == "" {
			e.Failf(event.Name, "a reason and advice", "%q, %q", failure.Reason, failure.Retry)
		}
		sent := spoken(call)
		if code := values["error_code"].AsString(); slices.Contains(sent, code) && failure.VendorCode != code {
			e.Failf(event.Name, "the vendor's code "+code, "%q", failure.VendorCode)
		}
		if text := values["error_message"].AsString(); slices.Contains(sent, text) && failure.VendorMessage != text {
			e.Failf(event.Name, "the vendor's words", "%q", failure.VendorMessage)
		}
		correlated(e, event, values, ev)
	}
}

func otherTenant(ctx context.Context, e *suite.Env) {
	control(ctx, e)
	named := 0 // an event may name its tenant only under a condition
	for _, event := range e.Dialect().Webhook.Events {
		values := wire.Values(e, 1)
		mine := wire.Call(e, event.Name, wire.HookOptions{Values: values})
		values["tenant"] = cty.StringVal("999000000000999")
		call, res := wire.Hook(ctx, e, event.Name, wire.HookOptions{Values: values})
		if bytes.Equal(mine.Body, call.Body) {
			continue
		}
		named++
		for _, ev := range res.Events {
			if ev.ChannelID == e.ChannelID() {
				e.Failf(event.Name, "not attributed to the channel", "channel %s", ev.ChannelID)
			}
		}
		if _, res = wire.Hook(ctx, e, event.Name, wire.HookOptions{}); len(res.Events) != 1 {
			e.Failf(event.Name, "one event", "%d", len(res.Events))
		} else if res.Events[0].ChannelID != e.ChannelID() && res.Events[0].TemplateStatus == nil {
			e.Failf(event.Name, "an event of the channel's own is attributed to it", "channel %q", res.Events[0].ChannelID)
		}
	}
	if named == 0 {
		e.Untested("no event of the dialect names a tenant")
	}
}
