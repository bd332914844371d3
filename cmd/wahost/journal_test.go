// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/wahost/wahost/cmd/wahost/internal/cli"
)

// Two runs over the same recipients would send everything twice.
func TestAJournalHasOneRun(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "people.csv.journal")
	head := journalHead{File: "f", Message: "m"}
	first, err := openJournal(path, head)
	require.NoError(t, err)

	_, err = openJournal(path, head)
	var coded *cli.ExitError
	require.True(t, errors.As(err, &coded))
	require.Equal(t, cli.ExitEnvironment, coded.Code)
	require.ErrorContains(t, err, "is in use")

	require.NoError(t, first.begun(1, "id-1"))
	require.NoError(t, first.close())
	second, err := openJournal(path, head)
	require.NoError(t, err)
	require.Equal(t, map[int]string{1: "id-1"}, second.lost)
	require.NoError(t, second.close())
}

// The last word on a row counts: a row that may be sent again is neither done nor lost, until it is.
func TestWhatAJournalRemembers(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "j")
	head := journalHead{File: "f", Message: "m"}
	j, err := openJournal(path, head)
	require.NoError(t, err)
	for row, outcomes := range map[int][]resultRow{
		1: {{Outcome: "accepted"}}, 2: {{Outcome: "rejected", Reason: "rate_limited"}},
		3: {{Outcome: "rejected", Reason: "rate_limited"}, {Outcome: "accepted"}}, 4: {{Outcome: "rejected"}}, 5: {{Outcome: "unknown"}},
	} {
		for _, o := range outcomes {
			require.NoError(t, j.begun(row, "id"))
			require.NoError(t, j.finished(row, o, o.Reason == "rate_limited"))
		}
	}
	require.NoError(t, j.begun(6, "id-6"))
	require.NoError(t, j.close())
	j, err = openJournal(path, head)
	require.NoError(t, err)
	require.Equal(t, map[int]string{1: "accepted", 3: "accepted", 4: "rejected", 5: "unknown"}, j.done)
	require.Equal(t, map[int]string{6: "id-6"}, j.lost)
	require.NoError(t, j.close())
}
