// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package postgres_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/gateway/store/postgres"
	"github.com/wahost/wahost/core/gateway/store/storetest"
	"github.com/wahost/wahost/internal/testpostgres"
)

func TestMain(m *testing.M) {
	code := m.Run()
	testpostgres.Stop()
	if err := goleak.Find(); err != nil && code == 0 {
		os.Stderr.WriteString(err.Error() + "\n")
		code = 1
	}
	os.Exit(code)
}

// database is the URL of a database.
type database string

// Open implements storetest.Database.
func (d database) Open(t *testing.T) store.Store {
	t.Helper()
	s, err := postgres.Open(t.Context(), string(d))
	require.NoError(t, err)
	return s
}

func create(t *testing.T) storetest.Database {
	t.Helper()
	return database(testpostgres.Database(t))
}

func TestStore(t *testing.T) {
	t.Parallel()
	storetest.Exercise(t, create)
}
