// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package broadcast

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestAJournalHasOneRun checks that a second run over the same recipients is refused while the first one runs.
func TestAJournalHasOneRun(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "people.csv.journal")
	head := journalHead{File: "f", Message: "m"}
	first, err := openJournal(path, head)
	require.NoError(t, err)

	_, err = openJournal(path, head)
	var mismatch *JournalError
	require.NotErrorAs(t, err, &mismatch)
	require.ErrorContains(t, err, "is in use")

	require.NoError(t, first.begun(1, "id-1"))
	require.NoError(t, first.close())
	second, err := openJournal(path, head)
	require.NoError(t, err)
	require.Equal(t, map[int]string{1: "id-1"}, second.lost)
	require.NoError(t, second.close())
}

// TestWhatAJournalRemembers checks that the last entry of a row decides. A row that may be sent again is neither done nor
// lost.
func TestWhatAJournalRemembers(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "j")
	head := journalHead{File: "f", Message: "m"}
	j, err := openJournal(path, head)
	require.NoError(t, err)
	type finish struct {
		outcome   string
		retryable bool
	}
	for row, finishes := range map[int][]finish{
		1: {{outcome: "accepted"}}, 2: {{outcome: "rejected", retryable: true}},
		3: {{outcome: "rejected", retryable: true}, {outcome: "accepted"}}, 4: {{outcome: "rejected"}}, 5: {{outcome: "unknown"}},
	} {
		for _, f := range finishes {
			require.NoError(t, j.begun(row, "id"))
			require.NoError(t, j.finished(row, "id", f.outcome, f.retryable, map[string]string{"outcome": f.outcome}))
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
