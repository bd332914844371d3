// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/conformance/checks/internal/wire"
	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/sdk/provider"
)

// exact returns the checks that change one character at a time.
func exact() []suite.Check {
	return []suite.Check{
		{
			ID: "webhook/ids-exact", Level: report.Cap, Needs: needs("", nil), Slow: true, Run: idsExact,
			Requirement: "Ids, references and numbers in an event are those of the call in every character, whatever messages were sent before.",
			Kills:       []string{"correlates-by-last-digits", "recipients-by-last-digits", "event-ids-by-last-digits", "ids-without-case"},
		},
		{
			ID: "webhook/signature-positions", Level: report.Cap, Needs: needs("a signature in the dialect", signed), Run: signaturePositions,
			Requirement: "A call is refused if one character of its signature, or of what is signed, is another one, wherever it is.",
			Control:     "The untouched call is accepted.",
			Kills:       []string{"compares-half-a-signature", "remembers-signatures"},
		},
		{
			ID: "webhook/debug-headers", Level: report.Cap, Needs: needs("a proof of calls in the dialect", proven), Run: debugHeaders,
			Requirement: "No header, parameter or method stands in for the vendor's proof of a call.",
			Control:     "The vendor's own call is accepted.",
			Kills:       []string{"skips-signature-for-debugging", "trusts-forwarded-loopback", "trusts-calls-by-get"},
			Note:        "The names that are tried are those that servers and frameworks use. A secret name cannot be found in this way.",
		},
		{
			ID: "webhook/duplicates", Level: report.Cap, Needs: needs("batches of events in the dialect", hasBatch), Run: duplicates,
			Requirement: "An event that is in a call twice is reported twice, with one id, and events that come in another order are reported as they are.",
			Kills:       []string{"drops-repeated-events", "sorts-statuses"},
		},
	}
}

func signed(f *suite.Facts) bool { return len(f.Dialect.Webhook.Signatures) > 0 }

// other returns another character of the same kind.
func other(c rune) rune {
	switch {
	case c >= '0' && c <= '8', c >= 'a' && c <= 'e', c >= 'A' && c <= 'E', c >= 'g' && c <= 'y', c >= 'G' && c <= 'Y':
		return c + 1
	case c == '9', c == 'f', c == 'F', c == 'z', c == 'Z':
		return c - 1
	case c == 'é':
		return 'è'
	case c == '😀':
		return '😁'
	}
	return c
}

// changed returns a text with another character at a position, or "" if there is no other one of its kind.
func changed(text string, at int) string {
	r := []rune(text)
	if other(r[at]) == r[at] {
		return ""
	}
	r[at] = other(r[at])
	return string(r)
}

// otherCase returns a text with the other case of one of its letters, or "" if it has none.
func otherCase(text string) string {
	for i, c := range text {
		if c >= 'a' && c <= 'z' {
			return text[:i] + strings.ToUpper(text[i:i+1]) + text[i+1:]
		}
	}
	return ""
}

// idsExact first makes the provider know ids: by messages that it sends, and by events.
func idsExact(ctx context.Context, e *suite.Env) {
	control(ctx, e)
	known := e.Send(ctx, e.Minimal(e.Facts().AnyKind()), suite.SendOptions{})
	compared, statuses := 0, 0
	for n, event := range e.Dialect().Webhook.Events {
		values := wire.Values(e, n)
		if known.Accepted() && known.Outcome.Accepted.ProviderMessageID != "" {
			values["message_id"] = cty.StringVal(known.Outcome.Accepted.ProviderMessageID)
			values["recipient"] = cty.StringVal(known.To.Address)
		}
		_, first := wire.Hook(ctx, e, event.Name, wire.HookOptions{Values: values})
		if len(first.Events) != 1 {
			continue // webhook/signature-valid judges that
		}
		// The first statuses are tried in every position, and the other events in some.
		step := 7
		if isStatus(event) {
			if statuses++; statuses <= 2 {
				step = 1
			}
		}
		for _, name := range []string{"message_id", "wamid", "reference", "id", "recipient"} {
			compared += vary(ctx, e, event, values, name, first.Events[0], step)
		}
	}
	if compared == 0 {
		e.Blocked("no event has one of the ids of its call")
	}
}

// vary changes one value of an event in every position, or in one of each step of them. It returns the number of calls whose
// events it compared.
func vary(ctx context.Context, e *suite.Env, event dialect.Event, values map[string]cty.Value, name string, first provider.Event, step int) (compared int) {
	base := values[name].AsString()
	was := reported(first)
	if len(was[base]) == 0 {
		return 0
	}
	var texts []string
	for at := range len([]rune(base)) {
		if text := changed(base, at); text != "" && at%step == 0 {
			texts = append(texts, text)
		}
	}
	if text := otherCase(base); text != "" {
		texts = append(texts, text)
	}
	ids := map[string]string{}
	for _, text := range texts {
		if name == "recipient" && strings.HasPrefix(text, "+0") {
			continue
		}
		varied := map[string]cty.Value{name: cty.StringVal(text)}
		for other, v := range values {
			if other != name {
				varied[other] = v
			}
		}
		_, res := wire.Hook(ctx, e, event.Name, wire.HookOptions{Values: varied})
		if len(res.Events) != 1 {
			e.Failf(event.Name+": "+name, fmt.Sprintf("one event with %q", text), "%d events: %s", len(res.Events), res.Problem)
			return compared
		}
		compared++
		got := reported(res.Events[0])
		for _, place := range was[base] {
			if !slices.Contains(got[text], place) {
				e.Failf(event.Name+": "+name, fmt.Sprintf("%q as the %s", text, place), "not there: the event before had %q", base)
				return compared
			}
		}
		if slices.Contains(was[base], "id") {
			if before, ok := ids[res.Events[0].ID]; ok || res.Events[0].ID == first.ID {
				e.Failf(event.Name+": "+name, fmt.Sprintf("another id of the event for %q", text), "that of %q", before)
				return compared
			}
			ids[res.Events[0].ID] = text
		}
	}
	return compared
}

// reported returns the places of an event by the texts in them.
func reported(ev provider.Event) map[string][]string {
	out := map[string][]string{}
	c := ev.Correlation
	for place, text := range map[string]string{
		"id": ev.ID, "message id": c.ProviderMessageID, "wamid": c.WAMID, "reference": c.Reference, "recipient": c.Recipient.Address,
	} {
		if text != "" {
			out[text] = append(out[text], place)
		}
	}
	return out
}

func signaturePositions(ctx context.Context, e *suite.Env) {
	control(ctx, e)
	for at := range 200 {
		ended := false
		if believed(ctx, e, wire.HookOptions{Sign: emulator.SignOptions{Change: func(s string) string {
			// The last characters of base64 may have bits that do not count.
			if at >= len(strings.TrimRight(s, "="))-1 && at > 0 {
				ended = true
				return s
			}
			if text := changed(s, at); text != "" {
				return text
			}
			return s + "0"
		}}}) && !ended {
			e.Failf(fmt.Sprintf("character %d of the signature", at+1), "refused", "accepted")
		}
		if ended {
			break
		}
	}
	if !coversContent(e.Facts()) {
		return
	}
	padding := strings.Repeat("0123456789", 700)
	call := wire.Call(e, anyEvent(e), wire.HookOptions{Change: func(b []byte) []byte {
		return []byte(strings.Replace(string(b), "{", `{"padding":"`+padding+`",`, 1))
	}})
	if !wire.Hand(ctx, e, call).Authenticated {
		e.Blocked("control: a large call of the vendor's is not accepted")
	}
	// The positions are spread over the whole body, among them the last ones.
	size := len(call.Body)
	for n := range 60 {
		at := size - 1 - n
		if n >= 20 {
			at = e.Rand().IntN(size)
		}
		if other(rune(call.Body[at])) == rune(call.Body[at]) {
			continue
		}
		forged := call
		forged.Body = slices.Clone(call.Body)
		forged.Body[at] = byte(other(rune(call.Body[at])))
		if wire.Hand(ctx, e, forged).Authenticated {
			e.Failf(fmt.Sprintf("byte %d of %d", at+1, size), "refused: it was changed after it was signed", "accepted")
			return
		}
	}
}

// debugNames are headers and parameters with which servers and frameworks switch something on.
var debugNames = []string{
	"X-Debug", "X-Debug-Mode", "Debug", "X-Test", "X-Test-Mode", "X-Dev", "X-Development", "X-Sandbox", "X-Skip-Signature", "X-Skip-Verify", "X-No-Verify",
	"X-Skip-Auth", "X-Insecure", "X-Internal", "X-Internal-Request", "X-Admin", "X-Bypass", "X-Health-Check", "X-Replay", "X-Verified", "X-Signature-Verified",
	"X-Authenticated", "X-Trusted", "X-Monitoring", "X-Env",
}

func debugHeaders(ctx context.Context, e *suite.Env) {
	control(ctx, e)
	forged := emulator.SignOptions{Key: "wrong-key-wrong-key", Static: "wrong-value"}
	unproven := func(c *emulator.Webhook) {
		for name := range c.Header {
			if name != "Content-Type" {
				c.Header.Del(name)
			}
		}
	}
	try := func(what string, change func(*emulator.Webhook)) {
		for name, o := range map[string]wire.HookOptions{
			"without proof":    {After: func(c *emulator.Webhook) { unproven(c); change(c) }},
			"with wrong proof": {Sign: forged, After: change},
		} {
			if believed(ctx, e, o) {
				e.Failf(what+" "+name, "refused", "accepted")
			}
		}
	}
	for _, value := range []string{"1", "true", "test"} {
		try("debug headers = "+value, func(c *emulator.Webhook) {
			var query []string
			for _, name := range debugNames {
				c.Header.Set(name, value)
				query = append(query, strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(name, "-", "_"), "X_"))+"="+value)
			}
			c.Query = strings.Join(query, "&")
		})
	}
	try("a local address", func(c *emulator.Webhook) {
		for _, name := range []string{"X-Forwarded-For", "X-Real-Ip", "X-Client-Ip", "X-Originating-Ip", "X-Remote-Addr", "True-Client-Ip", "Forwarded"} {
			c.Header.Set(name, "127.0.0.1")
		}
		c.Header.Set("X-Forwarded-Host", "localhost")
		c.Header.Set("X-Forwarded-Proto", "https")
	})
	for _, agent := range []string{"curl/8.5.0", "PostmanRuntime/7.39", "kube-probe/1.30", "wahost"} {
		try("User-Agent "+agent, func(c *emulator.Webhook) { c.Header.Set("User-Agent", agent) })
	}
	for _, kind := range []string{"text/plain", "application/xml", "application/x-www-form-urlencoded", ""} {
		try("Content-Type "+kind, func(c *emulator.Webhook) { c.Header.Set("Content-Type", kind) })
	}
	for _, method := range []string{"GET", "PUT", "PATCH", "OPTIONS", "HEAD", "DELETE"} {
		try("method "+method, func(c *emulator.Webhook) { c.Method = method })
	}
	control(ctx, e)
}

func duplicates(ctx context.Context, e *suite.Env) {
	var calls []emulator.Webhook
	var want []string
	for n, event := range e.Dialect().Webhook.Events {
		w := wire.Call(e, event.Name, wire.HookOptions{Values: wire.Values(e, n)})
		single := wire.Hand(ctx, e, w)
		if len(single.Events) != 1 {
			e.Blocked("a single event gives %d", len(single.Events))
		}
		calls, want = append(calls, w), append(want, single.Events[0].ID+" "+describe(single.Events[0]))
	}
	for name, order := range map[string][]int{"twice": append(ascending(len(calls)), ascending(len(calls))...), "backwards": descending(len(calls))} {
		var some []emulator.Webhook
		var expected, got []string
		for _, i := range order {
			some, expected = append(some, calls[i]), append(expected, want[i])
		}
		w, err := e.Emulator().Batch(some...)
		if err != nil {
			e.Blocked("%v", err)
		}
		for _, ev := range wire.Hand(ctx, e, w).Events {
			got = append(got, ev.ID+" "+describe(ev))
		}
		if !slices.Equal(got, expected) {
			e.Failf(name, fmt.Sprintf("%d events, as each comes alone", len(expected)), "%d: %.200s", len(got), strings.Join(got, ", "))
		}
	}
}

func ascending(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

func descending(n int) []int {
	out := ascending(n)
	slices.Reverse(out)
	return out
}
