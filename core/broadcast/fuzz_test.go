// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package broadcast

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/sdk/message"
)

// FuzzOpen checks that the columns of a recipients file that can be opened complete a message.
func FuzzOpen(f *testing.F) {
	for _, seed := range []string{"to\n+4915112345678\n", "to,1,2\n", "to,header.image,button.0,language,name\nx,y\n", "\ufeffto\n\"", "", "to,01,1",
		"to\n\"" + strings.Repeat("x\n", 100), "\ufeffto;text\r\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), "r.csv")
		require.NoError(t, os.WriteFile(path, data, 0o600))
		file, err := Open(path)
		if err != nil {
			return
		}
		require.GreaterOrEqual(t, file.Rows, 0)
		for _, m := range []*message.Message{
			{Type: message.KindText, Text: &message.Text{}}, {Type: message.KindTemplate, Template: &message.Template{}},
		} {
			require.NotNil(t, file.Columns.Sample(m))
		}
		require.NoError(t, file.Close())
	})
}

// FuzzJournal checks that a journal that can be opened has the same rows when it is opened again, in both formats.
func FuzzJournal(f *testing.F) {
	csv := filepath.Join(f.TempDir(), "r.csv")
	require.NoError(f, os.WriteFile(csv, []byte("to\n+15550100001\n+15550100002\n"), 0o600))
	file, err := Open(csv)
	require.NoError(f, err)
	f.Cleanup(func() { _ = file.Close() })
	head := journalHead{Message: "m"}
	const first = `{"format":"wahost-journal/2","message_sha256":"m"}` + "\n"
	old := `{"format":"wahost-journal/1","file_sha256":"` + file.digest + `","message_sha256":"m"}` + "\n"
	for _, seed := range []string{"", "{", first, first[:20], first + `{"row":1,"key":"a","state":"begun","id":"a"}`,
		first + `{"row":1,"key":"a","state":"done","outcome":"accepted"}` + "\n" + `{"key":"a","state":"returned"}`,
		first + strings.Repeat(`{"result":`, 20_000), old, old + `{"row":1,"state":"begun","id":"a"}`,
		old + `{"row":2,"state":"done","outcome":"accepted"}` + "\n", old + `{"row":-1,"state":"begun"}` + "\n" + `{"row":1e99}` + "\n{\"row\":2",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), "j")
		require.NoError(t, os.WriteFile(path, data, 0o600))
		j, err := openJournal(path, head, file)
		if err != nil {
			return
		}
		closeJournal(t, j)
		again, err := openJournal(path, head, file)
		require.NoError(t, err)
		require.Equal(t, j.done, again.done)
		require.Equal(t, j.lost, again.lost)
		closeJournal(t, again)
	})
}
