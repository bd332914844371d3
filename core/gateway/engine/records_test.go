// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/store"
)

// failing is a store that cannot record the first outcome.
type failing struct {
	store.Store

	once   sync.Once
	failed chan struct{}
}

func (f *failing) Settle(ctx context.Context, e store.Epoch, settlements []store.Settlement) (err error) {
	f.once.Do(func() {
		err = errors.New("the disk is full")
		close(f.failed)
	})
	if err != nil {
		return err
	}
	return f.Store.Settle(ctx, e, settlements)
}

// An engine that ends while it waits to record an outcome again does not wait for that time, and does not give the outcome up.
func TestAnOutcomeIsRecordedAtTheEnd(t *testing.T) {
	t.Parallel()
	failed := make(chan struct{})
	w := newWorld(t, &world{wrap: func(s store.Store) store.Store { return &failing{Store: s, failed: failed} }})
	id := w.text(t, 1, "hello")
	<-failed
	w.wrap = nil
	w.restart(t)
	require.Zero(t, w.inDoubt)
	w.life(t, id, store.StateAccepted)
}
