// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/ids"
)

// What is older than the configuration keeps is removed, unless it is kept for ever.
func TestPurges(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	s := w.gateway.store
	old := &store.NewMessage{ID: ids.At(time.Now().Add(-100 * time.Hour)), Sender: numberID, To: recipientOf("16505551234"), Body: []byte(`{}`), Lane: "+49100", APIKey: "shop"}
	_, err := s.Accept(t.Context(), []*store.NewMessage{old})
	require.NoError(t, err)
	results, err := s.Events(t.Context(), []store.Event{{Scope: "p", Key: "1", Attempt: old.ID.Attempt(1), Status: "sent", At: time.Now()}})
	require.NoError(t, err)
	require.Equal(t, store.Applied, results[0].Effect)
	w.gateway.purges(t.Context(), 0)
	_, err = s.Get(t.Context(), old.ID)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		w.gateway.purges(ctx, 96*time.Hour)
	}()
	require.Eventually(t, func() bool {
		_, err := s.Get(t.Context(), old.ID)
		return errors.Is(err, store.ErrNotFound)
	}, patience, time.Millisecond)
	cancel()
	<-ended
}
