// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/vendorhttp"
)

// openings counts the channels that were opened.
var openings atomic.Int64

// tellsSender returns a hook that changes the sender of an opened channel.
func tellsSender(change func(sender string) string) func(protoreflect.Message, bool) {
	return sent("OpenChannelResponse", func(m protoreflect.Message) {
		if s := text(m, "sender"); s != "" {
			m.Set(field(m, "sender"), protoreflect.ValueOfString(change(s)))
		}
	})
}

// sharesReference sets the reference of each recipient of a request to that of the first.
func sharesReference(_ *channel, _ *message.Message, body map[string]any) {
	var first any
	eachRecipient(body, func(entry map[string]any) {
		if first == nil {
			first = entry["reference"]
		}
		entry["reference"] = first
	})
}

// eachRecipient calls a function with the object of each recipient in the body of a request.
func eachRecipient(body map[string]any, what func(entry map[string]any)) {
	recipients, _ := body["recipients"].([]any)
	for _, r := range recipients {
		if entry, ok := r.(map[string]any); ok {
			what(entry)
		}
	}
}

// senderMutants tell a wrong sender, or mistake one attempt, recipient, field or webhook for another.
var senderMutants = []Mutant{
	{Name: "forgets-the-sender", Defect: "only the first channel that is opened has a sender", tamper: tellsSender(func(s string) string {
		if openings.Add(1) > 1 {
			return ""
		}
		return s
	})},
	{Name: "numbers-its-senders", Defect: "each opening of a channel has another sender", tamper: tellsSender(func(string) string {
		return fmt.Sprintf("line %d", openings.Add(1))
	})},
	{Name: "invents-senders", Defect: "the sender is that of the process", tamper: tellsSender(func(string) string {
		return fmt.Sprintf("process %d", os.Getpid())
	})},
	{Name: "has-one-sender", Defect: "all channels have the same sender, whatever their number is", tamper: tellsSender(func(string) string {
		return "acme"
	})},
	{Name: "sends-from-bare-digits", Defect: "the sender is a number without +", tamper: tellsSender(func(s string) string {
		return strings.TrimPrefix(s, "+")
	})},
	{Name: "drops-the-attempt", Defect: "the reference of a recipient is the message id, without the number of the attempt",
		body: func(_ *channel, _ *message.Message, body map[string]any) {
			eachRecipient(body, func(entry map[string]any) {
				id, _ := entry["reference"].(string)
				if at := strings.LastIndexByte(id, '-'); at > 0 {
					entry["reference"] = id[:at]
				}
			})
		}},
	{Name: "hides-shared-reference", Defect: "all recipients of a request have the reference of the first, and no outcome says so", body: sharesReference},
	{Name: "loses-shared-reference", Defect: "all recipients of a request have the reference of the first, and an unknown outcome does not say so",
		body: sharesReference, outcomes: func(_ context.Context, _ *channel, req provider.GroupRequest, outcomes []outcome.Outcome) []outcome.Outcome {
			for i := range outcomes {
				if a := outcomes[i].Accepted; a != nil && len(req.Deliveries) > 1 {
					a.Aliases = append(a.Aliases, req.Deliveries[0].DeliveryID)
				}
			}
			return outcomes
		}},
	{Name: "remembers-by-content", Defect: "a message with the content of an accepted one to the same recipients is answered from memory",
		post: func(_ *account, next poster) poster {
			var accepted sync.Map // of *vendorhttp.Response, by content
			return func(ctx context.Context, r vendorhttp.Request) (*vendorhttp.Response, *vendorhttp.Failure) {
				key := contentOf(r.Body)
				if known, ok := accepted.Load(key); ok {
					return known.(*vendorhttp.Response), nil
				}
				response, failure := next(ctx, r)
				if response != nil && response.Status == http.StatusOK {
					accepted.Store(key, response)
				}
				return response, failure
			}
		}},
	{Name: "sends-one-by-one", Defect: "several recipients are declared, and each gets a request of its own", loops: true},
	{Name: "carries-missing-fields", Defect: "a field that is declared as missing and listed as ignored is sent",
		body: func(_ *channel, m *message.Message, body map[string]any) {
			var whole map[string]any
			if data, err := message.Marshal(m); err == nil && json.Unmarshal(data, &whole) == nil {
				delete(whole, "wahost")
				body["message"] = whole
			}
		}},
	{Name: "hides-missing-fields", Defect: "a field that is declared as missing is dropped and not listed as ignored",
		outcomes: perOutcome(func(o *outcome.Outcome) { o.IgnoredFields = nil })},
	{Name: "reorders-webhooks", Defect: "the responses to several webhooks come in the opposite order", tamper: sent("HandleWebhooksResponse", func(m protoreflect.Message) {
		list := m.Mutable(field(m, "responses")).List()
		for i, j := 0, list.Len()-1; i < j; i, j = i+1, j-1 {
			first, last := list.Get(i), list.Get(j)
			list.Set(i, last)
			list.Set(j, first)
		}
	})},
	{Name: "spoils-the-neighbours", Defect: "if one of several webhooks has no event, none has", tamper: sent("HandleWebhooksResponse", func(m protoreflect.Message) {
		empty := false
		eachOf(m, "responses", func(r protoreflect.Message) { empty = empty || r.Get(field(r, "events")).List().Len() == 0 })
		if empty {
			eachOf(m, "responses", func(r protoreflect.Message) { r.Clear(field(r, "events")) })
		}
	})},
	{Name: "declares-smaller-groups", Defect: "two recipients are declared for a request with a template, and more are sent",
		tamper: sent("OpenChannelResponse", func(m protoreflect.Message) {
			eachOf(sub(m, "capabilities"), "kinds", func(k protoreflect.Message) {
				if text(k, "kind") == message.KindTemplate {
					k.Set(field(k, "max_recipients"), protoreflect.ValueOfInt32(2))
				}
			})
		})},
}

// contentOf returns the body of a request without the references of its recipients.
func contentOf(body []byte) string {
	var content map[string]any
	if json.Unmarshal(body, &content) != nil {
		return string(body)
	}
	eachRecipient(content, func(entry map[string]any) { delete(entry, "reference") })
	plain, _ := json.Marshal(content)
	return string(plain)
}
