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

// FuzzJournal checks that a journal that can be opened has the same rows when it is opened again.
func FuzzJournal(f *testing.F) {
	head := journalHead{File: "f", Message: "m"}
	const first = `{"format":"wahost-journal/1","file_sha256":"f","message_sha256":"m"}` + "\n"
	for _, seed := range []string{"", first, first + `{"row":1,"state":"begun","id":"a"}`, first + `{"row":1,"state":"done","outcome":"accepted"}` + "\n", "{",
		first + `{"row":-1,"state":"begun"}` + "\n" + `{"row":1e99}` + "\n{\"row\":2", first + strings.Repeat(`{"result":`, 20_000),
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), "j")
		require.NoError(t, os.WriteFile(path, data, 0o600))
		j, err := openJournal(path, head)
		if err != nil {
			return
		}
		require.NoError(t, j.close())
		again, err := openJournal(path, head)
		require.NoError(t, err)
		require.Equal(t, j.done, again.done)
		require.Equal(t, j.lost, again.lost)
		require.NoError(t, again.close())
	})
}
