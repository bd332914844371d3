// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package postgres_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/internal/testpostgres"
	"github.com/wahost/wahost/sdk/message"
)

// A message that changes while its node forgets an earlier change arrives once more.
func TestAnArrivalChanges(t *testing.T) {
	t.Parallel()
	url := testpostgres.Database(t)
	one, two := joinAs(t, url, "one"), joinAs(t, url, "two")
	one.renew("+49100")
	id := two.accept("+49100")
	ready, _, err := one.Arrivals(t.Context(), one.epoch, nil, 10)
	require.NoError(t, err)
	require.Len(t, ready, 1)
	_, err = two.Command(t.Context(), two.epoch, &store.Command{Action: store.ActionCancel, ID: id, At: time.Now()})
	require.NoError(t, err)
	ready, gone, err := one.Arrivals(t.Context(), one.epoch, []ids.ID{id}, 10)
	require.NoError(t, err)
	require.Empty(t, ready)
	require.Equal(t, []ids.ID{id}, gone, "the node does not learn of the change")
	ready, gone, err = one.Arrivals(t.Context(), one.epoch, []ids.ID{id}, 10)
	require.NoError(t, err)
	require.Empty(t, ready)
	require.Empty(t, gone)
}

// A message that is recorded again, because the connection broke after the commit, still arrives in its place.
func TestAnArrivalIsRecordedAgain(t *testing.T) {
	t.Parallel()
	url := testpostgres.Database(t)
	one, two := joinAs(t, url, "one"), joinAs(t, url, "two")
	one.renew("+49100")
	two.accept("+49100")
	m := &store.NewMessage{
		ID: ids.New(), Sender: "1020", To: message.Recipient{Kind: message.RecipientPhone, Address: "+49155"}, Body: []byte(`{}`), Lane: "+49100", APIKey: "shop",
	}
	for range 2 {
		results, err := one.Accept(t.Context(), []*store.NewMessage{m})
		require.NoError(t, err)
		require.Equal(t, store.New, results[0].Verdict)
		require.True(t, results[0].Arrives, "it would overtake the other one")
	}
}
