// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/wahost/wahost/sdk/message"
)

// columns say what each column of a recipients file is for.
type columns struct {
	to      int
	headers map[string]int // header kind: column
	buttons map[string]int // button index: column
	lang    int            // -1 for none
	params  []paramColumn
}

type paramColumn struct {
	name   string // of the placeholder, or its number
	column int
}

// columnsOf reads the header line of a recipients file. The file is read more than once, so that a pipe will not do.
func columnsOf(path string) (columns, error) {
	none := columns{to: -1, lang: -1}
	info, err := os.Stat(path)
	if err != nil {
		return none, err
	}
	if !info.Mode().IsRegular() {
		return none, fmt.Errorf("%s is not an ordinary file: write the recipients into one", path)
	}
	file, err := os.Open(path)
	if err != nil {
		return none, err
	}
	defer func() { _ = file.Close() }()
	header, err := newCSV(file).Read()
	if errors.Is(err, io.EOF) {
		err = errors.New("the file is empty: the first line must name the columns")
	}
	cols := none
	if err == nil {
		cols, err = readColumns(header)
	}
	if err != nil {
		return none, fmt.Errorf("%s: %w", path, err)
	}
	return cols, nil
}

// readColumns reads the header line.
func readColumns(header []string) (columns, error) {
	c := columns{to: -1, lang: -1, headers: map[string]int{}, buttons: map[string]int{}}
	seen, numbered := map[string]bool{}, 0
	for i, name := range header {
		name = strings.TrimSpace(strings.TrimPrefix(name, "\ufeff"))
		param, isParam, err := placeholderName(name)
		if err != nil {
			return c, fmt.Errorf("the column %q: %w", name, err)
		}
		if isParam {
			name = param
		}
		if seen[name] {
			return c, fmt.Errorf("the column %q is there twice", name)
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
			if !slices.Contains(headerKinds, kind) {
				return c, fmt.Errorf("the column %q: a header is header.text, header.image, header.video or header.document", name)
			}
			c.headers[kind] = i
		case isButton:
			if _, err := strconv.ParseUint(index, 10, 8); err != nil {
				return c, fmt.Errorf("the column %q: a button is button.N, with N counted from 0", name)
			}
			c.buttons[index] = i
		case isParam:
			if placeNumber.MatchString(name) {
				numbered++
			}
			c.params = append(c.params, paramColumn{name: name, column: i})
		default:
			return c, fmt.Errorf("the column %q is neither \"to\" nor a placeholder's number or name: letters, digits and _", name)
		}
	}
	switch {
	case c.to < 0:
		return c, errors.New(`there is no column "to": the first line must name the columns, one of them "to"`)
	case numbered > 0 && numbered < len(c.params):
		return c, errors.New("columns name parameters and number them: do one of the two")
	case len(c.headers) > 1:
		return c, errors.New("a template has one header: keep one of the header columns")
	}
	return c, nil
}

// onlyRecipients reports whether all rows get the same content.
func (c columns) onlyRecipients() bool {
	return c.lang < 0 && len(c.params)+len(c.headers)+len(c.buttons) == 0
}

// forTemplates gives the names of the columns that mean nothing to other messages.
func (c columns) forTemplates() []string {
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

// sample gives the cells of a row in which nothing is wrong.
func (c columns) sample() []string {
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
	return cells
}

// rowValues are the cells of one row.
type rowValues struct {
	columns
	cells []string
}

// apply writes the values of the row into a message. A column wins over a flag for the same thing. An empty cell is
// an empty value, which no template takes; only an empty language leaves that of --language.
func (r rowValues) apply(m *message.Message) {
	if m.GetType() != message.KindTemplate {
		for _, p := range r.params {
			setVariable(m, param{name: p.name, value: r.cells[p.column]})
		}
		return
	}
	t := m.GetTemplate()
	if r.lang >= 0 && r.cells[r.lang] != "" {
		t.Language = &message.Language{Code: r.cells[r.lang]}
	}
	for kind, i := range r.headers {
		header := headerOf(kind, r.cells[i])
		if old := componentOf(t, "header"); old != nil && len(old.GetParameters()) == 1 && old.GetParameters()[0].GetType() == kind {
			old.Parameters = header.Parameters
		} else {
			t.Components = append(t.Components, header)
		}
	}
	for _, p := range r.params {
		setParameter(t, param{name: p.name, value: r.cells[p.column]})
	}
	for _, index := range slices.Sorted(maps.Keys(r.buttons)) {
		button := urlButton(index, r.cells[r.buttons[index]])
		i := slices.IndexFunc(t.Components, func(c *message.Component) bool {
			return c.GetType() == "button" && c.GetSubType() == "url" && c.GetIndex() == index
		})
		if i >= 0 {
			t.Components[i] = button
		} else {
			t.Components = append(t.Components, button)
		}
	}
}
