// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package postgres_test

import (
	"context"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/gateway/store/postgres"
	"github.com/wahost/wahost/internal/testpostgres"
)

// What is wrong with a server or a URL is said with what to do about it, and never with the password.
func TestOpenErrors(t *testing.T) {
	t.Parallel()
	const password = "canary-p@ss"
	s := testpostgres.Start(t)
	s.Exec(t, `CREATE ROLE reader LOGIN PASSWORD '`+password+`'`)
	s.Exec(t, `CREATE DATABASE owned`)
	s.Exec(t, `CREATE DATABASE newer`)
	opened, err := postgres.Open(t.Context(), s.URL("newer"))
	require.NoError(t, err)
	require.NoError(t, opened.Close())
	s.Text(t, "newer", `INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, true)`)
	s.RequirePasswords(t)
	with := func(user, password, database string) string {
		u, err := url.Parse(s.URL(database))
		require.NoError(t, err)
		q := u.Query()
		q.Set("user", user)
		q.Set("password", password)
		u.RawQuery = q.Encode()
		return u.String()
	}
	for name, test := range map[string]struct {
		url  string
		want []string
	}{
		"not a URL":      {"postgres://wahost:" + password + "@db:port/wahost", []string{"postgres://USER:PASSWORD@HOST:PORT/DATABASE"}},
		"unreachable":    {"postgres://wahost:canary@127.0.0.1:1/wahost", []string{"127.0.0.1:1", "cannot be reached", "Check that it runs"}},
		"no socket":      {"postgres:///wahost?user=wahost&password=canary&host=" + filepath.Join(t.TempDir(), "missing"), []string{"missing", "cannot be reached"}},
		"wrong password": {with("reader", "canary-wrong", "owned"), []string{`refuses the user "reader"`, "Check the user and the password"}},
		"no database":    {with("reader", password, "other"), []string{`no database "other"`, "createdb"}},
		"no rights":      {with("reader", password, "owned"), []string{`the user "reader" may not`, "grant it CREATE"}},
		"newer":          {s.URL("newer"), []string{"has the form 999", "Use the version that wrote it"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := postgres.Open(context.Background(), test.url)
			require.Error(t, err)
			for _, want := range test.want {
				require.ErrorContains(t, err, want)
			}
			require.NotContains(t, err.Error(), "canary")
		})
	}
}

// A user who may only read and write rows can start a gateway when the tables exist, and learns the timeline of the server unless that is refused.
func TestOpenWithFewRights(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ statement, timeline string }{
		"rows":            {"", "true"},
		"rows, no status": {"REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC", "false"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := testpostgres.Database(t)
			require.NoError(t, database(url).Open(t).Close())
			user := "few" + test.timeline
			testpostgres.Text(t, url, `CREATE ROLE `+user+` LOGIN; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO `+user+`; `+test.statement)
			s, err := postgres.Open(t.Context(), strings.Replace(url, "user="+testpostgres.User, "user="+user, 1))
			require.NoError(t, err)
			_, err = s.JoinAs(t.Context(), "one", "1")
			require.NoError(t, err)
			require.Equal(t, test.timeline, testpostgres.Text(t, url, `SELECT (timeline <> '')::text FROM node WHERE name = 'one'`))
			require.NoError(t, s.Close())
			require.NoError(t, s.Close(), "again")
			_, err = s.Accept(t.Context(), []*store.NewMessage{{}})
			require.ErrorIs(t, err, store.ErrClosed)
		})
	}
}
