// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package adminapi

import (
	"bytes"
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/keys"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// sink accepts all messages.
type sink struct {
	Engine
	offered int
}

func (s *sink) Plan(context.Context, *store.NewMessage, *message.Message) (*outcome.Rejected, error) {
	return nil, nil //nolint:nilnil // it is not rejected
}

func (s *sink) Offer(*store.NewMessage, *message.Message) { s.offered++ }

func (s *sink) Repeated(context.Context, string, *store.Idempotency) (store.AcceptResult, error) {
	return store.AcceptResult{}, nil
}

func (s *sink) Accept(_ context.Context, messages []*store.NewMessage) ([]store.AcceptResult, error) {
	results := make([]store.AcceptResult, len(messages))
	for i, m := range messages {
		results[i].ID = m.ID
	}
	return results, nil
}

// FuzzImport imports any bytes: each row is accepted or rejected, and no row ends the import.
func FuzzImport(f *testing.F) {
	f.Add([]byte(`{"to":"16505551234","text":{"body":"Hi"}}` + "\n\n[]\n{"))
	f.Add([]byte("\xef\xbb\xbf{}\r\n\x00"))
	s := &sink{}
	server := New(Options{Engine: s, Accepter: s, Numbers: []string{"1"}})
	f.Fuzz(func(t *testing.T, body []byte) {
		s.offered = 0
		c := &caller{key: &keys.Key{Name: "shop"}, upload: bytes.NewReader(body)}
		out, err := server.importMessages(t.Context(), c, &importInput{Name: "a", PhoneNumberID: "1", FromRow: 1})
		require.NoError(t, err)
		got := out.Body
		require.Equal(t, got.Rows, got.Accepted+got.Rejected)
		require.Equal(t, got.Accepted, s.offered)
		require.Empty(t, got.Truncated)
		require.LessOrEqual(t, got.NextRow, bytes.Count(body, []byte("\n"))+2)
	})
}
