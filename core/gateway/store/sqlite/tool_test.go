// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package sqlite_test

import (
	"database/sql"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/gateway/store/sqlite"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/sdk/message"
)

// newMessage returns a message of an application.
func newMessage() *store.NewMessage {
	return &store.NewMessage{
		ID: ids.New(), Sender: "102030", To: message.Recipient{Kind: message.RecipientPhone, Address: "+491551234567"}, Body: []byte(`{"type":"text"}`),
		Lane: "+49100", Class: store.ClassTransactional, APIKey: "shop",
	}
}

func openTool(t *testing.T, path string) *sqlite.Tool {
	t.Helper()
	tool, err := sqlite.OpenTool(t.Context(), path)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, tool.Close()) })
	return tool
}

// change changes the database behind the back of the gateway.
func change(t *testing.T, path, query string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	require.NoError(t, err)
	_, err = db.ExecContext(t.Context(), query)
	require.NoError(t, err)
	require.NoError(t, db.Close())
}

// accepting accepts messages until stop is called, which returns the ids of those that were accepted by then.
func accepting(t *testing.T, s store.Store) (stop func() []ids.ID) {
	t.Helper()
	var all []ids.ID
	end := make(chan struct{})
	var done sync.WaitGroup
	done.Go(func() {
		for {
			select {
			case <-end:
				return
			default:
			}
			m := newMessage()
			if _, err := s.Accept(t.Context(), []*store.NewMessage{m}); err != nil {
				t.Error(err)
				return
			}
			all = append(all, m.ID)
		}
	})
	return func() []ids.ID {
		close(end)
		done.Wait()
		return all
	}
}

// A backup has all that was accepted before it began, while the gateway goes on, and is a store itself.
func TestBackup(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "a b?c.db")
	s, err := sqlite.Open(t.Context(), path)
	require.NoError(t, err)
	before := make([]ids.ID, 0, 100)
	for range 100 {
		m := newMessage()
		_, err := s.Accept(t.Context(), []*store.NewMessage{m})
		require.NoError(t, err)
		before = append(before, m.ID)
	}
	stop := accepting(t, s)
	tool := openTool(t, path)
	backup := filepath.Join(t.TempDir(), "backup's.db")
	require.NoError(t, tool.Backup(t.Context(), backup))
	require.NotEmpty(t, append(before, stop()...))
	require.ErrorContains(t, tool.Backup(t.Context(), backup), "never overwrites")
	require.Error(t, tool.Backup(t.Context(), filepath.Join(t.TempDir(), "missing", "b.db")))
	problems, err := tool.Check(t.Context())
	require.NoError(t, err)
	require.Empty(t, problems, "a store in use")
	var inUse *sqlite.InUseError
	require.ErrorAs(t, tool.Migrate(t.Context()), &inUse)
	require.NoError(t, s.Close())

	info, err := os.Stat(backup)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	problems, err = openTool(t, backup).Check(t.Context())
	require.NoError(t, err)
	require.Empty(t, problems)
	restored, err := sqlite.Open(t.Context(), backup)
	require.NoError(t, err)
	for _, id := range before {
		l, err := restored.Get(t.Context(), id)
		require.NoError(t, err)
		require.Equal(t, store.StateReady, l.State)
	}
	require.NoError(t, restored.Close())
}

// Each rule finds a store that breaks it.
func TestCheck(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ query, problem string }{
		"message without a place":   {`DELETE FROM delivery`, "1 messages have no place in a queue"},
		"place without a message":   {`DELETE FROM message`, "1 messages have no content"},
		"state":                     {`UPDATE delivery SET state = 9`, "1 messages have a state or a class that does not exist"},
		"accepted by nobody":        {`UPDATE delivery SET state = 2`, "1 messages are accepted or unknown, and no attempt to send them is recorded"},
		"attempt of no message":     {`INSERT INTO attempt (id, n, channel, outcome) VALUES (x'00', 1, 1, 'rejected')`, "1 attempts are recorded that their messages do not count"},
		"half a handover":           {`INSERT INTO handover VALUES (1, 1, 1, 1, 0, 1, x'0011')`, "1 handovers name no attempts, or parts of one"},
		"handover of nobody":        {`INSERT INTO handover VALUES (7, 1, 1, 1, 0, 0, x'')`, "1 handovers are of a gateway process that never was"},
		"webhook ahead of its time": {`INSERT INTO endpoint_cursor VALUES (1, 99)`, "1 webhooks were told more than there was to tell"},
		"sender without a name":     {`UPDATE message SET sender = 99`, "1 messages have a sender without a name"},
		"lane without a name":       {`UPDATE delivery SET lane = 99`, "1 messages have a lane or a key without a name"},
		"route without a name":      {`UPDATE delivery SET route = 99`, "1 messages have a route or a channel without a name"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "w.db")
			s, err := sqlite.Open(t.Context(), path)
			require.NoError(t, err)
			_, err = s.Join(t.Context(), 1)
			require.NoError(t, err)
			_, err = s.Accept(t.Context(), []*store.NewMessage{newMessage()})
			require.NoError(t, err)
			require.NoError(t, s.Close())
			tool := openTool(t, path)
			problems, err := tool.Check(t.Context())
			require.NoError(t, err)
			require.Empty(t, problems)
			change(t, path, test.query)
			problems, err = tool.Check(t.Context())
			require.NoError(t, err)
			require.Equal(t, []string{test.problem}, problems)
		})
	}
}

// TestCheckFindsDamage overwrites a part of the file.
func TestCheckFindsDamage(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "w.db")
	s, err := sqlite.Open(t.Context(), path)
	require.NoError(t, err)
	many := make([]*store.NewMessage, 500)
	for i := range many {
		many[i] = newMessage()
	}
	_, err = s.Accept(t.Context(), many)
	require.NoError(t, err)
	require.NoError(t, s.Close())
	raw, err := os.ReadFile(path)
	require.NoError(t, err)
	for i := len(raw) - 30_000; i < len(raw)-10_000; i++ {
		raw[i] ^= 0x5a
	}
	require.NoError(t, os.WriteFile(path, raw, 0o600))
	problems, err := openTool(t, path).Check(t.Context())
	require.NoError(t, err)
	require.NotEmpty(t, problems)
	require.Contains(t, problems[0], "the file is damaged: ")
}

func TestMigrate(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "w.db")
	require.NoError(t, os.WriteFile(path, nil, 0o600))
	tool := openTool(t, path)
	has, knows, err := tool.Version(t.Context())
	require.NoError(t, err)
	require.Zero(t, has)
	require.NoError(t, tool.Migrate(t.Context()))
	has, _, err = tool.Version(t.Context())
	require.NoError(t, err)
	require.Equal(t, knows, has)

	change(t, path, `INSERT INTO goose_db_version (version_id, is_applied, tstamp) VALUES (9999, TRUE, 0)`)
	has, _, err = tool.Version(t.Context())
	require.NoError(t, err)
	require.Equal(t, int64(9999), has)
	var newer *sqlite.NewerError
	require.ErrorAs(t, tool.Migrate(t.Context()), &newer)
	require.Equal(t, int64(9999), newer.Has)
	_, err = sqlite.Open(t.Context(), path)
	require.ErrorAs(t, err, &newer, "a gateway refuses it as well")
	require.ErrorContains(t, err, "Use the version that wrote it or a newer one")
	require.NoError(t, tool.Backup(t.Context(), path+".backup"), "a backup needs no form")
}

func TestOpenToolRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	_, err := sqlite.OpenTool(t.Context(), filepath.Join(dir, "missing.db"))
	require.ErrorContains(t, err, "there is no store at "+dir)
	require.NoFileExists(t, filepath.Join(dir, "missing.db"))
	_, err = sqlite.OpenTool(t.Context(), dir)
	require.ErrorContains(t, err, "is not a file")
	text := filepath.Join(dir, "text")
	require.NoError(t, os.WriteFile(text, []byte("a text that is long enough to have the header of a database, but has none of its contents. a text that is long"), 0o600))
	_, err = sqlite.OpenTool(t.Context(), text)
	require.ErrorContains(t, err, "not a database")
}
