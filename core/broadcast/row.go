// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package broadcast

import (
	"errors"
	"fmt"
	"io"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// Row is one row of a recipients file.
type Row struct {
	// Number counts the rows from 1. The header line and empty lines are not counted. Rows whose cells are all empty are counted and
	// passed over.
	Number int
	// Line is the line of the file where the row begins, from 1. A row has several lines if a quoted cell has a line break.
	Line int
	// Cells are the cells as the file has them. There are as many as columns, unless Refusal says otherwise.
	Cells []string
	// Key identifies the row by its content, and not by its place in the file: see Columns.digest. No two rows of a file have
	// the same.
	Key string
	// To is the recipient. It is the zero Recipient if the cell is not a phone number.
	To message.Recipient
	// Message is what the row sends. It is nil if all rows send the same, and if Refusal is set.
	Message *message.Message
	// Refusal is the reason that the row cannot be sent, or nil.
	Refusal *outcome.Rejected
	// Duplicate is set if an earlier row that can be sent has the same recipient and ReadOptions.Unique is set.
	Duplicate bool
}

// Address returns the recipient as results and journals show it: the phone number, or the text of the cell if it is not one.
func (r Row) Address(c Columns) string { return c.address(r.To, r.Cells) }

func (c Columns) address(to message.Recipient, cells []string) string {
	switch {
	case to.Address != "":
		return to.Address
	case c.to >= 0 && c.to < len(cells):
		return cells[c.to]
	}
	return ""
}

// Next returns the next row. The error is io.EOF at the end of the file. After any other error the rest of the file cannot
// be read: the file was changed since Open.
func (f *File) Next() (Row, error) {
	cells, err := f.reader.Read()
	if errors.Is(err, io.EOF) {
		return Row{}, io.EOF
	}
	if err != nil {
		return Row{}, fmt.Errorf("%s was changed while it was read: %w", f.file.Name(), err)
	}
	number, line := f.reader.records-1, f.reader.line(0)
	cells = f.Columns.cut(cells)
	row := Row{Number: number, Line: line, Cells: cells}
	row.To, row.Refusal = f.Columns.check(cells)
	row.Key = f.keys.next(f.Columns.digest(row.To, cells))
	if row.Refusal == nil && f.fragment != "" && isContinued(f.fragment, cells[0]) {
		row.Refusal = outcome.Reject(outcome.ReasonInvalidRecipient, "to",
			"the line before has only %q: a line break seems to divide the number", f.fragment).Rejected
	}
	f.fragment = ""
	if len(cells) == 1 && len(f.Columns.names) > 1 && f.Columns.to == 0 {
		f.fragment = cells[0]
	}
	if row.Refusal == nil && f.options.Message != nil && !f.Columns.OnlyRecipients() {
		row.Message, row.Refusal = f.Columns.message(f.options.Message, cells)
	}
	if row.Refusal == nil && f.options.Unique {
		number := numberOf(row.To)
		if read, several := f.twice[number]; several {
			row.Duplicate = read
			f.twice[number] = true
		}
	}
	return row, nil
}

// cut removes empty cells after the last column, which Excel writes.
func (c Columns) cut(cells []string) []string {
	for len(cells) > len(c.names) && cells[len(cells)-1] == "" {
		cells = cells[:len(cells)-1]
	}
	return cells
}

// check returns the recipient of a row, and the reason that the row cannot be sent or nil.
func (c Columns) check(cells []string) (message.Recipient, *outcome.Rejected) {
	var (
		to      message.Recipient
		refusal *outcome.Rejected
	)
	if c.to >= 0 && c.to < len(cells) {
		to, refusal = parseNumber(cells[c.to])
	}
	switch width := len(c.names); {
	case len(cells) < width:
		return to, outcome.Reject(outcome.ReasonInvalidMessage, "", "the row has %d of %d cells: is there a line break inside?", len(cells), width).Rejected
	case len(cells) > width:
		return to, outcome.Reject(outcome.ReasonInvalidMessage, "",
			"the row has %d cells and the header line has %d: a cell that contains the separator needs quotes", len(cells), width).Rejected
	}
	return to, refusal
}
