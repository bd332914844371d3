// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package broadcast

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/wahost/wahost/core/dispatch"
	"github.com/wahost/wahost/sdk/outcome"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// rowsUnderWay returns rows with the keys k1, k2 and so on and the message ids id-1, id-2 and so on.
func rowsUnderWay(numbers ...int) []*underWay {
	var rows []*underWay
	for _, n := range numbers {
		rows = append(rows, &underWay{row: Row{Number: n, Key: fmt.Sprintf("k%d", n)}, id: fmt.Sprintf("id-%d", n)})
	}
	return rows
}

// rowResult returns the result of the row with that number.
func rowResult(n int, o outcome.Outcome) RowResult {
	u := rowsUnderWay(n)[0]
	return RowResult{Row: u.row, Result: dispatch.Result{ID: u.id, Outcome: o}}
}

func closeJournal(t *testing.T, j *journal) {
	t.Helper()
	unrecorded, err := j.close()
	require.NoError(t, err)
	require.Empty(t, unrecorded)
}

// TestAJournalHasOneRun checks that a second run over the same recipients is refused while the first one runs.
func TestAJournalHasOneRun(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "people.csv.journal")
	head := journalHead{Message: "m"}
	first, err := openJournal(path, head, nil)
	require.NoError(t, err)

	_, err = openJournal(path, head, nil)
	var mismatch *JournalError
	require.NotErrorAs(t, err, &mismatch)
	require.ErrorContains(t, err, "is in use")

	require.NoError(t, first.begun(rowsUnderWay(1)))
	closeJournal(t, first)
	second, err := openJournal(path, head, nil)
	require.NoError(t, err)
	require.Equal(t, map[string]string{"k1": "id-1"}, second.lost)
	closeJournal(t, second)
}

// TestWhatAJournalRemembers checks that the last entry of a row decides. A row that may be sent again is neither done nor
// lost.
func TestWhatAJournalRemembers(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "j")
	head := journalHead{Message: "m"}
	j, err := openJournal(path, head, nil)
	require.NoError(t, err)
	reject := outcome.Reject(outcome.ReasonRateLimited, "", "slow down")
	type finish struct {
		outcome   outcome.Outcome
		retryable bool
	}
	for row, finishes := range map[int][]finish{
		1: {{outcome: outcome.Accept("v")}}, 2: {{outcome: reject, retryable: true}},
		3: {{outcome: reject, retryable: true}, {outcome: outcome.Accept("v")}}, 4: {{outcome: reject}}, 5: {{outcome: outcome.NewUnknown("?")}},
	} {
		for _, f := range finishes {
			require.NoError(t, j.begun(rowsUnderWay(row)))
			j.finished(rowResult(row, f.outcome), f.retryable, map[string]string{"outcome": f.outcome.Word()})
		}
	}
	require.NoError(t, j.begun(rowsUnderWay(6, 7, 8)))
	j.returned(rowsUnderWay(7)[0])
	j.returned(rowsUnderWay(8)[0])
	require.NoError(t, j.begun(rowsUnderWay(8)))
	closeJournal(t, j)
	j, err = openJournal(path, head, nil)
	require.NoError(t, err)
	require.Equal(t, map[string]string{"k1": "accepted", "k3": "accepted", "k4": "rejected", "k5": "unknown"}, j.done)
	require.Equal(t, map[string]string{"k6": "id-6", "k8": "id-8"}, j.lost)
	closeJournal(t, j)
}

// TestAJournalOfAnotherMessageIsRefused checks that the advice does not make anybody get a message twice.
func TestAJournalOfAnotherMessageIsRefused(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "j")
	for name, test := range map[string]struct{ content, want string }{
		"another message": {`{"format":"wahost-journal/2","message_sha256":"other"}` + "\n", "also to those that got the other one, name a new journal"},
		"another file":    {"to,name\n", "is not a journal of wahost"},
		"a later format":  {`{"format":"wahost-journal/3","message_sha256":"m"}` + "\n", "is not a journal of wahost"},
	} {
		require.NoError(t, os.WriteFile(path, []byte(test.content), 0o600), name)
		_, err := openJournal(path, journalHead{Message: "m"}, nil)
		var mismatch *JournalError
		require.ErrorAs(t, err, &mismatch, name)
		require.ErrorContains(t, err, test.want, name)
		require.NotContains(t, err.Error(), "remove", name)
		kept, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, test.content, string(kept), name)
	}
}

// TestAJournalWhoseFirstLineIsCut checks a run that was killed while it began the journal: nothing was sent by then.
func TestAJournalWhoseFirstLineIsCut(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "j")
	require.NoError(t, os.WriteFile(path, []byte(`{"format":"wahost-jour`), 0o600))
	j, err := openJournal(path, journalHead{Message: "m"}, nil)
	require.NoError(t, err)
	closeJournal(t, j)
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, `{"format":"wahost-journal/2","message_sha256":"m"}`+"\n", string(content))
}

// TestAJournalOfTheFirstFormat checks that a journal that knows rows by number is converted while the file is the same, and
// refused and left as it is otherwise.
func TestAJournalOfTheFirstFormat(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	csv, path := filepath.Join(dir, "r.csv"), filepath.Join(dir, "j")
	require.NoError(t, os.WriteFile(csv, []byte("to\n+15550100001\n+15550100002\n+15550100002\n+15550100004\n+15550100005\n"), 0o600))
	file, err := Open(t.Context(), csv, ReadOptions{})
	require.NoError(t, err)
	t.Cleanup(func() { _ = file.Close() })
	keys, err := rowKeys(file)
	require.NoError(t, err)
	sum, err := file.sum()
	require.NoError(t, err)
	old := `{"format":"wahost-journal/1","file_sha256":"` + sum + `","message_sha256":"m"}` + "\n" +
		`{"row":1,"state":"begun","id":"id-1"}` + "\n" + `{"row":1,"state":"done","id":"id-1","outcome":"accepted"}` + "\n" +
		`{"row":3,"state":"begun","id":"id-3"}` + "\n" + `{"row":4,"state":"done","id":"id-4","outcome":"rejected","retryable":true}` + "\n" +
		`{"row":5,"state":"done","outcome":"rejected","result":{"to":"x"}}` + "\n" + `{"row":2,"sta`
	require.NoError(t, os.WriteFile(path, []byte(old), 0o600))
	for range 2 { // the second time it has the present format
		j, err := openJournal(path, journalHead{Message: "m"}, file)
		require.NoError(t, err)
		require.Equal(t, map[string]string{keys[1]: "accepted", keys[5]: "rejected"}, j.done)
		require.Equal(t, map[string]string{keys[3]: "id-3"}, j.lost)
		closeJournal(t, j)
	}
	changed := strings.Replace(old, sum, "another", 1)
	require.NoError(t, os.WriteFile(path, []byte(changed), 0o600))
	_, err = openJournal(path, journalHead{Message: "m"}, file)
	var mismatch *JournalError
	require.ErrorAs(t, err, &mismatch)
	require.ErrorContains(t, err, "Run the same command with the file as it was then")
	kept, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, changed, string(kept))
}

// TestConcurrentCommits checks that all lines of concurrent writers are in the journal when their commits return, whole and in
// the order of each writer.
func TestConcurrentCommits(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "j")
	j, err := openJournal(path, journalHead{Message: "m"}, nil)
	require.NoError(t, err)
	var writers sync.WaitGroup
	for w := range 16 {
		writers.Go(func() {
			for i := range 20 {
				row := 1 + w*100 + i
				if err := j.begun(rowsUnderWay(row)); err != nil {
					t.Error(err)
				}
				content, err := os.ReadFile(path)
				if err != nil || !strings.Contains(string(content), fmt.Sprintf(`"id":"id-%d"`, row)+"}\n") {
					t.Errorf("row %d is not in the journal: %v", row, err)
				}
				j.finished(rowResult(row, outcome.Accept("v")), false, nil)
			}
		})
	}
	writers.Wait()
	closeJournal(t, j)
	j, err = openJournal(path, journalHead{Message: "m"}, nil)
	require.NoError(t, err)
	require.Empty(t, j.lost)
	require.Len(t, j.done, 320)
	closeJournal(t, j)
}
