// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package postgres_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/gateway/store/postgres"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/internal/testpostgres"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// BenchmarkLives measures messages from when they are accepted to when they are delivered, in groups as a gateway under load writes them, on a
// server that writes to its disk. The second number of each name is how many statuses a vendor tells of each message.
func BenchmarkLives(b *testing.B) {
	const group = 200
	for _, statuses := range [][]outcome.Status{nil, {outcome.StatusSent, outcome.StatusDelivered, outcome.StatusRead}} {
		b.Run(fmt.Sprintf("statuses=%d", len(statuses)), func(b *testing.B) {
			server := testpostgres.Start(b)
			server.Exec(b, `CREATE DATABASE gateway`)
			s, err := postgres.Open(b.Context(), server.URL("gateway"))
			require.NoError(b, err)
			defer func() { require.NoError(b, s.Close()) }()
			epoch, err := s.JoinAs(b.Context(), "one", "1")
			require.NoError(b, err)
			var seq int64
			b.ResetTimer()
			for done := 0; done < b.N; done += group {
				seq++
				var messages []*store.NewMessage
				var settlements []store.Settlement
				h := &store.Handover{Seq: seq, Channel: "p.first", Began: time.Now()}
				var events []store.Event
				for i := range group {
					m := &store.NewMessage{
						ID: ids.New(), Sender: "1020", To: message.Recipient{Kind: message.RecipientPhone, Address: fmt.Sprintf("+49155%07d", i)}, Body: make([]byte, 150),
						Lane: "+49100", APIKey: "shop",
					}
					a := store.Attempt{ID: m.ID, N: 1}
					messages, h.Attempts = append(messages, m), append(h.Attempts, a)
					settlements = append(settlements, store.Settlement{
						Attempt: a, Handover: seq, Ends: i == group-1, State: store.StateAccepted, Outcome: store.OutcomeAccepted, Route: "all", Channel: "p.first", Scope: "p",
						Correlations: []store.Correlation{{Key: m.ID.String()}}, At: time.Now(), Began: h.Began,
					})
					for _, status := range statuses {
						events = append(events, store.Event{Scope: "p", Key: m.ID.String() + string(status), VendorID: m.ID.String(), Status: status, At: time.Now()})
					}
				}
				_, err := s.Accept(b.Context(), messages)
				require.NoError(b, err)
				_, err = s.Begin(b.Context(), epoch, h)
				require.NoError(b, err)
				require.NoError(b, s.Settle(b.Context(), epoch, settlements))
				_, err = s.Events(b.Context(), events)
				require.NoError(b, err)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "messages/s")
		})
	}
}
