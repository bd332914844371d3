// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/wahost/wahost/conformance/checks/internal/wire"
	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/sdk/provider"
)

func malformed(ctx context.Context, e *suite.Env) {
	good := wire.Document(e, anyEvent(e))
	for name, body := range map[string][]byte{
		"empty": {}, "truncated": good[:len(good)/2], "list": []byte("[]"), "number": []byte("1"), "null": []byte("null"), "text": []byte(`"x"`),
		"empty object": []byte("{}"), "wrong types": wrongTypes(good), "10 MB": append([]byte(`{"type":"`), append(bytes.Repeat([]byte("x"), 10<<20), []byte(`"}`)...)...),
		"deep":           []byte(strings.Repeat(`{"body":`, 10_000) + "1" + strings.Repeat("}", 10_000)),
		"duplicate keys": bytes.Replace(good, []byte("{"), []byte(`{"id":null,"type":1,"body":[],`), 1), "invalid UTF-8": bytes.Replace(good, []byte(`":"`), []byte("\":\"\xff\xfe"), 1),
		"not JSON": []byte("<xml/>"), "NUL": []byte("\x00\x00"),
	} {
		call := wire.Call(e, anyEvent(e), wire.HookOptions{Change: func([]byte) []byte { return body }})
		began := time.Now() // the suite's own signature is not a part of the answer
		res := wire.Hand(ctx, e, call)
		if took := time.Since(began); took > 2*time.Second+e.Grace() {
			e.Failf(name, "an answer within two seconds", "after %s", took.Round(100*time.Millisecond))
		}
		broken := slices.Contains([]string{"truncated", "number", "text", "not JSON", "NUL"}, name)
		if broken && res.Authenticated && len(res.Events) == 0 && res.Problem == "" && res.Reply.Status < 400 {
			e.Failf(name, "a refusal, a remark or an event with the raw call", "silence")
		}
		if broken && slices.ContainsFunc(res.Events, func(ev provider.Event) bool { return ev.ChannelNotice == nil }) {
			e.Failf(name, "no status and no message out of nothing", "%d events", len(res.Events))
		}
		if !e.Process().Alive() || e.Process().Panicked() {
			e.Fatalf(name, "the process does not end or panic", "it does not")
		}
	}
	control(ctx, e)
}

// wrongTypes replaces texts by lists and objects by texts.
func wrongTypes(body []byte) []byte {
	var object map[string]any
	if json.Unmarshal(body, &object) != nil {
		return body
	}
	for name, v := range maps.Clone(object) {
		if _, ok := v.(string); ok {
			object[name] = []any{v}
		} else {
			object[name] = "text"
		}
	}
	out, _ := json.Marshal(object)
	return out
}

// zones are where the times of the events are. Half an hour shows an offset that is read as whole hours.
var zones = []*time.Location{time.UTC, time.FixedZone("", 19_800), time.FixedZone("", -7*60*60)}

func timestamps(ctx context.Context, e *suite.Env) {
	read := 0
	for _, event := range eventsOf(e.Dialect(), dialect.Event.HasTime) {
		for _, form := range wire.Times(e.Dialect(), event.Name) {
			for _, zone := range zones {
				text := form.Format(wire.EventTime.In(zone))
				want, err := form.Parse(text)
				if err != nil {
					e.Blocked("the form %s of a time: %v", form, err)
				}
				_, res := wire.Hook(ctx, e, event.Name, wire.HookOptions{
					Values: wire.Text("time", text),
					Change: func(b []byte) []byte {
						if form.Number() {
							return bytes.ReplaceAll(b, []byte(`"`+text+`"`), []byte(text))
						}
						return b
					},
				})
				if len(res.Events) != 1 {
					e.Failf(event.Name, "one event", "%d", len(res.Events))
					continue
				}
				if at := res.Events[0].Time; at.IsZero() && event.Status == "" && event.Inbound == "" {
					continue // such events may have no time
				} else if !at.Equal(want) {
					e.Failf(event.Name+" with the time "+text, want.UTC().String(), "%s", at.UTC())
				}
				read++
			}
		}
	}
	if read == 0 {
		e.Untested("no event has a time")
	}
}

// unreadable passes texts to the provider in the place of times, which are not times.
func unreadable(ctx context.Context, e *suite.Env) {
	read := 0
	for _, form := range []string{"soon", "99999999999999999999", "2026-02-31T05:06:07Z", "0001-01-01T00:00:00Z"} {
		for _, event := range e.Dialect().Webhook.Events {
			call, res := wire.Hook(ctx, e, event.Name, wire.HookOptions{Values: wire.Text("time", form)})
			if !bytes.Contains(call.Body, []byte(form)) || event.Status == "" && event.Inbound == "" {
				continue // such events may have no time
			}
			read++
			at := event.Name + " at " + form
			if len(res.Events) != 1 {
				e.Failf(at, "one event, although its time cannot be read", "%d: %s", len(res.Events), res.Problem)
				continue
			}
			if got := res.Events[0].Time; !got.IsZero() {
				e.Failf(at, "no time", "%s", got)
			}
			if res.Problem == "" {
				e.Failf(at, "a remark that the time cannot be read", "none")
			}
		}
	}
	if read == 0 {
		e.Untested("no event has a time")
	}
}
