// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package sqlite_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/gateway/store/sqlite"
	"github.com/wahost/wahost/core/gateway/store/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// file is the path of a database.
type file string

// Open implements storetest.Database.
func (f file) Open(t *testing.T) store.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), string(f))
	require.NoError(t, err)
	return s
}

func create(t *testing.T) storetest.Database {
	t.Helper()
	return file(filepath.Join(t.TempDir(), "a b?c%20#d.db"))
}

func TestStore(t *testing.T) {
	t.Parallel()
	storetest.Exercise(t, create)
}

// One gateway at a time uses a file, and others cannot read it.
func TestOpen(t *testing.T) {
	t.Parallel()
	f := create(t)
	s := f.Open(t)
	path := string(f.(file))
	_, err := sqlite.Open(context.Background(), path)
	var inUse *sqlite.InUseError
	require.ErrorAs(t, err, &inUse)
	require.Contains(t, err.Error(), path)
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	require.NoError(t, s.Close())
	require.NoError(t, s.Close(), "again")
	_, err = s.Accept(t.Context(), []*store.NewMessage{{}})
	require.ErrorIs(t, err, store.ErrClosed)
	require.NoError(t, f.Open(t).Close())

	_, err = sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "missing", "wahost.db"))
	require.Error(t, err)
	broken := filepath.Join(t.TempDir(), "broken.db")
	require.NoError(t, os.WriteFile(broken, []byte("this is not a database, but a text that is long enough to be one\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n"), 0o600))
	_, err = sqlite.Open(t.Context(), broken)
	require.ErrorContains(t, err, broken)
	require.ErrorContains(t, err, "not a database")
}
