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

	"github.com/wahost/wahost/sdk/message"
)

// FuzzOpen checks that each row of a recipients file that can be opened has a key of its own, a line, and either a message or
// the reason that it has none.
func FuzzOpen(f *testing.F) {
	for _, seed := range []string{"to\n+4915112345678\n", "to,1,2\n", "to,header.image,button.0,language,name\nx,y\n", "\ufeffto\n\"", "", "to,01,1",
		"to\n\"" + strings.Repeat("x\n", 100), "\ufeffto;text\r\n", "sep=;\nto;1\n\"1\n2\";x\n", "to\tname\n1\ta\"b\n\"2\"x\t\n", "\xff\xfet\x00o\x00",
		"to,name,,\n'+4915112345678,a,,\n4.915.112.345.678,b\n4,9E+12,c\n+49151\n12345678,d\n", "to,a\n+4915112345678,a\n+4915112345678,a\n",
		"to\r+4915112345678\r", "to,name,reason,detail,vendor_code\n+49\u00a015112345678,J\xf6rg,x,y,z\n",
	} {
		f.Add([]byte(seed))
	}
	messages := []*message.Message{
		nil, {Type: message.KindText, Text: &message.Text{Body: "{{1}} {{name}}"}}, {Type: message.KindTemplate, Template: &message.Template{Name: "x"}},
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), "r.csv")
		require.NoError(t, os.WriteFile(path, data, 0o600))
		for _, m := range messages {
			file, err := Open(t.Context(), path, ReadOptions{Message: m, Unique: true, Ignore: []string{IgnoreAll}})
			if err != nil {
				require.NotEmpty(t, err.Error())
				continue
			}
			if m != nil {
				require.NotNil(t, file.Columns.Sample(m))
			}
			keys, lines := map[string]bool{}, 0
			for {
				row, err := file.Next()
				if errors.Is(err, io.EOF) {
					break
				}
				require.NoError(t, err, "the whole file was read before")
				require.False(t, keys[row.Key])
				keys[row.Key] = true
				require.Greater(t, row.Line, lines)
				lines = row.Line
				if row.Refusal == nil && m != nil && !file.Columns.OnlyRecipients() {
					require.NotNil(t, row.Message)
				}
			}
			require.Len(t, keys, file.Rows)
			require.NoError(t, file.Close())
		}
	})
}

// FuzzJournal checks that a journal that can be opened has the same rows when it is opened again, in both formats.
func FuzzJournal(f *testing.F) {
	csv := filepath.Join(f.TempDir(), "r.csv")
	require.NoError(f, os.WriteFile(csv, []byte("to\n+15550100001\n+15550100002\n"), 0o600))
	file, err := Open(f.Context(), csv, ReadOptions{})
	require.NoError(f, err)
	f.Cleanup(func() { _ = file.Close() })
	head := journalHead{Message: "m"}
	sum, err := file.sum()
	require.NoError(f, err)
	const first = `{"format":"wahost-journal/2","message_sha256":"m"}` + "\n"
	old := `{"format":"wahost-journal/1","file_sha256":"` + sum + `","message_sha256":"m"}` + "\n"
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
