// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/sdk/provider"
)

// HookOptions change a call of the vendor's.
type HookOptions struct {
	// Values replace those of Values.
	Values map[string]cty.Value
	// Change is called with the body before it is signed; nil for no change.
	Change func(body []byte) []byte
	Sign   emulator.SignOptions
	// After is called with the signed call; nil for no change.
	After func(w *emulator.Webhook)
}

// EventTime is when the events of Values happened.
var EventTime = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

// Values give the event of a webhook something to say. Every text is another one for each n, so that what is mixed
// up shows.
func Values(e *suite.Env, n int) map[string]cty.Value {
	texts := map[string]string{"recipient": e.Recipient().Address, "time": FormatTime(form(e), EventTime).AsString(), "error_code": "131026"}
	for _, name := range []string{
		"id", "message_id", "wamid", "reference", "error_message", "profile_name", "text", "caption", "media_id", "filename",
		"mime_type", "sha256", "name", "address", "reply_id", "reply_title", "reply_description", "payload", "emoji", "context_id",
		"catalog_id", "product_id", "first_name", "formatted_name", "kind", "category", "reason", "template_id", "template_name",
		"language", "template_status",
	} {
		texts[name] = fmt.Sprintf("%s-%d-é😀\"%d", name, n, e.Rand().Uint32())
	}
	texts["wamid"] = fmt.Sprintf("wamid.%d.%d", n, e.Rand().Uint32())
	texts["link"] = fmt.Sprintf("https://cdn.example.com/%d?x=%d", n, e.Rand().Uint32())
	texts["latitude"], texts["longitude"] = fmt.Sprintf("12.%06d", 100001+n), fmt.Sprintf("-77.%06d", 500001+n)
	texts["phone"] = fmt.Sprintf("+12025550%03d", n%1000)
	texts["price"], texts["quantity"], texts["currency"] = fmt.Sprint(100+n), fmt.Sprint(1+n), "EUR"
	out := map[string]cty.Value{}
	for name, text := range texts {
		out[name] = cty.StringVal(text)
	}
	return out
}

func form(e *suite.Env) dialect.TimeForm {
	if times := e.Dialect().Webhook.Times; len(times) > 0 {
		return times[0]
	}
	return dialect.TimeRFC3339
}

// FormatTime writes a time as a vendor does. Numbers are given as their digits: the dialect says whether they stand
// in quotes.
func FormatTime(form dialect.TimeForm, t time.Time) cty.Value {
	switch form {
	case dialect.TimeUnix, dialect.TimeUnixText:
		return cty.StringVal(fmt.Sprint(t.Unix()))
	case dialect.TimeMilli, dialect.TimeMilliText:
		return cty.StringVal(fmt.Sprint(t.UnixMilli()))
	case dialect.TimeDateTime:
		return cty.StringVal(t.UTC().Format(time.DateTime))
	}
	return cty.StringVal(t.UTC().Format("2006-01-02T15:04:05.000Z07:00"))
}

// Call makes a call of the vendor's without handing it over. It blocks the check where the dialect cannot.
func Call(e *suite.Env, event string, o HookOptions) emulator.Webhook {
	values := Values(e, 0)
	maps.Copy(values, o.Values)
	w, err := e.Emulator().Webhook(event, values)
	if err != nil {
		e.Blocked("%v", err)
	}
	if o.Change != nil {
		w.Body = o.Change(w.Body)
	}
	if w, err = e.Emulator().Sign(w, o.Sign); err != nil {
		e.Blocked("%v", err)
	}
	if o.After != nil {
		o.After(&w)
	}
	return w
}

// Hook makes a call of the vendor's and hands it to the provider.
func Hook(ctx context.Context, e *suite.Env, event string, o HookOptions) (emulator.Webhook, provider.WebhookResponse) {
	w := Call(e, event, o)
	return w, Hand(ctx, e, w)
}

// Hand returns a call to the provider. A failing call of the provider's is a deviation, and ends the check.
func Hand(ctx context.Context, e *suite.Env, w emulator.Webhook) provider.WebhookResponse {
	res, err := e.HandleWebhook(ctx, provider.WebhookRequest{
		ChannelIDs: []string{e.ChannelID()}, Method: w.Method, URL: w.URL(), Header: w.Header, Body: w.Body,
	})
	if err != nil {
		e.Fatalf("HandleWebhook", "an answer, whatever the vendor sends", "%v", err)
	}
	if leak := e.FindSecret(res.Problem + string(res.Reply.Body)); leak != "" {
		e.Failf("HandleWebhook", "no secret in what the provider says", "%s", leak)
	}
	return res
}

// Text makes one value for HookOptions.Values.
func Text(name, text string) map[string]cty.Value {
	return map[string]cty.Value{name: cty.StringVal(text)}
}
