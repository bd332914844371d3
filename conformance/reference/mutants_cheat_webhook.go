// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/unicode/norm"

	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
)

// similar returns a hook for a text of events: a text whose last characters were seen before becomes that text.
func similar(last int, of func(e *provider.Event) *string) func(*account, provider.WebhookRequest) provider.WebhookResponse {
	var seen sync.Map
	return eachEvent(func(_ *account, e *provider.Event) {
		text := of(e)
		if len(*text) <= last {
			return
		}
		before, _ := seen.LoadOrStore((*text)[len(*text)-last:], *text)
		*text, _ = before.(string)
	})
}

// trusts returns a hook that accepts webhooks with a value in a header.
func trusts(header, value string) func(*account, provider.WebhookRequest) provider.WebhookResponse {
	return unless(func(_ *account, req provider.WebhookRequest, _ string) bool {
		return http.Header(req.Header).Get(header) == value
	})
}

// ladder is the usual order of statuses.
var ladder = []outcome.Status{outcome.StatusSent, outcome.StatusDelivered, outcome.StatusRead, outcome.StatusPlayed, outcome.StatusFailed}

// signatures are the signatures that were right.
var signatures sync.Map

// webhookCheats are right about the vendor's own calls, and about those that are quite wrong.
var webhookCheats = []Mutant{
	{Name: "correlates-by-last-digits", Defect: "an event whose message id ends like an earlier one is attributed to that message",
		webhook: similar(8, func(e *provider.Event) *string { return &e.Correlation.ProviderMessageID })},
	{Name: "recipients-by-last-digits", Defect: "a number that ends like an earlier one is taken for that number",
		webhook: similar(8, func(e *provider.Event) *string { return &e.Correlation.Recipient.Address })},
	{Name: "event-ids-by-last-digits", Defect: "an event whose id ends like an earlier one has that id",
		webhook: similar(8, func(e *provider.Event) *string { return &e.ID })},
	{Name: "ids-without-case", Defect: "ids of WhatsApp are reported in lower case if they were seen before in another case", webhook: func() func(*account, provider.WebhookRequest) provider.WebhookResponse {
		var seen sync.Map
		return eachEvent(func(_ *account, e *provider.Event) {
			before, _ := seen.LoadOrStore(strings.ToLower(e.Correlation.WAMID), e.Correlation.WAMID)
			e.Correlation.WAMID, _ = before.(string)
		})
	}()},
	{Name: "compares-half-a-signature", Defect: "only the first half of a signature is compared",
		webhook: unless(func(a *account, req provider.WebhookRequest, signature string) bool {
			want := signaturePrefix + hex.EncodeToString(sign(a.webhookSecret, a.signed(req)))
			return len(signature) == len(want) && signature[:len(want)/2] == want[:len(want)/2]
		})},
	{Name: "remembers-signatures", Defect: "a signature that was right once is right for every body", webhook: func(a *account, req provider.WebhookRequest) provider.WebhookResponse {
		signature := http.Header(req.Header).Get(signatureHeader)
		if _, known := signatures.Load(signature); known {
			return a.parse(req)
		}
		r := a.handle(req)
		if r.Authenticated {
			signatures.Store(signature, true)
		}
		return r
	}},
	{Name: "skips-signature-for-debugging", Defect: "the signature is not checked if the header X-Debug is 1", webhook: trusts("X-Debug", "1")},
	{Name: "trusts-forwarded-loopback", Defect: "the signature is not checked if a header says that the caller is local", webhook: trusts("X-Forwarded-For", "127.0.0.1")},
	{Name: "drops-repeated-events", Defect: "the second of two equal events of a call is dropped", webhook: afterwards(func(_ *account, r *provider.WebhookResponse) {
		seen := map[string]bool{}
		r.Events = slices.DeleteFunc(r.Events, func(e provider.Event) bool {
			again := seen[e.ID]
			seen[e.ID] = true
			return again
		})
	})},
	{Name: "sorts-statuses", Defect: "the statuses of a call are put into their usual order", webhook: afterwards(func(_ *account, r *provider.WebhookResponse) {
		slices.SortStableFunc(r.Events, func(a, b provider.Event) int {
			if a.DeliveryStatus == nil || b.DeliveryStatus == nil {
				return 0
			}
			return slices.Index(ladder, a.DeliveryStatus.Status) - slices.Index(ladder, b.DeliveryStatus.Status)
		})
	})},
	{Name: "cuts-inbound-texts", Defect: "inbound texts are cut to 1,000 characters", webhook: eachMessage(func(m, _ map[string]any) {
		cut(object(m, "text"), "body", 1000)
	})},
	{Name: "cuts-ids-of-events", Defect: "ids of WhatsApp in events are cut to 64 characters", webhook: eachEvent(func(_ *account, e *provider.Event) {
		e.Correlation.WAMID = e.Correlation.WAMID[:min(64, len(e.Correlation.WAMID))]
	})},
	{Name: "inbound-digits-as-numbers", Defect: "an inbound text of digits loses the zeros before them", webhook: eachMessage(func(m, _ map[string]any) {
		edit(object(m, "text"), "body", func(s string) string {
			if strings.Trim(s, "0123456789") == "" {
				return strings.TrimLeft(s, "0")
			}
			return s
		})
	})},
	{Name: "composes-inbound-texts", Defect: "signs of several characters in inbound messages become one", webhook: eachMessage(func(m, _ map[string]any) { everyText(m, norm.NFC.String) })},
	{Name: "rejected-templates-as-approved", Defect: "a template that was rejected is reported as approved", webhook: eachEvent(func(_ *account, e *provider.Event) {
		if e.TemplateStatus != nil && e.TemplateStatus.Status == "REJECTED" {
			e.TemplateStatus.Status = "APPROVED"
		}
	})},
	{Name: "trusts-calls-by-get", Defect: "the signature of a call by GET is not checked", webhook: func(a *account, req provider.WebhookRequest) provider.WebhookResponse {
		if req.Method == http.MethodGet && len(req.Body) > 0 {
			return a.parse(req)
		}
		return a.handle(req)
	}},
	{Name: "accepts-half-a-token", Defect: "the beginning of verify_token is enough for the vendor's test of the URL", webhook: func(a *account, req provider.WebhookRequest) provider.WebhookResponse {
		u, err := url.Parse(req.URL)
		if err != nil || req.Method != http.MethodGet {
			return a.handle(req)
		}
		q := u.Query()
		if token := q.Get("hub.verify_token"); token != "" && strings.HasPrefix(a.verifyToken, token) {
			q.Set("hub.verify_token", a.verifyToken)
			u.RawQuery = q.Encode()
			req.URL = u.String()
		}
		return a.handle(req)
	}},
	{Name: "accepts-signature-of-nothing", Defect: "a signature of no bytes is right for every body", webhook: unless(func(a *account, _ provider.WebhookRequest, signature string) bool {
		return signature == signaturePrefix+hex.EncodeToString(sign(a.webhookSecret, nil))
	})},
	{Name: "accepts-hash-without-key", Defect: "a plain hash of the body is a signature", webhook: unless(func(_ *account, req provider.WebhookRequest, signature string) bool {
		sum := sha256.Sum256(req.Body)
		return signature == signaturePrefix+hex.EncodeToString(sum[:])
	})},
	{Name: "accepts-other-credentials", Defect: "a signature with api_key is right as well", webhook: unless(func(a *account, req provider.WebhookRequest, signature string) bool {
		return signature == signaturePrefix+hex.EncodeToString(sign(a.key, req.Body))
	})},
	{Name: "drops-unknown-among-others", Defect: "an event of an unknown type is dropped if it comes with others", webhook: afterwards(func(_ *account, r *provider.WebhookResponse) {
		if len(r.Events) > 1 {
			r.Events = slices.DeleteFunc(r.Events, func(e provider.Event) bool { return e.ChannelNotice != nil })
		}
	})},
	{Name: "keeps-old-webhook-secret", Defect: "a new configuration keeps the first webhook_secret valid", webhook: func() func(*account, provider.WebhookRequest) provider.WebhookResponse {
		var secrets sync.Map
		return unless(func(a *account, req provider.WebhookRequest, signature string) bool {
			first, _ := secrets.LoadOrStore(a.id, a.webhookSecret)
			old, _ := first.(string)
			return signature == signaturePrefix+hex.EncodeToString(sign(old, req.Body))
		})
	}()},
}
