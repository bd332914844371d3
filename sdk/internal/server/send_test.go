// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package server_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
)

func TestEveryDeliveryGetsExactlyOneOutcome(t *testing.T) {
	t.Parallel()
	accepted := func(id string) outcome.Outcome {
		o := outcome.Accept("v")
		o.DeliveryID = id
		return o
	}
	for name, test := range map[string]struct {
		fake *fake
		want map[string]string
	}{
		"one by one": {&fake{}, map[string]string{"1": "accepted", "2": "accepted", "3": "accepted", "4": "accepted"}},
		"says nothing": {&fake{send: func(context.Context, provider.SendRequest) outcome.Outcome { return outcome.Outcome{} }},
			map[string]string{"1": "unknown", "2": "unknown", "3": "unknown", "4": "unknown"}},
		"says two things": {&fake{send: func(context.Context, provider.SendRequest) outcome.Outcome {
			return outcome.Outcome{Accepted: &outcome.Accepted{}, Unknown: &outcome.Unknown{}}
		}}, map[string]string{"1": "unknown", "2": "unknown", "3": "unknown", "4": "unknown"}},
		"panics": {&fake{send: func(_ context.Context, req provider.SendRequest) outcome.Outcome {
			if req.DeliveryID == "2" {
				panic("no")
			}
			return outcome.Accept("v")
		}}, map[string]string{"1": "accepted", "2": "unknown", "3": "accepted", "4": "accepted"}},
		"groups": {&fake{group: func(_ context.Context, req provider.GroupRequest) []outcome.Outcome {
			var all []outcome.Outcome
			for _, d := range req.Deliveries {
				all = append(all, accepted(d.DeliveryID))
			}
			return all
		}}, map[string]string{"1": "accepted", "2": "accepted", "3": "accepted", "4": "accepted"}},
		"a group that forgets one and makes one up": {&fake{group: func(_ context.Context, req provider.GroupRequest) []outcome.Outcome {
			return []outcome.Outcome{accepted(req.Deliveries[0].DeliveryID), accepted(req.Deliveries[0].DeliveryID), accepted("made up")}
		}}, map[string]string{"1": "accepted", "2": "unknown", "3": "unknown", "4": "accepted"}},
		"texts that are not UTF-8": {&fake{send: func(_ context.Context, req provider.SendRequest) outcome.Outcome {
			switch req.DeliveryID {
			case "1":
				return outcome.Accept("v\xff")
			case "2":
				return outcome.Reject(outcome.ReasonVendorRejected, "p\xff", "d\xff")
			case "3":
				return outcome.NewUnknown("c\xff")
			}
			o := outcome.Accept("v")
			o.Degraded, o.IgnoredFields = "d\xff", []string{"f\xff"}
			return o
		}}, map[string]string{"1": "unknown", "2": "rejected", "3": "unknown", "4": "accepted"}},
		"a group that panics": {&fake{group: func(context.Context, provider.GroupRequest) []outcome.Outcome { panic("no") }},
			map[string]string{"1": "unknown", "2": "unknown", "3": "unknown", "4": "accepted"}},
	} {
		for _, form := range forms {
			t.Run(name+"/"+form, func(t *testing.T) {
				t.Parallel()
				c, _ := serveForm(t, form, test.fake)
				open(t, c)
				got := send(t, c, message.Batch{Message: text("hi"), Deliveries: deliveries("1", "2", "3", "4")})
				if diff := cmp.Diff(test.want, words(got)); diff != "" {
					t.Error(diff)
				}
				one := send(t, c, message.Batch{Message: text("hi"), Deliveries: deliveries("1")})
				require.Len(t, one, 1, "a single one takes another way")
			})
		}
	}
}

func TestWhatIsNotDeclaredNeverReachesTheAuthor(t *testing.T) {
	t.Parallel()
	f := &fake{send: func(context.Context, provider.SendRequest) outcome.Outcome { panic("not to be called") }}
	c, _ := serve(t, f)
	open(t, c)
	for name, test := range map[string]struct {
		message *message.Message
		to      message.Recipient
		reason  outcome.Reason
		path    string
	}{
		"kind":      {&message.Message{Type: "image", Image: &message.Media{Link: "https://x/y"}}, message.Recipient{Kind: message.RecipientPhone}, outcome.ReasonUnsupported, "type"},
		"new kind":  {&message.Message{Type: "hologram"}, message.Recipient{Kind: message.RecipientPhone}, outcome.ReasonUnsupported, "type"},
		"recipient": {text("hi"), message.Recipient{Kind: message.RecipientGroup, Address: "g"}, outcome.ReasonUnsupported, "to"},
		"limit":     {text(strings.Repeat("x", 4097)), message.Recipient{Kind: message.RecipientPhone}, outcome.ReasonInvalidMessage, "text.body"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := send(t, c, message.Batch{Message: test.message, Deliveries: []message.Delivery{{DeliveryID: "1", To: test.to}}})
			require.NotNil(t, got["1"].Rejected)
			require.Equal(t, test.reason, got["1"].Rejected.Reason)
			require.Equal(t, test.path, got["1"].Rejected.Path)
			require.Zero(t, got["1"].Attempts)
		})
	}
}

// What every author would have to check of a phone number is checked before their code, for each delivery by itself.
func TestWhatIsNoPhoneNumberNeverReachesTheAuthor(t *testing.T) {
	t.Parallel()
	c, _ := serve(t, &fake{})
	open(t, c)
	for name, address := range map[string]string{
		"empty": "", "a plus": "+", "a word": "not-a-number", "no plus": "15550100001", "five digits": "+15550", "sixteen digits": "+1555010000100000",
		"a leading zero": "+05550100001", "a space": "+1555 0100001", "other digits": "+١٥٥٥٠١٠٠٠٠١",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bad := message.Delivery{DeliveryID: "bad", To: message.Recipient{Kind: message.RecipientPhone, Address: address}}
			got := send(t, c, message.Batch{Message: text("hi"), Deliveries: append(deliveries("1"), bad)})
			require.NotNil(t, got["1"].Accepted)
			r := got["bad"].Rejected
			require.NotNil(t, r)
			require.Equal(t, outcome.ReasonInvalidRecipient, r.Reason)
			require.Equal(t, outcome.ScopeRecipient, r.Scope)
			require.Equal(t, "to", r.Path)
			require.Zero(t, got["bad"].Attempts)
		})
	}
}

func TestIgnoredFieldsAreTold(t *testing.T) {
	t.Parallel()
	c, _ := serve(t, &fake{send: func(context.Context, provider.SendRequest) outcome.Outcome {
		o := outcome.Accept("v")
		o.IgnoredFields = []string{"text.preview_url", "context.message_id"}
		return o
	}})
	open(t, c)
	m := text("hi")
	m.Context, m.BizOpaqueCallbackData = &message.Context{MessageId: "w"}, "ref"
	got := send(t, c, message.Batch{Message: m, Deliveries: deliveries("1")})
	require.Equal(t, []string{"text.preview_url", "context.message_id", "biz_opaque_callback_data"}, got["1"].IgnoredFields)
}
