// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package postgres_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/internal/testpostgres"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// A node erases what another node is about to send. That node is told, cannot begin it, and keeps what it has begun.
func TestEraseForAnotherNode(t *testing.T) {
	t.Parallel()
	url := testpostgres.Database(t)
	one, two := joinAs(t, url, "one"), joinAs(t, url, "two")
	one.renew("+49100")
	waiting, begun := one.accept("+49100"), one.accept("+49100")
	gone, err := one.begin(1, begun)
	require.NoError(t, err)
	require.Empty(t, gone)
	by := store.Actor{Key: "ops"}
	done, err := two.Erase(t.Context(), two.epoch, by, "49155")
	require.NoError(t, err)
	require.Equal(t, &store.Erasure{Messages: 1, Ended: []ids.ID{waiting}, UnderWay: 1}, done)
	ready, gone, err := one.Arrivals(t.Context(), one.epoch, nil, 10)
	require.NoError(t, err)
	require.Empty(t, ready)
	require.Equal(t, []ids.ID{waiting}, gone)
	gone, err = one.begin(2, waiting)
	require.NoError(t, err)
	require.Equal(t, []ids.ID{waiting}, gone)

	require.NoError(t, one.Settle(t.Context(), one.epoch, []store.Settlement{{
		Attempt: store.Attempt{ID: begun, N: 1}, State: store.StateAccepted, Outcome: store.OutcomeAccepted, Channel: "p.first", At: time.Now(), Handover: 1, Ends: true,
	}}))
	done, err = two.Erase(t.Context(), two.epoch, by, "49155")
	require.NoError(t, err)
	require.Equal(t, &store.Erasure{Messages: 1}, done)
	require.NoError(t, two.Leave(t.Context(), two.epoch))
	_, err = two.Erase(t.Context(), two.epoch, by, "49155")
	require.ErrorIs(t, err, store.ErrFenced)
}

// A node is not asked to redrive a message of another node while an attempt is in doubt, and gives the new one to that node afterwards.
func TestRedriveForAnotherNode(t *testing.T) {
	t.Parallel()
	url := testpostgres.Database(t)
	one, two := joinAs(t, url, "one"), joinAs(t, url, "two")
	one.renew("+49100")
	old := one.accept("+49100")
	_, err := one.begin(1, old)
	require.NoError(t, err)
	require.NoError(t, one.Settle(t.Context(), one.epoch, []store.Settlement{{
		Attempt: store.Attempt{ID: old, N: 1}, State: store.StateUnknown, Outcome: store.OutcomeUnknown, Channel: "p.first", At: time.Now(), Handover: 1, Ends: true,
	}}))
	command := func(action store.Action) (*store.Commanded, error) {
		next := &store.NewMessage{ID: ids.New(), Sender: "1020", To: message.Recipient{Kind: message.RecipientPhone, Address: "+49155"}, Body: []byte(`{}`), Lane: "+49100", APIKey: "shop"}
		return two.Command(t.Context(), two.epoch, &store.Command{Action: action, ID: old, New: next, At: time.Now()})
	}
	_, err = command(store.ActionRedrive)
	require.ErrorContains(t, err, "resolve the message as failed first")
	_, err = command(store.ActionResolveFailed)
	require.NoError(t, err)
	done, err := command(store.ActionRedrive)
	require.NoError(t, err)
	require.True(t, done.Created)
	require.True(t, done.Arrives)
	ready, gone, err := one.Arrivals(t.Context(), one.epoch, nil, 10)
	require.NoError(t, err)
	require.Equal(t, []ids.ID{old}, gone)
	require.Len(t, ready, 1)
	require.Equal(t, []any{done.ID, "1020"}, []any{ready[0].ID, ready[0].Sender})
}

// A message with an idempotency key is new to its caller, also if the connection broke after the commit and it was recorded again.
func TestAcceptAfterCommit(t *testing.T) {
	t.Parallel()
	s := create(t).Open(t)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	m := &store.NewMessage{ID: ids.New(), Sender: "1020", To: message.Recipient{Kind: message.RecipientPhone, Address: "+49155"}, Body: []byte(`{}`), Lane: "+49100", APIKey: "shop"}
	m.Idempotency = &store.Idempotency{Key: "k", BodyHash: [32]byte{1}, Expires: time.Now().Add(time.Hour)}
	for range 2 {
		results, err := s.Accept(t.Context(), []*store.NewMessage{m})
		require.NoError(t, err)
		require.Equal(t, []store.AcceptResult{{ID: m.ID}}, results)
	}
}

// An erased number is in no row of any table.
func TestEraseTables(t *testing.T) {
	t.Parallel()
	url := testpostgres.Database(t)
	s := joinAs(t, url, "one")
	const number, other = "491550987654321", "491550123456789"
	for i := range 300 {
		to := message.Recipient{Kind: message.RecipientPhone, Address: "+" + number}
		if i%2 == 0 {
			to.Address = "+" + other
		}
		m := &store.NewMessage{ID: ids.New(), Sender: "1020", To: to, Reference: to.Address, Body: []byte(`{"to":"` + to.Address + `"}`), Lane: "+49100", APIKey: "shop"}
		_, err := s.Accept(t.Context(), []*store.NewMessage{m})
		require.NoError(t, err)
		require.NoError(t, s.Settle(t.Context(), s.epoch, []store.Settlement{{
			Attempt: store.Attempt{ID: m.ID, N: 1}, State: store.StateDead, Outcome: store.OutcomeRejected, Channel: "p.first", Scope: "p", At: time.Now(),
			Failure: store.Failure{VendorMessage: to.Address, Detail: to.Address}, Correlations: []store.Correlation{{Key: "group", Recipient: to.Address}},
		}}))
		_, err = s.Events(t.Context(), []store.Event{{Scope: "p", Key: fmt.Sprint(i), VendorID: "x", Recipient: to.Address, Status: outcome.StatusFailed, Raw: m.Body}})
		require.NoError(t, err)
		_, err = s.Receive(t.Context(), []store.Inbound{{ID: ids.New(), Scope: "p", Key: fmt.Sprint(i), Sender: "1020", From: to, At: time.Now(), Message: m.Body}})
		require.NoError(t, err)
	}
	_, err := s.Erase(t.Context(), s.epoch, store.Actor{Key: "ops"}, number)
	require.NoError(t, err)
	var rows strings.Builder
	for _, table := range strings.Fields(testpostgres.Text(t, url, `SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'`)) {
		rows.WriteString(testpostgres.Text(t, url, `SET bytea_output = escape; SELECT r::text FROM `+table+` r`))
	}
	require.Equal(t, 150*3, strings.Count(rows.String(), `{""to"":""+`+other), "the messages of both directions and the events")
	require.NotContains(t, rows.String(), number)
}
