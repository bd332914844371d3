// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/internal/testpostgres"
	"github.com/wahost/wahost/sdk/message"
)

// trips counts how often a connection waits for the server.
type trips struct{ n int }

func (c *trips) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	c.n++
	return ctx
}
func (c *trips) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}
func (c *trips) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	c.n++
	return ctx
}
func (c *trips) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}
func (c *trips) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData)     {}

// What an ended node had begun is judged in a time that no lease runs out in, although a call may have a thousand messages.
func TestALargeCallIsJudgedAtOnce(t *testing.T) {
	t.Parallel()
	s, err := Open(t.Context(), testpostgres.Database(t))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	old, err := s.Join(t.Context(), 1)
	require.NoError(t, err)
	const messages = 200
	all, call := make([]*store.NewMessage, messages), &store.Handover{Seq: 1, Channel: "p.first", Began: time.Now()}
	for i := range all {
		all[i] = &store.NewMessage{ID: ids.New(), Sender: "1020", To: message.Recipient{Kind: message.RecipientPhone, Address: "+49155"}, Body: []byte(`{}`), Lane: "+49100", APIKey: "shop"}
		call.Attempts = append(call.Attempts, store.Attempt{ID: all[i].ID, N: 1})
	}
	_, err = s.Accept(t.Context(), all)
	require.NoError(t, err)
	gone, err := s.Begin(t.Context(), old, call)
	require.NoError(t, err)
	require.Empty(t, gone)
	e, err := s.Join(t.Context(), 1)
	require.NoError(t, err)
	count := &trips{}
	s.tx.close() // nothing is being changed, and the next connection counts
	s.tx.config.Tracer = count
	n, err := s.Takeover(t.Context(), e)
	require.NoError(t, err)
	require.Equal(t, messages, n)
	require.Positive(t, count.n)
	require.Less(t, count.n, 20, "there is a round trip for each message")
}
