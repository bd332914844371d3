// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/internal/testpostgres"
)

// After a failover each recent change is made again but those that the server cannot take. While the server is at fault nothing is recorded,
// and nothing is skipped.
func TestRecover(t *testing.T) {
	t.Parallel()
	url := testpostgres.Database(t)
	s, err := Open(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	e, err := s.JoinAs(t.Context(), "one", "1")
	require.NoError(t, err)

	full := true
	statement := func(text string) store.Op[*tx] {
		return store.Op[*tx]{Apply: func(*tx) error { return nil }, Repeat: func(t *tx) error { return t.exec(text) }}
	}
	disk := statement("")
	disk.Repeat = func(t *tx) error {
		if full {
			return t.exec(`DO $$ BEGIN RAISE EXCEPTION 'no space left on device' USING ERRCODE = '53100'; END $$`)
		}
		return t.exec(`INSERT INTO name (text) VALUES ('third')`)
	}
	// No gateway writes meanwhile, so the fields may be set here.
	s.tx.recent.add([]store.Op[*tx]{
		statement(`INSERT INTO name (text) VALUES ('first')`), statement(`SELECT 1 / 0`), statement(`INSERT INTO name (text) VALUES ('second')`), disk,
	}, time.Now())
	s.tx.noticed = "another timeline"

	require.ErrorIs(t, s.Ping(t.Context()), store.ErrUnavailable)
	_, err = s.Renew(t.Context(), e, store.Renewal{})
	require.ErrorIs(t, err, store.ErrUnavailable)
	full = false
	_, err = s.Renew(t.Context(), e, store.Renewal{})
	require.ErrorIs(t, err, store.ErrFenced)
	require.Equal(t, "first\nsecond\nthird", testpostgres.Text(t, url, `SELECT text FROM name WHERE text IN ('first', 'second', 'third') ORDER BY text`))
	_, err = s.JoinAs(t.Context(), "one", "1")
	require.NoError(t, err)
	require.NoError(t, s.Ping(t.Context()))
}
