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
	"github.com/wahost/wahost/conformance/sample"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/sdk/provider"
)

// HookOptions change a webhook call of the vendor.
type HookOptions struct {
	// Values replace values of the function Values.
	Values map[string]cty.Value
	// Change, if not nil, changes the body before it is signed. The body is JSON, also if the vendor's calls are forms.
	Change func(body []byte) []byte
	Sign   emulator.SignOptions
	// After, if not nil, changes the signed call.
	After func(w *emulator.Webhook)
}

// EventTime is the time of the events of Values.
var EventTime = eventTime(time.Now())

// eventTime returns a time shortly before now, in UTC: with an odd second, and of a day whose number is not that of the month, so
// that a mixed-up date shows.
func eventTime(now time.Time) time.Time {
	t := now.UTC().Truncate(2 * time.Second).Add(-97 * time.Second)
	for t.Day() == int(t.Month()) {
		t = t.Add(-24 * time.Hour)
	}
	return t
}

// Values returns the values for a webhook event but its time. Every text is different for each n, so that mixed-up values are
// noticed.
func Values(e *suite.Env, n int) map[string]cty.Value {
	texts := map[string]string{"recipient": e.Recipient().Address, "error_code": "131026"}
	for _, name := range []string{
		"id", "message_id", "wamid", "reference", "error_message", "profile_name", "text", "caption", "media_id", "filename",
		"mime_type", "sha256", "name", "address", "reply_id", "reply_title", "reply_description", "payload", "emoji", "context_id",
		"catalog_id", "product_id", "first_name", "formatted_name", "kind", "category", "reason", "template_id", "template_name",
		"language", "template_status", "group_id", "original_id", "referral_id", "headline", "click_id", "identity_hash", "unsupported_type",
	} {
		texts[name] = fmt.Sprintf("%s-%d-é😀\"%d", name, n, e.Rand().Uint32())
	}
	texts["wamid"] = fmt.Sprintf("wamid.%d.%d", n, e.Rand().Uint32())
	texts["link"] = fmt.Sprintf("https://cdn.example.com/%d?x=%d", n, e.Rand().Uint32())
	texts["latitude"], texts["longitude"] = fmt.Sprintf("12.%06d", 100001+n), fmt.Sprintf("-77.%06d", 500001+n)
	texts["user_id"] = fmt.Sprintf("US.%d%d", n+1, e.Rand().Uint32()) // a business-scoped id has letters and digits only
	texts["phone"] = sample.Phone(e.Seed(), fmt.Sprint("event ", n))
	texts["price"], texts["quantity"], texts["currency"] = fmt.Sprint(100+n), fmt.Sprint(1+n), "EUR"
	out := map[string]cty.Value{}
	for name, text := range texts {
		out[name] = cty.StringVal(text)
	}
	return out
}

// Times returns the forms that the time of an event may have. It is never empty.
func Times(d *dialect.Dialect, event string) []dialect.TimeForm {
	if ev := d.Event(event); ev != nil && len(ev.Times) > 0 {
		return ev.Times
	}
	if len(d.Webhook.Times) > 0 {
		return d.Webhook.Times
	}
	return []dialect.TimeForm{dialect.TimeRFC3339}
}

// EventValues returns Values with the time in a form of the event.
func EventValues(e *suite.Env, event string, n int) map[string]cty.Value {
	values := Values(e, n)
	values["time"] = cty.StringVal(Times(e.Dialect(), event)[0].Format(EventTime))
	return values
}

// Call returns a webhook call of the vendor without passing it to the provider. It blocks the check if the dialect
// cannot render the event.
func Call(e *suite.Env, event string, o HookOptions) emulator.Webhook {
	w := unsigned(e, event, o.Values)
	if o.Change != nil {
		w.Body = o.Change(w.Body)
	}
	w, err := e.Emulator().Sign(w, o.Sign)
	if err != nil {
		e.Blocked("%v", err)
	}
	if o.After != nil {
		o.After(&w)
	}
	return w
}

// Document returns the body of a webhook call as JSON, also if the vendor's calls are forms.
func Document(e *suite.Env, event string) []byte { return unsigned(e, event, nil).Body }

func unsigned(e *suite.Env, event string, varied map[string]cty.Value) emulator.Webhook {
	values := EventValues(e, event, 0)
	maps.Copy(values, varied)
	w, err := e.Emulator().Unsigned(event, values)
	if err != nil {
		e.Blocked("%v", err)
	}
	return w
}

// Hook creates a webhook call of the vendor and passes it to the provider.
func Hook(ctx context.Context, e *suite.Env, event string, o HookOptions) (emulator.Webhook, provider.WebhookResponse) {
	w := Call(e, event, o)
	return w, Hand(ctx, e, w)
}

// Hand passes a webhook call to the provider. If HandleWebhook fails, that is a deviation and ends the check.
func Hand(ctx context.Context, e *suite.Env, w emulator.Webhook) provider.WebhookResponse {
	res, err := e.HandleWebhook(ctx, provider.WebhookRequest{
		ChannelIDs: []string{e.ChannelID()}, Method: w.Method, URL: w.URL(), Header: w.Header, Body: w.Body,
	})
	if err != nil {
		e.Fatalf("HandleWebhook", "an answer, whatever the vendor sends", "%v", err)
	}
	if leak := e.FindSecret(res.Problem + string(res.Reply.Body)); leak != "" {
		e.Failf("HandleWebhook", "no secret in the provider's answer", "%s", leak)
	}
	return res
}

// Text returns HookOptions.Values with one text.
func Text(name, text string) map[string]cty.Value {
	return map[string]cty.Value{name: cty.StringVal(text)}
}
