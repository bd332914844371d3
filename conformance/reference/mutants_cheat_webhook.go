// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"sync"

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
}
