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

// HookOptions change a webhook call of the vendor.
type HookOptions struct {
	// Values replace values of the function Values.
	Values map[string]cty.Value
	// Change, if not nil, changes the body before it is signed.
	Change func(body []byte) []byte
	Sign   emulator.SignOptions
	// After, if not nil, changes the signed call.
	After func(w *emulator.Webhook)
}

// EventTime is the time of the events of Values.
var EventTime = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

// Values returns the values for a webhook event. Every text is different for each n, so that mixed-up values are
// noticed.
func Values(e *suite.Env, n int) map[string]cty.Value {
	texts := map[string]string{"recipient": e.Recipient().Address, "time": FormatTime(form(e), EventTime).AsString(), "error_code": "131026"}
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

// FormatTime returns a time in the form of a vendor. A number is returned as a string of digits, because the dialect
// decides whether it is in quotes.
func FormatTime(form dialect.TimeForm, t time.Time) cty.Value {
	switch form {
	case dialect.TimeUnix, dialect.TimeUnixText:
		return cty.StringVal(fmt.Sprint(t.Unix()))
	case dialect.TimeMilli, dialect.TimeMilliText:
		return cty.StringVal(fmt.Sprint(t.UnixMilli()))
	case dialect.TimeMicro:
		return cty.StringVal(fmt.Sprint(t.UnixMicro()))
	case dialect.TimeNano:
		return cty.StringVal(fmt.Sprint(t.UnixNano()))
	case dialect.TimeFraction:
		return cty.StringVal(fmt.Sprintf("%d.%03d", t.Unix(), t.Nanosecond()/int(time.Millisecond)))
	case dialect.TimeOffset:
		return cty.StringVal(t.In(time.FixedZone("", 8*60*60)).Format("2006-01-02T15:04:05-0700"))
	case dialect.TimeDateTime:
		return cty.StringVal(t.UTC().Format(time.DateTime))
	}
	return cty.StringVal(t.UTC().Format("2006-01-02T15:04:05.000Z07:00"))
}

// Call returns a webhook call of the vendor without passing it to the provider. It blocks the check if the dialect
// cannot render the event.
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
