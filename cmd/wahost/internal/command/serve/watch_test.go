// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package serve

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

// write writes a file of the test.
func write(t *testing.T, path string) {
	t.Helper()
	require.NoError(t, os.WriteFile(path, []byte("x"), 0o600))
}

// Files of the configuration count, however they are replaced, and others in the same folder do not.
func TestWatcher(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	dir, vars := t.TempDir(), filepath.Join(t.TempDir(), "secrets.hcl")
	write(t, vars)
	changed := make(chan struct{}, 1)
	w, err := newWatcher(dir, []string{vars}, changed)
	require.NoError(t, err)
	defer w.close()
	for name, change := range map[string]func(){
		"written":         func() { write(t, filepath.Join(dir, "main.wahost.hcl")) },
		"removed":         func() { require.NoError(t, os.Remove(filepath.Join(dir, "main.wahost.hcl"))) },
		"variables":       func() { write(t, filepath.Join(dir, "a.auto.wahostvars.hcl")) },
		"named variables": func() { write(t, vars) },
		"locked":          func() { write(t, filepath.Join(dir, ".wahost.lock.hcl")) },
		"swapped": func() {
			require.NoError(t, os.Symlink("..1", filepath.Join(dir, "..new")))
			require.NoError(t, os.Rename(filepath.Join(dir, "..new"), filepath.Join(dir, "..data")))
		},
	} {
		if name == "removed" {
			write(t, filepath.Join(dir, "main.wahost.hcl"))
			<-changed
		}
		change()
		select {
		case <-changed:
		case <-time.After(time.Minute):
			require.FailNow(t, "the change is not noticed", name)
		}
	}
	// The store changes all the time. What is told after it is about the file that is written last.
	for range 3 {
		write(t, filepath.Join(dir, "wahost.db"))
		write(t, filepath.Join(dir, "wahost.db-wal"))
	}
	select {
	case <-changed:
		require.FailNow(t, "the store counts as a file of the configuration")
	case <-time.After(3 * quiet):
	}
	_, err = newWatcher(filepath.Join(dir, "missing"), nil, changed)
	require.Error(t, err)
}
