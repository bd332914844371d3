// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"context"
	"fmt"
	"strings"

	"github.com/wahost/wahost/conformance/checks/internal/wire"
	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/sdk/provider"
)

// severalCalls passes webhooks alone and then in one call, some of which are not authentic or cannot be read.
func severalCalls(ctx context.Context, e *suite.Env) {
	garbage := wire.HookOptions{Change: func([]byte) []byte { return []byte("\x00 no webhook") }}
	unsigned := wire.HookOptions{After: func(w *emulator.Webhook) { w.Header = map[string][]string{"Content-Type": {"application/json"}} }}
	var requests []provider.WebhookRequest
	var want []string
	for n, o := range []wire.HookOptions{{}, garbage, {}, unsigned, {}} {
		if o.Values = wire.Values(e, n); n == 1 || n == 3 {
			o.Values = nil
		}
		w := wire.Call(e, anyEvent(e), o)
		alone := wire.Hand(ctx, e, w)
		if o.Values != nil && (!alone.Authenticated || len(alone.Events) == 0) {
			e.Fatalf(fmt.Sprintf("request %d", n+1), "authentic, with an event, when it comes alone", "%s", summary(alone))
		}
		want = append(want, summary(alone))
		requests = append(requests, provider.WebhookRequest{
			ChannelIDs: []string{e.ChannelID()}, Method: w.Method, URL: w.URL(), Header: w.Header, Body: w.Body,
		})
	}
	responses, err := e.Client().HandleWebhooks(ctx, e.ProviderID(), requests...)
	if err != nil {
		e.Fatalf("HandleWebhooks", fmt.Sprintf("%d responses", len(requests)), "%v", err)
	}
	for i, r := range responses {
		if got := summary(r); got != want[i] {
			e.Failf(fmt.Sprintf("request %d of %d", i+1, len(requests)), want[i]+", as when it comes alone", "%s", got)
		}
	}
}

// summary describes a response in the parts that must be the same each time.
func summary(r provider.WebhookResponse) string {
	parts := []string{fmt.Sprintf("authenticated %t", r.Authenticated)}
	for _, ev := range r.Events {
		parts = append(parts, describe(ev))
	}
	if r.Problem != "" && len(r.Events) == 0 {
		parts = append(parts, "with a problem")
	}
	return strings.Join(parts, ", ")
}
