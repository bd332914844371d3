// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/vendorhttp"
)

// afterwards returns a hook that changes the response to a webhook.
func afterwards(change func(a *account, r *provider.WebhookResponse)) func(*account, provider.WebhookRequest) provider.WebhookResponse {
	return func(a *account, req provider.WebhookRequest) provider.WebhookResponse {
		r := a.handle(req)
		change(a, &r)
		return r
	}
}

// eachEvent returns a hook that changes each event.
func eachEvent(change func(a *account, e *provider.Event)) func(*account, provider.WebhookRequest) provider.WebhookResponse {
	return afterwards(func(a *account, r *provider.WebhookResponse) {
		for i := range r.Events {
			change(a, &r.Events[i])
		}
	})
}

// eachMessage returns a hook that changes the object of each inbound message. The raw event is the vendor's.
func eachMessage(change func(m, raw map[string]any)) func(*account, provider.WebhookRequest) provider.WebhookResponse {
	return eachEvent(func(_ *account, e *provider.Event) {
		if e.InboundMessage == nil {
			return
		}
		var m, raw map[string]any
		if json.Unmarshal(e.InboundMessage.Message, &m) != nil || json.Unmarshal(e.Raw, &raw) != nil {
			return
		}
		change(m, raw)
		e.InboundMessage.Message, _ = json.Marshal(m)
	})
}

// unless returns a hook that accepts webhooks as authentic if the condition holds, and checks the others.
func unless(authentic func(a *account, req provider.WebhookRequest, signature string) bool) func(*account, provider.WebhookRequest) provider.WebhookResponse {
	return func(a *account, req provider.WebhookRequest) provider.WebhookResponse {
		if req.Method != http.MethodGet && authentic(a, req, http.Header(req.Header).Get(signatureHeader)) {
			return a.parse(req)
		}
		return a.handle(req)
	}
}

var delivered sync.Map

// webhookMutants misread webhooks or trust unauthenticated ones.
var webhookMutants = []Mutant{
	{Name: "signature-over-reserialised", Defect: "the signature is checked over the body after it was decoded and encoded again", webhook: func(a *account, req provider.WebhookRequest) provider.WebhookResponse {
		var body any
		if req.Method != http.MethodGet && json.Unmarshal(req.Body, &body) == nil {
			again, _ := json.Marshal(body)
			got := strings.TrimPrefix(http.Header(req.Header).Get(signatureHeader), signaturePrefix)
			if got != hex.EncodeToString(sign(a.webhookSecret, again)) {
				return provider.WebhookResponse{Problem: "the signature is not that of webhook_secret"}
			}
			return a.parse(req)
		}
		return a.handle(req)
	}},
	{Name: "accepts-missing-signature", Defect: "a webhook without a signature is accepted",
		webhook: unless(func(_ *account, _ provider.WebhookRequest, signature string) bool { return signature == "" })},
	{Name: "accepts-any-signature", Defect: "signatures are not compared",
		webhook: unless(func(*account, provider.WebhookRequest, string) bool { return true })},
	{Name: "accepts-truncated-signature", Defect: "the beginning of a signature is accepted",
		webhook: unless(func(a *account, req provider.WebhookRequest, signature string) bool {
			got := strings.TrimPrefix(signature, signaturePrefix)
			return len(got) >= 16 && strings.HasPrefix(hex.EncodeToString(sign(a.webhookSecret, a.signed(req))), got)
		})},
	{Name: "accepts-upper-case-signature", Defect: "a signature in upper case is accepted",
		webhook: unless(func(a *account, req provider.WebhookRequest, signature string) bool {
			return strings.EqualFold(signature, signaturePrefix+hex.EncodeToString(sign(a.webhookSecret, a.signed(req))))
		})},
	{Name: "accepts-old-webhooks", Defect: "the signed time of a webhook is not compared with the current time",
		configure: func(a *account) { a.window = 0 }},
	{Name: "accepts-unconfigured-secret", Defect: "without webhook_secret all webhooks are accepted",
		webhook: unless(func(a *account, _ provider.WebhookRequest, _ string) bool { return a.webhookSecret == "" })},
	{Name: "refuses-webhooks", Defect: "every webhook is refused", webhook: func(*account, provider.WebhookRequest) provider.WebhookResponse {
		return provider.WebhookResponse{Problem: "refused"}
	}},
	{Name: "accepts-any-challenge", Defect: "the verify token of a challenge is not compared", webhook: func(a *account, req provider.WebhookRequest) provider.WebhookResponse {
		if _, challenge, ok := strings.Cut(req.URL, "hub.challenge="); ok && req.Method == http.MethodGet {
			challenge, _, _ = strings.Cut(challenge, "&")
			return provider.WebhookResponse{Authenticated: true, Reply: provider.WebhookReply{Status: http.StatusOK, Body: []byte(challenge)}}
		}
		return a.handle(req)
	}},
	{Name: "drops-second-event", Defect: "only the first event of a webhook is read",
		webhook: afterwards(func(_ *account, r *provider.WebhookResponse) { r.Events = r.Events[:min(1, len(r.Events))] })},
	{Name: "reorders-events", Defect: "events are returned in reverse order", webhook: afterwards(func(_ *account, r *provider.WebhookResponse) {
		for i, j := 0, len(r.Events)-1; i < j; i, j = i+1, j-1 {
			r.Events[i], r.Events[j] = r.Events[j], r.Events[i]
		}
	})},
	{Name: "drops-unknown-event", Defect: "events and messages of unknown kinds are dropped", webhook: afterwards(func(_ *account, r *provider.WebhookResponse) {
		var known []provider.Event
		for _, e := range r.Events {
			if e.ChannelNotice == nil && (e.InboundMessage == nil || e.InboundMessage.Type != "unknown") {
				known = append(known, e)
			}
		}
		r.Events = known
	})},
	{Name: "reserialises-raw", Defect: "the raw event is decoded and encoded again before it is passed on", webhook: eachEvent(func(_ *account, e *provider.Event) {
		var body any
		if json.Unmarshal(e.Raw, &body) == nil {
			e.Raw, _ = json.MarshalIndent(body, "", " ")
		}
	})},
	{Name: "drops-raw", Defect: "the raw event is not passed on", webhook: eachEvent(func(_ *account, e *provider.Event) { e.Raw = nil })},
	{Name: "forgets-reply-title", Defect: "replies to lists and buttons keep their id and lose their title", webhook: eachEvent(func(_ *account, e *provider.Event) {
		if e.InboundMessage == nil {
			return
		}
		var m map[string]any
		if json.Unmarshal(e.InboundMessage.Message, &m) != nil {
			return
		}
		for _, kind := range []string{"list_reply", "button_reply"} {
			delete(object(m, "interactive", kind), "title")
		}
		e.InboundMessage.Message, _ = json.Marshal(m)
	})},
	{Name: "random-event-id", Defect: "an event gets another id each time it is delivered", webhook: eachEvent(func(_ *account, e *provider.Event) {
		e.ID = strconv.FormatInt(sequence.Add(1), 10)
	})},
	{Name: "constant-event-id", Defect: "all events have the same id", webhook: eachEvent(func(_ *account, e *provider.Event) { e.ID = "event" })},
	{Name: "local-time-as-utc", Defect: "the offset of a time is left out, so that it is read as one in UTC", webhook: eachEvent(func(_ *account, e *provider.Event) {
		var raw struct {
			Time string `json:"time"`
		}
		_ = json.Unmarshal(e.Raw, &raw)
		if t, err := time.Parse(time.RFC3339Nano, raw.Time); err == nil {
			_, offset := t.Zone()
			e.Time = t.Add(time.Duration(offset) * time.Second)
		}
	})},
	{Name: "milliseconds-as-seconds", Defect: "times in milliseconds are read as seconds", webhook: eachEvent(func(_ *account, e *provider.Event) {
		var raw struct {
			Time json.Number `json:"time"`
		}
		if json.Unmarshal(e.Raw, &raw) == nil {
			if n, err := raw.Time.Int64(); err == nil {
				e.Time = time.Unix(min(n, 1<<36), 0)
			}
		}
	})},
	{Name: "hides-status-error", Defect: "a failed status has no reason", webhook: eachEvent(func(_ *account, e *provider.Event) {
		if s := e.DeliveryStatus; s != nil && s.Error != nil {
			s.Error.VendorCode, s.Error.VendorMessage, s.Error.Reason = "", "", outcome.ReasonVendorRejected
		}
	})},
	{Name: "drops-status-reference", Defect: "statuses do not have the caller's reference",
		webhook: eachEvent(func(_ *account, e *provider.Event) { e.Correlation.Reference = "" })},
	{Name: "read-means-delivered", Defect: "a read status is reported as delivered", webhook: eachEvent(func(_ *account, e *provider.Event) {
		if e.DeliveryStatus != nil && e.DeliveryStatus.Status == outcome.StatusRead {
			e.DeliveryStatus.Status = outcome.StatusDelivered
		}
	})},
	{Name: "played-means-read", Defect: "a played status is reported as read", webhook: eachEvent(func(_ *account, e *provider.Event) {
		if e.DeliveryStatus != nil && e.DeliveryStatus.Status == outcome.StatusPlayed {
			e.DeliveryStatus.Status = outcome.StatusRead
		}
	})},
	{Name: "time-of-arrival", Defect: "a time that cannot be read is replaced by the present one", webhook: afterwards(func(_ *account, r *provider.WebhookResponse) {
		for i := range r.Events {
			if r.Problem != "" && r.Events[i].Time.IsZero() {
				r.Events[i].Time = time.Now()
			}
		}
		if len(r.Events) > 0 {
			r.Problem = ""
		}
	})},
	{Name: "vendor-time-in-message", Defect: "the message object has the vendor's form of the time", webhook: eachMessage(func(m map[string]any, raw map[string]any) {
		m["timestamp"] = raw["time"]
		if text, ok := raw["time"].(string); ok {
			m["timestamp"] = text + " UTC"
		}
	})},
	{Name: "plus-in-message", Defect: "the sender in the message object begins with a plus sign", webhook: eachMessage(func(m map[string]any, _ map[string]any) {
		edit(m, "from", func(s string) string { return "+" + s })
	})},
	{Name: "forgets-forwarded", Defect: "it is lost that a message was forwarded", webhook: eachMessage(func(m map[string]any, _ map[string]any) {
		delete(object(m, "context"), "forwarded")
		delete(object(m, "context"), "frequently_forwarded")
	})},
	{Name: "forgets-group", Defect: "messages to a group do not say which", webhook: eachMessage(func(m map[string]any, _ map[string]any) { delete(m, "group_id") })},
	{Name: "forgets-referral", Defect: "the advertisement that a user came from is lost", webhook: eachMessage(func(m map[string]any, _ map[string]any) { delete(m, "referral") })},
	{Name: "needs-a-number", Defect: "messages of users without a phone number are reported without a sender", webhook: eachEvent(func(_ *account, e *provider.Event) {
		if e.InboundMessage != nil && e.InboundMessage.From.Kind == message.RecipientUser {
			e.InboundMessage.From = message.Recipient{}
		}
	})},
	{Name: "remembers-statuses", Defect: "a repeated status is dropped", webhook: afterwards(func(_ *account, r *provider.WebhookResponse) {
		var fresh []provider.Event
		for _, e := range r.Events {
			if e.DeliveryStatus != nil {
				key := e.Correlation.ProviderMessageID + string(e.DeliveryStatus.Status)
				if _, seen := delivered.LoadOrStore(key, true); seen {
					continue
				}
			}
			fresh = append(fresh, e)
		}
		r.Events = fresh
	})},
	{Name: "attributes-other-tenants", Defect: "an event for another number is attributed to the first channel", webhook: eachEvent(func(a *account, e *provider.Event) {
		a.mu.Lock()
		defer a.mu.Unlock()
		for id := range a.senders {
			if e.ChannelID == "" {
				e.ChannelID = id
			}
		}
	})},
	{Name: "loses-inbound-media", Defect: "inbound messages that are not text have no content", webhook: eachEvent(func(_ *account, e *provider.Event) {
		if e.InboundMessage != nil && e.InboundMessage.Type != "text" {
			e.InboundMessage.Message = []byte("{}")
		}
	})},
	{Name: "panics-on-malformed-webhook", Defect: "a webhook that is not JSON ends the process", webhook: func(a *account, req provider.WebhookRequest) provider.WebhookResponse {
		if len(req.Body) > 0 && !json.Valid(req.Body) && a.verify(req) == "" {
			ended := make(chan struct{})
			go func() { panic("not JSON") }()
			<-ended
		}
		return a.handle(req)
	}},
	{Name: "accepts-malformed-webhook", Defect: "a webhook that cannot be read is answered as if it could", webhook: afterwards(func(_ *account, r *provider.WebhookResponse) {
		if r.Authenticated && len(r.Events) == 0 && r.Reply.Status == http.StatusBadRequest {
			r.Reply, r.Problem = provider.WebhookReply{}, ""
		}
	})},
	{Name: "webhook-asks-vendor", Defect: "a webhook makes a request to the vendor", webhook: func(a *account, req provider.WebhookRequest) provider.WebhookResponse {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_, _ = a.client.Do(ctx, vendorhttp.Request{Method: http.MethodGet, Path: "/v1/account"})
		return a.handle(req)
	}},
	{Name: "trims-webhook-body", Defect: "white space around a webhook's body is removed before the signature is checked", webhook: func(a *account, req provider.WebhookRequest) provider.WebhookResponse {
		req.Body = bytes.TrimSpace(req.Body)
		return a.handle(req)
	}},
}
