// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"io/fs"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/internal/testpostgres"
)

// What a database of the form before campaigns has waits on, and can be in no campaign.
func TestUpgradeToCampaigns(t *testing.T) {
	t.Parallel()
	url := testpostgres.Database(t)
	c, err := pgx.ParseConfig(url)
	require.NoError(t, err)
	db := stdlib.OpenDB(*c)
	folder, err := fs.Sub(migrations, "migrations")
	require.NoError(t, err)
	p, err := goose.NewProvider(goose.DialectPostgres, db, folder)
	require.NoError(t, err)
	_, err = p.UpTo(t.Context(), 1)
	require.NoError(t, err)
	id := ids.New()
	for _, x := range []struct {
		query string
		args  []any
	}{
		{`INSERT INTO name (text) VALUES ('+49100'), ('shop'), ('1020')`, nil},
		{`INSERT INTO message (id, sender, recipient_kind, recipient, category, reference, body) SELECT $1, id, 'phone', '+49155', 'marketing', '', '{}' FROM name WHERE text = '1020'`, []any{id[:]}},
		{`INSERT INTO delivery (id, lane, class, api_key, state, due, accepted) SELECT $1, lane.id, 2, key.id, 0, 1, 1 FROM name lane, name key WHERE lane.text = '+49100' AND key.text = 'shop'`, []any{id[:]}},
	} {
		_, err := db.ExecContext(t.Context(), x.query, x.args...)
		require.NoError(t, err)
	}
	require.NoError(t, db.Close())

	s, err := Open(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	l, err := s.Get(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, store.StateReady, l.State)
	require.Empty(t, l.Campaign)
	found, err := s.Flows(t.Context())
	require.NoError(t, err)
	require.Equal(t, []store.Flow{{Lane: "+49100", Class: store.ClassMarketing, APIKey: "shop"}}, found)
	_, created, err := s.CreateCampaign(t.Context(), store.Actor{}, &store.Campaign{Name: "spring", Sender: "1020", State: store.CampaignRunning})
	require.NoError(t, err)
	require.True(t, created)
}
