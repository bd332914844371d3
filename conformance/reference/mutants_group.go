// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"context"
	"sync"
	"time"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
)

// mixed reports whether some of the outcomes are accepted and some are rejected.
func mixed(out []outcome.Outcome) bool {
	accepted, rejected := 0, 0
	for _, o := range out {
		if o.Accepted != nil {
			accepted++
		}
		if o.Rejected != nil {
			rejected++
		}
	}
	return accepted > 0 && rejected > 0
}

var firstRegion sync.Map

// groupMutants misread answers that have a result of its own for each recipient or each kind of message, and forget arguments.
var groupMutants = []Mutant{
	{Name: "accepts-refused-recipient", Defect: "in an answer with accepted recipients the refused ones are taken for accepted", outcomes: func(_ context.Context, _ *channel, _ provider.GroupRequest, out []outcome.Outcome) []outcome.Outcome {
		if mixed(out) {
			for i, o := range out {
				if o.Rejected != nil {
					out[i] = outcome.Accept("acme-unknown")
					out[i].DeliveryID, out[i].Attempts = o.DeliveryID, o.Attempts
				}
			}
		}
		return out
	}},
	{Name: "refuses-the-neighbour", Defect: "the results of a mixed answer belong to the recipients that follow", outcomes: func(_ context.Context, _ *channel, _ provider.GroupRequest, out []outcome.Outcome) []outcome.Outcome {
		if mixed(out) {
			first := out[0].DeliveryID
			for i := range out[:len(out)-1] {
				out[i].DeliveryID = out[i+1].DeliveryID
			}
			out[len(out)-1].DeliveryID = first
		}
		return out
	}},
	{Name: "accepts-rejected-templates", Defect: "a template message with an id is taken for accepted, although the vendor says that the template is rejected", outcomes: perOutcome(func(o *outcome.Outcome) {
		if o.Rejected != nil && o.Rejected.VendorMessage == "REJECTED" {
			id, attempts := o.DeliveryID, o.Attempts
			*o = outcome.Accept("acme-rejected")
			o.DeliveryID, o.Attempts = id, attempts
		}
	})},
	{Name: "drops-an-argument", Defect: "the argument pool is in no request", body: func(_ *channel, _ *message.Message, body map[string]any) {
		delete(body, "pool")
	}},
	{Name: "keeps-the-first-argument", Defect: "the region is the first that was configured in the process", body: func(_ *channel, _ *message.Message, body map[string]any) {
		if region, ok := body["region"]; ok {
			body["region"], _ = firstRegion.LoadOrStore("region", region)
		}
	}},
	{Name: "schedules-for-another-hour", Defect: "the time of a message that is sent later is an hour off", body: func(_ *channel, m *message.Message, body map[string]any) {
		if at := m.GetWahost().GetSendAt(); at != nil {
			body["send_at"] = at.AsTime().Add(time.Hour).Format(time.RFC3339Nano)
		}
	}},
	{Name: "forgets-the-schedule", Defect: "a message with a time is sent at once", body: func(_ *channel, _ *message.Message, body map[string]any) {
		delete(body, "send_at")
	}},
}
