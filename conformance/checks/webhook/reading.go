// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/conformance/checks/internal/wire"
	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/conformance/trace"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
)

func reading() []suite.Check {
	some := func(pick func(dialect.Event) bool) func(*suite.Facts) bool {
		return func(f *suite.Facts) bool { return len(eventsOf(f.Dialect, pick)) > 0 }
	}
	reply := func(ev dialect.Event) bool { return strings.Contains(ev.Name, "reply") }
	tenant := of("other-tenant", "an event of another number or account is not taken for this channel's", []string{"attributes-other-tenants"},
		"events in the dialect that name the tenant", nil, otherTenant)
	tenant.Note = "dialects name the tenant as event.tenant; where none does, nothing is said of it and the check passes with a remark"
	unknown := of("unknown-kept", "a type or field that is not known gives an event with the raw call, and is not dropped", []string{"drops-unknown-event", "drops-raw"}, "", nil, unknownKept)
	return []suite.Check{
		of("batched", "of several events in one call none is lost, and their order is kept", []string{"drops-second-event", "reorders-events"},
			"batches of events in the dialect", func(f *suite.Facts) bool { return !f.Dialect.Webhook.Batch.IsZero() }, batched),
		of("inbound-types", "of an inbound message everything is in the neutral event", []string{"loses-inbound-media"}, "inbound events in the dialect", some(isInbound), inboundTypes),
		of("reply-ids", "a reply to a list or button gives back id and title", []string{"forgets-reply-title"}, "reply events in the dialect", some(reply), func(ctx context.Context, e *suite.Env) {
			for _, event := range eventsOf(e.Dialect(), reply) {
				inbound(ctx, e, event, "reply_id", "reply_title")
			}
		}),
		unknown,
		of("status-ladder", "each status is reported as it is, in any order and repeatedly", []string{"read-means-delivered", "remembers-statuses"}, "status events in the dialect", some(isStatus), ladder),
		of("dedup-key", "the same event has the same id when it comes again, and different ones have different ids", []string{"constant-event-id", "random-event-id"}, "", nil, dedup),
		of("status-error", "a failed status carries reason, code, message id and reference", []string{"hides-status-error", "drops-status-reference"}, "a failed status in the dialect",
			some(func(ev dialect.Event) bool { return ev.Status == outcome.StatusFailed }), statusError),
		tenant,
		of("malformed", "what is not as it should be gives a refusal or a remark, in bounded time, and no crash", []string{"panics-on-malformed-webhook", "accepts-malformed-webhook"}, "", nil, malformed),
		of("timestamps", "times are read as the instants they are, in each form that the vendor uses", []string{"milliseconds-as-seconds"}, "times in the dialect",
			func(f *suite.Facts) bool { return len(f.Dialect.Webhook.Times) > 0 }, timestamps),
	}
}

func batched(ctx context.Context, e *suite.Env) {
	var calls []emulator.Webhook
	var want []string
	for n := range 3 {
		for _, event := range e.Dialect().Webhook.Events {
			w, err := e.Emulator().Webhook(event.Name, wire.Values(e, n))
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

// describe names an event by what must be the same whether it comes alone or with others.
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

// inbound hands over one message and looks for all that it says in the event; names narrow that.
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
	if in.From.Address != values["recipient"].AsString() {
		e.Failf(event.Name, "from "+values["recipient"].AsString(), "%q", in.From.Address)
	}
	sent := texts(call.Body)
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

// texts lists all values of a JSON text.
func texts(body []byte) []string {
	var out []string
	for _, p := range trace.Flatten(trace.Raw{Body: body}) {
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
}

// renameType puts another word into the outermost text that says what a call is about.
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

// correlated wants the ids that the vendor's call holds.
func correlated(e *suite.Env, event dialect.Event, values map[string]cty.Value, ev provider.Event) {
	call := wire.Call(e, event.Name, wire.HookOptions{Values: values})
	sent := texts(call.Body)
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
		sent := texts(call.Body)
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
	named := 0
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
		e.Note("no event of the dialect names a tenant")
	}
}
