// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package store_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/cmd/wahost/internal/command"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/gateway/store/sqlite"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/sdk/message"
)

const (
	number    = "+491551234567"
	text      = "a text for nobody else"
	reference = "order of Ann"
	words     = "no account for 1551234567"
)

// run runs a command line in a configuration folder.
func run(t *testing.T, dir string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	a := cli.NewApp(strings.NewReader(""), &out, &errs)
	code = cli.Run(t.Context(), a, command.New(a), append([]string{"--config", dir}, args...))
	return code, out.String(), errs.String()
}

// newFolder returns a configuration folder whose store has an accepted message and one that was rejected, and the ids of both.
func newFolder(t *testing.T) (dir string, accepted, dead ids.ID) {
	t.Helper()
	dir = t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "main.wahost.hcl"), []byte("gateway {\n  sender \"102030\" {}\n}\n"), 0o600))
	s, err := sqlite.Open(t.Context(), filepath.Join(dir, "wahost.db"))
	require.NoError(t, err)
	e, err := s.Join(t.Context(), 1)
	require.NoError(t, err)
	for i, settlement := range []store.Settlement{
		{State: store.StateAccepted, Outcome: store.OutcomeAccepted},
		{State: store.StateDead, Outcome: store.OutcomeRejected, Failure: store.Failure{Reason: "invalid_recipient", VendorCode: "131026", VendorMessage: words, Detail: words}},
	} {
		m := &store.NewMessage{
			ID: ids.New(), Sender: "102030", To: message.Recipient{Kind: message.RecipientPhone, Address: number}, Body: []byte(`{"text":{"body":"` + text + `"}}`),
			Lane: "+49100", APIKey: "shop", Reference: reference,
		}
		_, err = s.Accept(t.Context(), []*store.NewMessage{m})
		require.NoError(t, err)
		settlement.Attempt = store.Attempt{ID: m.ID, N: 1}
		_, err = s.Begin(t.Context(), e, &store.Handover{Seq: int64(i + 1), Channel: "p.first", Attempts: []store.Attempt{settlement.Attempt}, Began: time.Now()})
		require.NoError(t, err)
		settlement.Handover, settlement.Ends, settlement.Route, settlement.Channel, settlement.At = int64(i+1), true, "all", "p.first", time.Now()
		require.NoError(t, s.Settle(t.Context(), e, []store.Settlement{settlement}))
		accepted, dead = dead, m.ID
	}
	require.NoError(t, s.Close())
	return dir, accepted, dead
}

func TestBackupAndCheck(t *testing.T) {
	t.Parallel()
	dir, _, _ := newFolder(t)
	backup := filepath.Join(t.TempDir(), "backup.db")
	code, out, errs := run(t, dir, "store", "backup", backup)
	require.Equal(t, cli.ExitOK, code, errs)
	require.Contains(t, out, backup+" has all of "+filepath.Join(dir, "wahost.db"))
	code, _, errs = run(t, dir, "store", "backup", backup)
	require.Equal(t, cli.ExitEnvironment, code)
	require.Contains(t, errs, "a backup never overwrites a file")

	code, out, errs = run(t, t.TempDir(), "store", "check", "--store", "sqlite:"+backup)
	require.Equal(t, cli.ExitOK, code, errs)
	require.Contains(t, out, backup+" is whole (form ")
	require.Contains(t, out, "0 ready, 0 unknown, 1 dead.")

	code, out, _ = run(t, dir, "--json", "store", "check")
	require.Equal(t, cli.ExitOK, code)
	var checked struct {
		Messages map[string]int
		Problems []string
	}
	require.NoError(t, json.Unmarshal([]byte(out), &checked))
	require.Equal(t, 1, checked.Messages["dead"])
	require.Empty(t, checked.Problems)
}

func TestExport(t *testing.T) {
	t.Parallel()
	dir, accepted, dead := newFolder(t)
	code, out, errs := run(t, dir, "store", "export")
	require.Equal(t, cli.ExitOK, code, errs)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	require.Len(t, lines, 2)
	for i, id := range []ids.ID{dead, accepted} {
		var m struct {
			ID, To, State string
			History       []struct{ Outcome string }
		}
		require.NoError(t, json.Unmarshal([]byte(lines[i]), &m))
		require.Equal(t, id.Wamid(), m.ID, "the newest is first")
		require.Equal(t, "+49********67", m.To)
		require.Len(t, m.History, 1)
	}
	for _, secret := range []string{"1551234567", text, reference, words, "content"} {
		require.NotContains(t, out, secret)
	}
	require.Contains(t, lines[0], `"vendor_code":"131026"`)

	code, out, errs = run(t, dir, "store", "export", "--reveal", "--state", "dead")
	require.Equal(t, cli.ExitOK, code, errs)
	require.Equal(t, 1, strings.Count(out, "\n"))
	for _, shown := range []string{number, text, reference, words, dead.Wamid()} {
		require.Contains(t, out, shown)
	}
	code, out, errs = run(t, dir, "store", "export", "--until", "2020-01-01T00:00:00Z")
	require.Equal(t, cli.ExitOK, code, errs)
	require.Empty(t, out)
}

func TestMigrate(t *testing.T) {
	t.Parallel()
	dir, _, _ := newFolder(t)
	code, out, errs := run(t, dir, "store", "migrate")
	require.Equal(t, cli.ExitOK, code, errs)
	require.Contains(t, out, "which is that of this version.")
	old := filepath.Join(t.TempDir(), "old.db")
	require.NoError(t, os.WriteFile(old, nil, 0o600))
	code, _, errs = run(t, dir, "store", "check", "--store", "sqlite:"+old)
	require.Equal(t, cli.ExitEnvironment, code)
	require.Contains(t, errs, "`wahost store migrate` brings it there")
	code, out, _ = run(t, dir, "store", "migrate", "--store", "sqlite:"+old, "--dry-run")
	require.Equal(t, cli.ExitOK, code)
	require.Contains(t, out, old+" has the form 0. This version would bring it to the form ")
	code, out, _ = run(t, dir, "store", "migrate", "--store", "sqlite:"+old)
	require.Equal(t, cli.ExitOK, code)
	require.Contains(t, out, old+" had the form 0 and has the form ")
}

func TestMistakes(t *testing.T) {
	t.Parallel()
	dir, _, _ := newFolder(t)
	empty := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(empty, "main.wahost.hcl"), []byte("locals {\n}\n"), 0o600))
	for name, test := range map[string]struct {
		dir  string
		args []string
		code int
		told string
	}{
		"no gateway":   {empty, []string{"check"}, cli.ExitUsage, "has no gateway block"},
		"no file name": {dir, []string{"backup"}, cli.ExitUsage, "needs FILE"},
		"state":        {dir, []string{"export", "--state", "sent"}, cli.ExitUsage, "--state sent: expected ready"},
		"time":         {dir, []string{"export", "--from", "yesterday"}, cli.ExitUsage, "expected a time such as"},
		"no store":     {dir, []string{"check", "--store", "sqlite:missing.db"}, cli.ExitEnvironment, "there is no store at"},
		"postgresql":   {dir, []string{"backup", "x.db", "--store", "postgres://u:secret@127.0.0.1/wahost"}, cli.ExitEnvironment, "such as pg_dump for a backup"},
		"no url":       {dir, []string{"check", "--store", "wahost.db"}, cli.ExitEnvironment, `the URL of a store is "sqlite:"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, out, errs := run(t, test.dir, append([]string{"store"}, test.args...)...)
			require.Equal(t, test.code, code, errs)
			require.Empty(t, out)
			require.Contains(t, errs, test.told)
			require.NotContains(t, errs, "secret")
		})
	}
}
