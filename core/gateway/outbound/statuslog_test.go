// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package outbound

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/store"
)

func TestANoticeOfAStore(t *testing.T) {
	t.Parallel()
	log := StatusLog{fixed{}}
	notices, err := log.Notices(t.Context(), store.Position{}, 1)
	require.NoError(t, err)
	require.Len(t, notices, 1)
	n := notices[0]
	assert.Regexp(t, `^[0-9a-v]{26}-delivered$`, n.ID)
	assert.Equal(t, n.Key+"-delivered", n.ID)
	assert.Equal(t, "wamid."+n.Key, n.Status.WAMID)
	assert.Equal(t, "ref", n.Status.Reference)
	assert.Equal(t, int64(7), n.Position.Seq)
}

// fixed is a store with one notice.
type fixed struct{}

func (fixed) Notices(context.Context, store.Position, int) ([]store.Notice, error) {
	return []store.Notice{{Position: store.Position{Seq: 7}, Sender: number, Status: delivered, Reference: "ref", At: start}}, nil
}
func (fixed) Cursor(context.Context, string) (store.Position, error) { return store.Position{}, nil }
func (fixed) Advance(context.Context, string, store.Position) error  { return nil }
