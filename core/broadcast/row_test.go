// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package broadcast

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// openText opens a recipients file with that content.
func openText(t *testing.T, content string, options ReadOptions) *File {
	t.Helper()
	path := filepath.Join(t.TempDir(), "r.csv")
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	f, err := Open(t.Context(), path, options)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, f.Close()) })
	return f
}

// rowsOf reads the rows of a file.
func rowsOf(t *testing.T, f *File) []Row {
	t.Helper()
	var rows []Row
	for {
		row, err := f.Next()
		if errors.Is(err, io.EOF) {
			require.Len(t, rows, f.Rows)
			return rows
		}
		require.NoError(t, err)
		rows = append(rows, row)
	}
}

// readRows returns the rows of a recipients file with that content.
func readRows(t *testing.T, content string) []Row {
	t.Helper()
	return rowsOf(t, openText(t, content, ReadOptions{}))
}

// TestFilesOfOtherPrograms checks that the same two rows are read however a program writes them.
func TestFilesOfOtherPrograms(t *testing.T) {
	t.Parallel()
	want := readRows(t, "to,name\n+4915112345678,Jörg\n+4915112345679,\"Ann, Bob\"\n")
	tests := map[string]struct {
		content   string
		separator rune
	}{
		"Excel, CSV UTF-8":              {content: "\ufeffto;name\r\n4915112345678;Jörg\r\n4915112345679;Ann, Bob\r\n"},
		"Excel, quoted header":          {content: "\ufeff\"to\";\"name\"\r\n4915112345678;Jörg\r\n4915112345679;Ann, Bob\r\n"},
		"Excel, Unicode text converted": {content: "\ufeffto\tname\r\n4915112345678\tJörg\r\n4915112345679\t\"Ann, Bob\"\r\n"},
		"Excel, empty columns and rows": {content: "to;name;;\r\n4915112345678;Jörg;;\r\n;;;\r\n4915112345679;Ann, Bob;;\r\n;;;\r\n;;;\r\n"},
		"Excel, separator line":         {content: "sep=|\r\nto|name\r\n4915112345678|Jörg\r\n4915112345679|Ann, Bob\r\n"},
		"all quoted":                    {content: "\"to\",\"name\"\n\"+4915112345678\",\"Jörg\"\n\"+4915112345679\",\"Ann, Bob\"\n"},
		"spaces before cells":           {content: "to, name\n+4915112345678, Jörg\n+4915112345679, \"Ann, Bob\"\n"},
		"no line break at the end":      {content: "to,name\n+4915112345678,Jörg\n+4915112345679,\"Ann, Bob\""},
		"empty lines":                   {content: "\n\r\nto,name\n\n+4915112345678,Jörg\n\n\n+4915112345679,\"Ann, Bob\"\n\n"},
		"columns swapped":               {content: "name,to\nJörg,+4915112345678\n\"Ann, Bob\",+4915112345679\n"},
		"given separator":               {content: "to/name\n+4915112345678/Jörg\n+4915112345679/Ann, Bob\n", separator: '/'},
		"comma in the header":           {content: "to;name;\"a,b\"\n+4915112345678;Jörg;x\n+4915112345679;Ann, Bob;y\n"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rows := rowsOf(t, openText(t, tt.content, ReadOptions{Separator: tt.separator, Ignore: []string{IgnoreAll}}))
			require.Len(t, rows, 2)
			for i, row := range rows {
				require.Nil(t, row.Refusal)
				require.Equal(t, want[i].Key, row.Key)
				require.Equal(t, want[i].To, row.To)
			}
		})
	}
}

func TestNumbersOfSpreadsheetsAndAddressBooks(t *testing.T) {
	t.Parallel()
	const number = "+4915112345678"
	tests := map[string]struct {
		cell, want string
	}{
		"plain":                {"+4915112345678", number},
		"no plus":              {"4915112345678", number},
		"text of Excel":        {"'+4915112345678", number},
		"formula":              {`="4915112345678"`, number},
		"spaces":               {" +49 151 12345678 ", number},
		"no-break spaces":      {"+49\u00a0151\u202f12345678\u00a0", number},
		"marks of direction":   {"\u202a+49 151 12345678\u202c", number},
		"zero-width":           {"\u200b4915112345678\ufeff", number},
		"other hyphens":        {"+49\u2011151\u201312345678", number},
		"points":               {"4.915.112.345.678", number},
		"commas":               {"4,915,112,345,678", number},
		"apostrophes":          {"4'915'112'345'678", number},
		"decimal":              {"4915112345678.0", number},
		"decimal comma":        {"4915112345678,00", number},
		"line break at an end": {"+4915112345678\n", number},
		"empty":                {" ", `The cell is empty. Write the country code and the number, such as "+4915112345678".`},
		"line break inside":    {"+49151\n12345678", `The cell has a line break inside. Write the country code and the number, such as "+4915112345678".`},
		"two zeros":            {"004915112345678", "The number begins with 00. Write + and the country code instead."},
		"no country code":      {"015112345678", `The phone number begins with 0, which no country code does. Write the country code and the number in 6 to 15 digits, such as "+4915112345678".`},
		"word":                 {"n/a", `A phone number has only digits, spaces, hyphens and parentheses, after an optional plus sign. Write the country code and the number in 6 to 15 digits, such as "+4915112345678".`},
		"decimal, not whole":   {"49151123456.78", `A phone number has only digits, spaces, hyphens and parentheses, after an optional plus sign. Write the country code and the number in 6 to 15 digits, such as "+4915112345678".`},
		"wrong groups":         {"4.91.511.234.567", `A phone number has only digits, spaces, hyphens and parentheses, after an optional plus sign. Write the country code and the number in 6 to 15 digits, such as "+4915112345678".`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			to, refusal := parseNumber(tt.cell)
			if refusal != nil {
				require.Equal(t, tt.want, refusal.Detail)
				return
			}
			require.Equal(t, tt.want, to.Address)
		})
	}
}

// TestBadRows checks which rows are refused, and that the others are not.
func TestBadRows(t *testing.T) {
	t.Parallel()
	content := strings.Join([]string{
		"to,customer,order_no,notes",
		"+4915112345670,Ann,A-1,",
		"+4915112345671,,A-2,x",
		"+4915112345672,Cid",
		"+4915112345673,Dan, Eve,A-4,x",
		"+4915112345674,Fay,\"A\nB\",x",
		"x,Gus,A-6,x",
		"+49151",
		"12345675,Hal,A-7,x",
		"+4915112345676,Ida,A-8,x",
	}, "\n")
	var got []string
	for _, row := range rowsOf(t, openText(t, content, shipped().ignoring("notes"))) {
		text := "sent"
		if row.Refusal != nil {
			require.Nil(t, row.Message)
			text = string(row.Refusal.Reason) + " " + row.Refusal.Path + ": " + row.Refusal.Detail
		}
		got = append(got, fmt.Sprintf("%d: %s", row.Line, text))
	}
	require.Equal(t, []string{
		"2: sent",
		"3: invalid_message customer: the cell is empty",
		"4: invalid_message : the row has 2 of 4 cells: is there a line break inside?",
		"5: invalid_message : the row has 5 cells and the header line has 4: a cell that contains the separator needs quotes",
		"6: invalid_message template.components[0].parameters[1].text: The text of a template parameter has no line breaks and no tabs. Write a space instead.",
		`8: invalid_recipient to: A phone number has only digits, spaces, hyphens and parentheses, after an optional plus sign. Write the country code and the number in 6 to 15 digits, such as "+4915112345678".`,
		"9: invalid_message : the row has 1 of 4 cells: is there a line break inside?",
		`10: invalid_recipient to: the line before has only "+49151": a line break seems to divide the number`,
		"11: sent",
	}, got)
}

func TestDuplicates(t *testing.T) {
	t.Parallel()
	const content = "to,name\n+4915112345678,\n+4915112345678,Ann\n+4915112345679,Bob\n4915112345678,Cid\n+49 151 12345678,Ann\n"
	options := text("Hi {{name}}")
	f := openText(t, content, options)
	require.Equal(t, 3, f.Duplicates)
	require.Equal(t, []string{"3 rows have a recipient that an earlier row has, who gets several messages: --unique sends only the first"}, f.Warnings)
	for _, row := range rowsOf(t, f) {
		require.False(t, row.Duplicate)
	}
	options.Unique = true
	f = openText(t, content, options)
	require.Equal(t, []string{"3 rows have a recipient that an earlier row has: --unique sends only to the first"}, f.Warnings)
	var duplicates []bool
	for _, row := range rowsOf(t, f) {
		duplicates = append(duplicates, row.Duplicate)
	}
	require.Equal(t, []bool{false, false, false, true, true}, duplicates, "the first row is refused, so that the second is the first one")
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
	require.ErrorContains(t, errors.New(rows[2].Refusal.Detail), "the row has 1 of 2 cells")
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
		"to,customer\n+15550100001,Ann\n+15550100001,Bob\n+15550100001,Ann\n+15550100001\n+15550100001,Ann,\n+15550100001,Ann,x\n",
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
