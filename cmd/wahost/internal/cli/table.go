// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/wahost/wahost/internal/printable"
)

// Table writes rows in columns that are as wide as their widest cell. The last column is not padded, and is cut at the
// width of the terminal. Each cell is one line: other characters than printable ones are escaped.
type Table struct {
	Header []string
	rows   [][]string
}

// Add adds a row with as many cells as the header.
func (t *Table) Add(cells ...string) { t.rows = append(t.rows, printable.Fields(cells)) }

// Write writes the header and the rows. A width of 0 cuts nothing.
func (t *Table) Write(w io.Writer, width int) {
	all := append([][]string{t.Header}, t.rows...)
	widths := make([]int, len(t.Header))
	for _, row := range all {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range all {
		var b strings.Builder
		used := 0
		for i, cell := range row {
			if i == len(row)-1 {
				if room := width - used; width > 0 && room > 3 && utf8.RuneCountInString(cell) > room {
					cell = string([]rune(cell)[:room-3]) + "..."
				}
				b.WriteString(cell)
				break
			}
			b.WriteString(cell + strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell)+2))
			used += widths[i] + 2
		}
		fmt.Fprintln(w, strings.TrimRight(b.String(), " "))
	}
}

// OrDash returns s, or "-" for an empty cell of a table.
func OrDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
