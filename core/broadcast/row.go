// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package broadcast

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// Row is one row of a recipients file.
type Row struct {
	// Number counts the rows from 1. The header line and empty lines are not counted.
	Number int
	// Line is the line of the file where the row begins, from 1. A row has several lines if a quoted cell has a line break.
	Line int
	// Cells are the cells as the file has them. There are as many as columns, unless Refusal says otherwise.
	Cells []string
	// Key identifies the row by its content, and not by its place in the file: see key. No two rows of a file have the same.
	Key string
	// To is the recipient. It is the zero Recipient if the cell is not a phone number.
	To message.Recipient
	// Refusal is the reason that the row cannot be sent, or nil.
	Refusal *outcome.Rejected
}

// Address returns the recipient as results and journals show it: the phone number, or the text of the cell if it is not one.
func (r Row) Address(c Columns) string {
	switch {
	case r.To.Address != "":
		return r.To.Address
	case c.to >= 0 && c.to < len(r.Cells):
		return r.Cells[c.to]
	}
	return ""
}

// Next returns the next row. The error is io.EOF at the end of the file. After any other error the rest of the file cannot
// be read.
func (f *File) Next() (Row, error) {
	cells, err := f.reader.Read()
	if errors.Is(err, io.EOF) {
		return Row{}, io.EOF
	}
	if err != nil && !errors.Is(err, csv.ErrFieldCount) {
		return Row{}, fmt.Errorf("%s: %w", f.file.Name(), err)
	}
	f.number++
	row := Row{Number: f.number, Cells: cells}
	row.Line, _ = f.reader.FieldPos(0)
	row.To, row.Refusal = f.Columns.check(cells)
	row.Key = f.keys.next(f.Columns.digest(row.Address(f.Columns), cells))
	return row, nil
}

// check returns the recipient of a row, and the reason that the row cannot be sent or nil.
func (c Columns) check(cells []string) (message.Recipient, *outcome.Rejected) {
	var to message.Recipient
	if c.to >= 0 && c.to < len(cells) {
		var err error
		if to, err = message.ParseRecipient(cells[c.to]); err != nil && len(cells) == c.width {
			return to, outcome.Reject(outcome.ReasonInvalidRecipient, "to", "%v", err).Rejected
		}
	}
	if len(cells) != c.width {
		return to, outcome.Reject(outcome.ReasonInvalidMessage, "",
			"the row has %d cells and the header line has %d: a cell that contains the separator needs quotes", len(cells), c.width).Rejected
	}
	return to, nil
}

// contents returns the columns that decide what is sent, sorted by name.
func (c Columns) contents() []paramColumn {
	all := slices.Clone(c.params)
	for kind, i := range c.headers {
		all = append(all, paramColumn{name: "header." + kind, column: i})
	}
	for index, i := range c.buttons {
		all = append(all, paramColumn{name: "button." + index, column: i})
	}
	if c.lang >= 0 {
		all = append(all, paramColumn{name: "language", column: c.lang})
	}
	slices.SortFunc(all, func(a, b paramColumn) int {
		if a.name < b.name {
			return -1
		}
		return 1
	})
	return all
}
