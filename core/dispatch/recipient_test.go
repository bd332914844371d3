// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/catalog"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// TestBothRecipients proves that the recipient that does not count is listed, and that nobody else's list changes.
func TestBothRecipients(t *testing.T) {
	t.Parallel()
	shared := []string{"text.preview_url"}
	sender := &fakeSender{send: each(func(addr.Channel, message.Delivery) outcome.Outcome {
		return outcome.Outcome{Accepted: &outcome.Accepted{}, IgnoredFields: shared}
	})}
	d := start(t, setup{}, sender)
	both := &message.Message{Type: "text", To: "+4915500000001", Recipient: "US.1", Text: &message.Text{Body: "hi"}}
	to := message.Recipient{Kind: message.RecipientPhone, Address: "+4915500000001"}
	result := d.Send(t.Context(), Request{Content: d.Prepare(both), To: to})
	require.Equal(t, []string{"text.preview_url", "recipient"}, result.Outcome.IgnoredFields)
	result = d.Send(t.Context(), request(d, 1, ""))
	require.Equal(t, shared, result.Outcome.IgnoredFields)
	for _, c := range sender.recorded() {
		require.Empty(t, c.batches[0].Message.GetRecipient())
	}
}

// A condition sees the recipient of the request in Send, Submit and Explain, whatever recipient the message has.
func TestConditionsSeeTheRecipient(t *testing.T) {
	t.Parallel()
	vip := message.Recipient{Kind: message.RecipientPhone, Address: "+4915550000001"}
	other := message.Recipient{Kind: message.RecipientPhone, Address: "+4915550000002"}
	sender := &fakeSender{send: each(func(addr.Channel, message.Delivery) outcome.Outcome { return outcome.Accept("v") })}
	d := New(&config.Config{
		Channels: []config.Channel{{Addr: first}, {Addr: second}},
		Routes: []config.Route{
			{Name: "vip", Channels: []addr.Channel{first}, When: func(f *config.Facts) (bool, error) {
				to, _, _ := f.Address()
				return to == vip.Address, nil
			}},
			{Name: "rest", Channels: []addr.Channel{second}},
		},
	}, sender, quick)
	t.Cleanup(d.Close)
	checker := capability.NewChecker(capability.Capabilities{Kinds: []capability.Kind{{Kind: "text"}}})
	sender.set(map[addr.Channel]catalog.Channel{first: {Checker: checker}, second: {Checker: checker}})
	for name, m := range map[string]*message.Message{
		"without recipient":  {Type: "text", Text: &message.Text{Body: "hi"}},
		"to the VIP":         {Type: "text", To: vip.Address, Text: &message.Text{Body: "hi"}},
		"to somebody else":   {Type: "text", To: other.Address, Text: &message.Text{Body: "hi"}},
		"to an id of a user": {Type: "text", Recipient: "US.1", Text: &message.Text{Body: "hi"}},
	} {
		for want, to := range map[string]message.Recipient{"vip": vip, "rest": other} {
			req := Request{Content: d.Prepare(m), To: to}
			require.Equal(t, want, d.Send(t.Context(), req).Route, name)
			results := make(chan Result, 1)
			d.Submit(t.Context(), req, func(r Result) { results <- r })
			require.Equal(t, want, (<-results).Route, name)
			decision, _, err := d.Explain(m, to)
			require.NoError(t, err)
			require.Equal(t, want, decision.Route, name)
		}
	}
}
