// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package known

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzParse: a list that can be read is written again as a list that can be read.
func FuzzParse(f *testing.F) {
	f.Add("# comment\nsend/list/fidelity \"dropped\" https://t.example/1 2026-12-31\n")
	f.Add("send/** \"a \\\"quoted\\\" text\" T-1 2026-12-31")
	f.Add("x \"\xff\" t 0000-01-01")
	f.Fuzz(func(t *testing.T, text string) {
		list, err := Parse("list", []byte(text))
		if err != nil {
			return
		}
		require.NotEmpty(t, list.entries)
		require.Len(t, list.Digest(), 64)
		for _, e := range list.entries {
			again, err := parseEntry(entryLine(e.pattern, e.prefix, e.ticket, e.until.Format("2006-01-02")))
			require.NoError(t, err)
			again.line = e.line
			require.Equal(t, e, again)
		}
		if _, err := list.Waive([]string{"send/list/fidelity", "send/text/minimal"}, list.entries[0].until); err == nil {
			require.LessOrEqual(t, len(list.entries), 2)
		}
	})
}
