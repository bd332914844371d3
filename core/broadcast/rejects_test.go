// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package broadcast

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/sdk/outcome"
)

// rejectAll writes all rows of a file that cannot be sent into a rejects file, and returns its content.
func rejectAll(t *testing.T, f *File, path string) string {
	t.Helper()
	r, err := CreateRejects(t.Context(), path, f, nil)
	require.NoError(t, err)
	for _, row := range rowsOf(t, f) {
		require.NoError(t, r.Add(row, outcome.Outcome{Rejected: row.Refusal}))
	}
	require.NoError(t, r.Close())
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(content)
}

// TestRejectsFiles checks that a rejects file is written like its recipients file, and that nothing of it is sent before it is
// mended.
func TestRejectsFiles(t *testing.T) {
	t.Parallel()
	const tooLong = "the row has 4 cells and the header line has 3: a cell that contains the separator needs quotes"
	tests := map[string]struct {
		content, want string
	}{
		"commas": {
			"to,customer,order_no\n+4915112345678,Ann,A-1\n+4915112345679,,A-2\n+4915112345670,Bob\n+4915112345671,C,D,A-4\n",
			"to,customer,order_no,reason,detail,vendor_code\n" +
				"+4915112345679,,A-2,invalid_message,customer: the cell is empty,\n" +
				"+4915112345670,Bob,,invalid_message,the row has 2 of 3 cells: is there a line break inside?,\n" +
				"+4915112345671,C,D,A-4,invalid_message," + tooLong + ",none\n",
		},
		"Excel": {
			"\ufeffto;customer;order_no\r\n+4915112345678;Ann;A-1\r\n+4915112345679;;\"A;2\"\r\n",
			"\ufeffto;customer;order_no;reason;detail;vendor_code\r\n+4915112345679;;\"A;2\";invalid_message;customer: the cell is empty;\r\n",
		},
		"other columns": {
			"notes\tto\tcustomer\torder_no\nx\t+4915112345679\t\tA-2\n",
			"notes\tto\tcustomer\torder_no\treason\tdetail\tvendor_code\nx\t+4915112345679\t\tA-2\tinvalid_message\tcustomer: the cell is empty\t\n",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			options := shipped().ignoring(IgnoreAll)
			path := filepath.Join(t.TempDir(), "rejects.csv")
			f := openText(t, tt.content, options)
			require.Equal(t, tt.want, rejectAll(t, f, path))
			info, err := os.Stat(path)
			require.NoError(t, err)
			require.Equal(t, os.FileMode(0o600), info.Mode().Perm())

			// As it is, it has the same rejects again, and its report is replaced.
			again := openText(t, tt.want, options)
			second := rejectAll(t, again, filepath.Join(t.TempDir(), "rejects.csv"))
			require.Equal(t, strings.Count(tt.want, "\n"), strings.Count(second, "\n"))
			if !strings.Contains(tt.want, tooLong) {
				require.Equal(t, tt.want, second)
			}
			// The same campaign may replace it.
			_, err = CreateRejects(t.Context(), path, openText(t, tt.content, options), nil)
			require.NoError(t, err)
		})
	}
}

func TestRejectsFilesOfOthersAreKept(t *testing.T) {
	t.Parallel()
	const content = "to,customer,order_no\n+4915112345678,Ann,A-1\n+4915112345679,,A-2\n"
	const header = "to,customer,order_no,reason,detail,vendor_code\n"
	tests := map[string]struct {
		existing, want string
		known          bool
	}{
		"empty":        {existing: ""},
		"only header":  {existing: header},
		"own":          {existing: header + "+4915112345679,,A-2,invalid_message,customer: the cell is empty,\n"},
		"known":        {existing: header + "+4915112345670,x,A-9,vendor_rejected,no,7\n", known: true},
		"mended":       {existing: header + "+4915112345679,Bob,A-2,invalid_message,customer: the cell is empty,\n", want: "the row in line 2 is not a row of"},
		"of another":   {existing: "to,name,reason,detail,vendor_code\n", want: "is not a rejects file of these recipients"},
		"other":        {existing: "hello\n", want: "is not a rejects file of these recipients"},
		"a recipients": {existing: content, want: "is not a rejects file of these recipients"},
		"broken":       {existing: header + "+4915112345679,\"x\n", want: "was changed since it was written"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "rejects.csv")
			require.NoError(t, os.WriteFile(path, []byte(tt.existing), 0o644))
			_, err := CreateRejects(t.Context(), path, openText(t, content, shipped()), func(string) bool { return tt.known })
			if tt.want == "" {
				require.NoError(t, err)
				return
			}
			var refused *RejectsError
			require.ErrorAs(t, err, &refused)
			require.ErrorContains(t, err, tt.want)
			kept, err := os.ReadFile(path)
			require.NoError(t, err)
			require.Equal(t, tt.existing, string(kept))
		})
	}
	t.Run("the recipients file", func(t *testing.T) {
		t.Parallel()
		f := openText(t, header+"+4915112345679,,A-2,,,\n", shipped())
		_, err := CreateRejects(t.Context(), f.file.Name(), f, nil)
		require.ErrorContains(t, err, "is the recipients file itself")
	})
	t.Run("a folder", func(t *testing.T) {
		t.Parallel()
		_, err := CreateRejects(t.Context(), t.TempDir(), openText(t, content, shipped()), nil)
		require.ErrorContains(t, err, "is not an ordinary file")
	})
}

// TestReportsAreNoFormulas checks that a spreadsheet shows the text of a vendor and does not run it.
func TestReportsAreNoFormulas(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "rejects.csv")
	f := openText(t, "to\n+4915112345678\n", ReadOptions{})
	r, err := CreateRejects(t.Context(), path, f, nil)
	require.NoError(t, err)
	row := rowsOf(t, f)[0]
	require.NoError(t, r.Add(row, outcome.Outcome{Rejected: &outcome.Rejected{
		Reason: outcome.ReasonVendorRejected, Detail: "\t=HYPERLINK(\"http://x\")\u202e\x1b[2J\n@SUM", VendorCode: "-1+2", VendorMessage: "+x",
	}}))
	require.NoError(t, r.Add(row, outcome.Accept("x")))
	require.NoError(t, r.Add(row, outcome.NewUnknown("x")))
	require.NoError(t, r.Close())
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "to,reason,detail,vendor_code\n+4915112345678,vendor_rejected,\"'=HYPERLINK(\"\"http://x\"\")  [2J @SUM; +x\",'-1+2\n", string(content))
}
