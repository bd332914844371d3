// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package postgres_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/internal/testpostgres"
)

// A resend that is done again, because the connection broke after the commit, still says what is to be sent. Another one is refused.
func TestAResendIsDoneAgain(t *testing.T) {
	t.Parallel()
	n := joinAs(t, testpostgres.Database(t), "one")
	id := n.accept("+49100")
	_, err := n.begin(1, id)
	require.NoError(t, err)
	now := time.Now()
	require.NoError(t, n.Settle(t.Context(), n.epoch, []store.Settlement{{
		Attempt: store.Attempt{ID: id, N: 1}, State: store.StateUnknown, Outcome: store.OutcomeUnknown, Channel: "p.first", At: now, Began: now, Handover: 1, Ends: true, Keep: true,
	}}))
	c := &store.Command{Action: store.ActionResend, ID: id, At: now.Add(time.Minute)}
	for range 2 {
		done, err := n.Command(t.Context(), n.epoch, c)
		require.NoError(t, err)
		require.NotNil(t, done.Again)
		require.Equal(t, id, done.Again.ID)
		require.Equal(t, 1, done.Again.Tries)
	}
	audit, err := n.Audit(t.Context(), 0, 10)
	require.NoError(t, err)
	require.Len(t, audit, 1)
	c.At = c.At.Add(time.Minute)
	_, err = n.Command(t.Context(), n.epoch, c)
	var refused *store.RefusedError
	require.ErrorAs(t, err, &refused)
}
