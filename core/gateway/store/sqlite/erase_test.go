// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package sqlite_test

import (
	"bytes"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// An erased number is nowhere in the file.
func TestEraseFile(t *testing.T) {
	t.Parallel()
	f := create(t)
	s := f.Open(t)
	epoch, err := s.Join(t.Context(), 1)
	require.NoError(t, err)
	const number = "491550987654321"
	to := message.Recipient{Kind: message.RecipientPhone, Address: "+" + number}
	other := message.Recipient{Kind: message.RecipientPhone, Address: "+491550123456789"}
	for i := range 300 {
		n := &store.NewMessage{ID: ids.New(), Sender: "1020", To: to, Body: []byte(`{"to":"` + number + `"}`), Lane: "+49100", APIKey: "shop"}
		if i%2 == 0 {
			n.To, n.Body = other, []byte(`{"to":"491550123456789"}`)
		}
		_, err := s.Accept(t.Context(), []*store.NewMessage{n})
		require.NoError(t, err)
		at := store.Attempt{ID: n.ID, N: 1}
		require.NoError(t, s.Settle(t.Context(), epoch, []store.Settlement{{
			Attempt: at, State: store.StateDead, Outcome: store.OutcomeRejected, Channel: "p.first", Scope: "p", At: time.Now(),
			Failure: store.Failure{VendorMessage: n.To.Address}, Correlations: []store.Correlation{{Key: "group", Recipient: n.To.Address}},
		}}))
		_, err = s.Events(t.Context(), []store.Event{{Scope: "p", Key: fmt.Sprint(i), VendorID: "x", Recipient: n.To.Address, Status: outcome.StatusFailed, Raw: n.Body}})
		require.NoError(t, err)
		_, err = s.Receive(t.Context(), []store.Inbound{{ID: ids.New(), Scope: "p", Key: fmt.Sprint(i), Sender: "1020", From: n.To, At: time.Now(), Message: n.Body}})
		require.NoError(t, err)
	}
	_, err = s.Erase(t.Context(), epoch, store.Actor{Key: "ops"}, to.Address)
	require.NoError(t, err)
	require.NoError(t, s.Close())
	raw, err := os.ReadFile(string(f.(file)))
	require.NoError(t, err)
	require.Zero(t, bytes.Count(raw, []byte(number)))
	require.NotZero(t, bytes.Count(raw, []byte("491550123456789")))
}
