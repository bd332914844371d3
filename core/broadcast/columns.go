// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package broadcast

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/wahost/wahost/core/compose"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// Columns are the columns of a recipients file and what each is for. The zero value is not valid: use NoColumns for a
// message that is sent without a file.
type Columns struct {
	to      int
	lang    int            // -1 if there is no such column
	headers map[string]int // kind of header: column
	buttons map[string]int // index of the button: column
	params  []column
	// content are the columns that decide what is sent, sorted by name.
	content []column
	// names are those of the header line, also of columns that are ignored. A row has as many cells.
	names []string
	// reports are the columns of a rejects file that say what was wrong. They are ignored.
	reports []int
}

// column is a column that completes the message.
type column struct {
	name  string // of the placeholder, or its number; or that of the header line
	index int
}

// NoColumns returns the columns of a message that is sent without a recipients file.
func NoColumns() Columns {
	return Columns{to: -1, lang: -1, headers: map[string]int{}, buttons: map[string]int{}}
}

// OnlyRecipients reports whether all rows have the same content.
func (c Columns) OnlyRecipients() bool {
	return c.lang < 0 && len(c.params)+len(c.headers)+len(c.buttons) == 0
}

// Parameters returns the number of columns that fill placeholders.
func (c Columns) Parameters() int { return len(c.params) }

// Sample returns m with valid values in all columns, so that m can be checked once for all rows.
func (c Columns) Sample(m *message.Message) *message.Message {
	cells := slices.Repeat([]string{"x"}, len(c.names))
	for _, i := range c.headers {
		cells[i] = "https://example.com/x"
	}
	return c.fill(m, cells)
}

// message returns what a row sends, or the reason that it sends nothing. The row has a cell for each column.
func (c Columns) message(m *message.Message, cells []string) (*message.Message, *outcome.Rejected) {
	for _, col := range c.content {
		if col.index != c.lang && strings.TrimSpace(cells[col.index]) == "" {
			return nil, outcome.Reject(outcome.ReasonInvalidMessage, col.name, "the cell is empty").Rejected
		}
	}
	m = c.fill(m, cells)
	// Limits depend on the channel, because a vendor may have other limits than Meta. Routing checks them.
	err := message.Validate(m, &message.Limits{})
	var invalid *message.InvalidError
	switch {
	case err == nil:
		return m, nil
	case errors.As(err, &invalid) && len(invalid.Problems) == 1:
		return nil, outcome.Reject(outcome.ReasonInvalidMessage, invalid.Problems[0].Path, "%s", invalid.Problems[0].Detail).Rejected
	}
	return nil, outcome.Reject(outcome.ReasonInvalidMessage, "", "%v", err).Rejected
}

// fill returns a copy of m with the cells of a row. A column wins over a value in m for the same thing. Only an empty
// language keeps that of m.
func (c Columns) fill(m *message.Message, cells []string) *message.Message {
	m = proto.CloneOf(m)
	if m.GetType() != message.KindTemplate {
		for _, p := range c.params {
			compose.SetVariable(m, compose.Param{Name: p.name, Value: cells[p.index]})
		}
		return m
	}
	t := m.GetTemplate()
	if c.lang >= 0 && strings.TrimSpace(cells[c.lang]) != "" {
		t.Language = &message.Language{Code: strings.TrimSpace(cells[c.lang])}
	}
	for kind, i := range c.headers {
		compose.SetHeader(t, kind, cells[i])
	}
	for _, p := range c.params {
		compose.SetParameter(t, compose.Param{Name: p.name, Value: cells[p.index]})
	}
	for _, index := range slices.Sorted(maps.Keys(c.buttons)) {
		compose.SetButton(t, index, cells[c.buttons[index]])
	}
	return m
}
