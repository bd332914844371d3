// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package broadcast

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// readRows returns the rows of a recipients file with that content.
func readRows(t *testing.T, content string) []Row {
	t.Helper()
	path := filepath.Join(t.TempDir(), "r.csv")
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	f, err := Open(path)
	require.NoError(t, err)
	defer func() { require.NoError(t, f.Close()) }()
	var rows []Row
	for {
		row, err := f.Next()
		if errors.Is(err, io.EOF) {
			return rows
		}
		require.NoError(t, err)
		rows = append(rows, row)
	}
}

func TestRowsKnowTheirLines(t *testing.T) {
	t.Parallel()
	rows := readRows(t, "to,name\n\n+15550100001,\"a\nb\"\n\n\n+15550100002,c\r\n+15550100003\nx,d\n")
	var places [][2]int
	for _, row := range rows {
		places = append(places, [2]int{row.Number, row.Line})
	}
	require.Equal(t, [][2]int{{1, 3}, {2, 7}, {3, 8}, {4, 9}}, places)
	require.Nil(t, rows[0].Refusal)
	require.Equal(t, "+15550100001", rows[0].To.Address)
	require.ErrorContains(t, errors.New(rows[2].Refusal.Detail), "the row has 1 cells and the header line has 2")
	require.Equal(t, "invalid_recipient", string(rows[3].Refusal.Reason))
}

// TestKeysFollowTheContent checks that a row has the same key wherever it is, and however its file is written.
func TestKeysFollowTheContent(t *testing.T) {
	t.Parallel()
	want := readRows(t, "to,customer,order\n+15550100001,Ann,A-1\n+15550100002,Bob,B-2\n")
	tests := map[string]string{
		"sorted otherwise":   "to,customer,order\n+15550100002,Bob,B-2\n+15550100001,Ann,A-1\n",
		"columns moved":      "order,to,customer\nB-2,+15550100002,Bob\nA-1,+15550100001,Ann\n",
		"quotes":             "\"to\",\"customer\",\"order\"\n\"+15550100002\",\"Bob\",\"B-2\"\n\"+15550100001\",Ann,A-1\n",
		"number spelt other": "to,customer,order\n1 (555) 010-0002,Bob,B-2\n15550100001,Ann,A-1\n",
		"lines of Windows":   "to,customer,order\r\n+15550100002,Bob,B-2\r\n+15550100001,Ann,A-1\r\n",
	}
	for name, content := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rows := readRows(t, content)
			require.Equal(t, []string{want[1].Key, want[0].Key}, []string{rows[0].Key, rows[1].Key})
		})
	}
}

func TestRowsThatDifferHaveDifferentKeys(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, content := range []string{
		"to\n+15550100001\n+15550100001\n+15550100002\nx\n15550100\n",
		"to,customer\n+15550100001,Ann\n+15550100001,Bob\n+15550100001,Ann\n+15550100001\n+15550100001,Ann,\n+15550100001,\"\"\n",
		"to,other\n+15550100001,Ann\n",
		"to,a,b\n+15550100001,x,yz\n+15550100001,xy,z\n",
		"to,language\n+15550100001,Ann\n",
	} {
		for _, row := range readRows(t, content) {
			require.NotContains(t, seen, row.Key, content)
			seen[row.Key] = content
		}
	}
	require.Len(t, seen, 15)
}
