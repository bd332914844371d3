// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package broadcast

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRecipientsFilesMustBeUTF8(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		content, want string
	}{
		"UTF-8":         {"to,name\n+15550100001,Jörg\n", ""},
		"Latin-1":       {"to,name\n+15550100001,Ann\n+15550100002,J\xf6rg\n", `row 2 (line 3), column "name" is not UTF-8`},
		"several lines": {"to,name\n+15550100001,\"a\nb\"\n+15550100002,J\xf6rg\n", `row 2 (line 4), column "name" is not UTF-8`},
		"spare cell":    {"to\n+15550100001,J\xf6rg\n", `row 1 (line 2), column 2 is not UTF-8`},
		"header":        {"to,stra\xdfe\n+15550100001,a\n", "the name of column 2 is not UTF-8"},
		"UTF-16":        {"\xff\xfet\x00o\x00\n\x00", "the name of column 1 is not UTF-8"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "r.csv")
			require.NoError(t, os.WriteFile(path, []byte(tt.content), 0o600))
			f, err := Open(path)
			if tt.want == "" {
				require.NoError(t, err)
				require.NoError(t, f.Close())
				return
			}
			require.ErrorContains(t, err, path+": "+tt.want)
		})
	}
}
