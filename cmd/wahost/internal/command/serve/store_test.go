// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package serve_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/gateway/store/postgres"
	"github.com/wahost/wahost/core/gateway/store/sqlite"
	"github.com/wahost/wahost/internal/testpostgres"
)

// sqliteStore is the store of a gateway whose configuration names no other.
const sqliteStore = "sqlite:wahost.db"

// onEachStore runs a test on each kind of store.
func onEachStore(t *testing.T, test func(t *testing.T, at string)) {
	t.Parallel()
	needsProcesses(t)
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, sqliteStore)
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, testpostgres.Database(t))
	})
}

// open opens the store, whose gateways have ended.
func (w *world) open() store.Store {
	w.t.Helper()
	if path, ok := strings.CutPrefix(w.store, "sqlite:"); ok {
		if path = filepath.Join(w.dir, path); w.disk != nil {
			path = w.disk.copyStore(w.t)
		}
		s, err := sqlite.Open(w.t.Context(), path)
		require.NoError(w.t, err)
		return s
	}
	s, err := postgres.Open(w.t.Context(), w.store)
	require.NoError(w.t, err)
	return s
}
