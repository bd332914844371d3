// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package broadcast

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRecordsOfARecipientsFileAreBounded(t *testing.T) {
	t.Parallel()
	rows := strings.Repeat("+15550100001,hello\n", 200_000)
	reader := newCSV(strings.NewReader("to,text\n"+rows), layout{separator: ','})
	records := 0
	for {
		_, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err, "a long file is not a long record")
		records++
	}
	require.Equal(t, 200_001, records)

	reader = newCSV(strings.NewReader("to,text\n+15550100001,\"hello\n"+rows), layout{separator: ','})
	_, err := reader.Read()
	require.NoError(t, err)
	_, err = reader.Read()
	require.ErrorContains(t, err, "is a quote missing?")
}

func TestLinesOfAJournalAreBounded(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "j")
	head := journalHead{Message: "m"}
	j, err := openJournal(path, head, nil)
	require.NoError(t, err)
	require.NoError(t, j.begun(rowsUnderWay(1)))
	closeJournal(t, j)
	file, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0o600)
	require.NoError(t, err)
	_, err = file.WriteString(strings.Repeat("x", 5*maxJournalLine) + "\n" + `{"row":2,"key":"k2","state":"begun","id":"id-2"}` + "\n" + `{"row":3,"key":"k3","sta`)
	require.NoError(t, err)
	require.NoError(t, file.Close())

	for range 2 { // the second run finds what the first one appended
		j, err = openJournal(path, head, nil)
		require.NoError(t, err)
		require.Equal(t, map[string]string{"k1": "id-1", "k2": "id-2"}, j.lost)
		closeJournal(t, j)
	}
}
