// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package server_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
)

// BenchmarkBroadcast measures what a recipient of a broadcast costs in client and server together, with a vendor that takes no time.
func BenchmarkBroadcast(b *testing.B) {
	const recipients = 3000
	f := &fake{most: 1000, group: func(_ context.Context, req provider.GroupRequest) []outcome.Outcome {
		accepted := outcome.Accept("v")
		all := make([]outcome.Outcome, len(req.Deliveries))
		for i, d := range req.Deliveries {
			all[i] = accepted
			all[i].DeliveryID = d.DeliveryID
		}
		return all
	}}
	batch := message.Batch{Message: text("hi")}
	for i := range recipients {
		batch.Deliveries = append(batch.Deliveries, message.Delivery{
			DeliveryID: fmt.Sprintf("%026d-1", i), To: message.Recipient{Kind: message.RecipientPhone, Address: fmt.Sprintf("+4915%09d", i)},
		})
	}
	for _, form := range forms {
		b.Run(form, func(b *testing.B) {
			c, _ := serveForm(b, form, f)
			open(b, c)
			b.ReportAllocs()
			for b.Loop() {
				answers := 0
				require.NoError(b, c.SendMessages(b.Context(), "fake.main", []message.Batch{batch}, func(outcome.Outcome) { answers++ }))
				require.Equal(b, recipients, answers)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*recipients), "ns/recipient")
		})
	}
}
