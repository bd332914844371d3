// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package broadcast

import (
	"fmt"
	"unicode/utf8"
)

// checkHeader returns an error if the name of a column is not UTF-8.
func checkHeader(header []string) error {
	for i, name := range header {
		if !utf8.ValidString(name) {
			return fmt.Errorf("the name of column %d is not UTF-8: save the file as UTF-8", i+1)
		}
	}
	return nil
}

// checkText returns an error if a cell of a record is not UTF-8. The row is 0 for the header line. Such a file was saved in
// another encoding. Its texts would reach people with wrong characters, so nothing of it is sent.
func (r *csvReader) checkText(record, header []string, row int) error {
	for i, cell := range record {
		if utf8.ValidString(cell) {
			continue
		}
		line, _ := r.FieldPos(i)
		column := fmt.Sprintf("column %d", i+1)
		if i < len(header) && row > 0 {
			column = fmt.Sprintf("column %q", header[i])
		}
		return fmt.Errorf("row %d (line %d), %s is not UTF-8: save the file as UTF-8", row, line, column)
	}
	return nil
}
