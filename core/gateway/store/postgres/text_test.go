// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package postgres_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/internal/testpostgres"
)

// Texts that PostgreSQL does not take, and that callers may ask for, are not found. They are no trouble of the database.
func TestTextsThatCannotBeStored(t *testing.T) {
	t.Parallel()
	s := database(testpostgres.Database(t)).Open(t)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	for _, text := range []string{"a\x00b", "a\xff"} {
		_, err := s.FindInbound(t.Context(), "1020", text)
		require.ErrorIs(t, err, store.ErrNotFound)
		found, err := s.Settings(t.Context(), store.SettingQuery{Kind: store.SettingSuppression, Keys: []string{text}, After: text, Limit: 10})
		require.NoError(t, err)
		require.Empty(t, found)
		lives, err := s.Search(t.Context(), &store.Query{Lane: text, Reference: text, Recipient: text, Limit: 10})
		require.NoError(t, err)
		require.Empty(t, lives)
	}
}
