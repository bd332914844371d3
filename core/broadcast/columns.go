// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package broadcast

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/wahost/wahost/core/compose"
	"github.com/wahost/wahost/sdk/message"
)

// Columns are the columns of a recipients file and what each is for. The zero value is not valid: use NoColumns for a
// message that is sent without a file.
type Columns struct {
	to      int
	lang    int            // -1 if there is no such column
	headers map[string]int // kind of header: column
	buttons map[string]int // index of the button: column
	params  []paramColumn
	// content are the columns that decide what is sent, sorted by name.
	content []paramColumn
	// width is the number of columns, also of those that are ignored.
	width int
}

type paramColumn struct {
	name   string // of the placeholder, or its number
	column int
}

// NoColumns returns the columns of a message that is sent without a recipients file.
func NoColumns() Columns {
	return Columns{to: -1, lang: -1, headers: map[string]int{}, buttons: map[string]int{}}
}

// parseColumns reads the header line.
func parseColumns(header []string) (Columns, error) {
	c := NoColumns()
	seen, numbered := map[string]bool{}, 0
	for i, name := range header {
		name = strings.TrimSpace(strings.TrimPrefix(name, "\ufeff"))
		param, isParam, err := compose.PlaceholderName(name)
		if err != nil {
			return c, fmt.Errorf("column %q: %w", name, err)
		}
		if isParam {
			name = param
		}
		if seen[name] {
			return c, fmt.Errorf("column %q appears twice", name)
		}
		seen[name] = true
		kind, isHeader := strings.CutPrefix(name, "header.")
		index, isButton := strings.CutPrefix(name, "button.")
		switch {
		case name == "to":
			c.to = i
		case name == "language":
			c.lang = i
		case isHeader:
			if !slices.Contains(compose.HeaderKinds(), kind) {
				return c, fmt.Errorf("column %q: a header is header.text, header.image, header.video or header.document", name)
			}
			c.headers[kind] = i
		case isButton:
			if _, err := strconv.ParseUint(index, 10, 8); err != nil {
				return c, fmt.Errorf("column %q: a button is button.N, with N counted from 0", name)
			}
			c.buttons[index] = i
		case isParam:
			if compose.Numbered(name) {
				numbered++
			}
			c.params = append(c.params, paramColumn{name: name, column: i})
		default:
			return c, fmt.Errorf("column %q is neither \"to\" nor the number or name of a placeholder (letters, digits and _)", name)
		}
	}
	switch {
	case c.to < 0:
		return c, errors.New(`there is no column "to": the first line must name the columns, one of them "to"`)
	case numbered > 0 && numbered < len(c.params):
		return c, errors.New("some columns name parameters and others number them: use only one of the two")
	case len(c.headers) > 1:
		return c, errors.New("a template has one header: keep one of the header columns")
	}
	c.content, c.width = c.contents(), len(header)
	return c, nil
}

// OnlyRecipients reports whether all rows have the same content.
func (c Columns) OnlyRecipients() bool {
	return c.lang < 0 && len(c.params)+len(c.headers)+len(c.buttons) == 0
}

// Parameters returns the number of columns that fill placeholders.
func (c Columns) Parameters() int { return len(c.params) }

// TemplateOnly returns the names of the columns that only a template can use.
func (c Columns) TemplateOnly() []string {
	var names []string
	if c.lang >= 0 {
		names = append(names, "language")
	}
	for _, kind := range slices.Sorted(maps.Keys(c.headers)) {
		names = append(names, "header."+kind)
	}
	for _, index := range slices.Sorted(maps.Keys(c.buttons)) {
		names = append(names, "button."+index)
	}
	return names
}

// Sample returns m with valid values in all columns, so that m can be checked once for all rows.
func (c Columns) Sample(m *message.Message) *message.Message {
	last := c.lang
	for _, p := range c.params {
		last = max(last, p.column)
	}
	for _, i := range c.headers {
		last = max(last, i)
	}
	for _, i := range c.buttons {
		last = max(last, i)
	}
	cells := slices.Repeat([]string{"x"}, last+1)
	for _, i := range c.headers {
		cells[i] = "https://example.com/x"
	}
	return c.fill(m, cells)
}

// fill returns a copy of m with the cells of a row. A column wins over a value in m for the same thing. An empty cell is
// an empty value, which no template accepts; only an empty language keeps that of m.
func (c Columns) fill(m *message.Message, cells []string) *message.Message {
	m = proto.CloneOf(m)
	if m.GetType() != message.KindTemplate {
		for _, p := range c.params {
			compose.SetVariable(m, compose.Param{Name: p.name, Value: cells[p.column]})
		}
		return m
	}
	t := m.GetTemplate()
	if c.lang >= 0 && cells[c.lang] != "" {
		t.Language = &message.Language{Code: cells[c.lang]}
	}
	for kind, i := range c.headers {
		compose.SetHeader(t, kind, cells[i])
	}
	for _, p := range c.params {
		compose.SetParameter(t, compose.Param{Name: p.name, Value: cells[p.column]})
	}
	for _, index := range slices.Sorted(maps.Keys(c.buttons)) {
		compose.SetButton(t, index, cells[c.buttons[index]])
	}
	return m
}
