// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"regexp"
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
	params  []paramColumn  // in the order of the placeholders
}

type paramColumn struct {
	name   string // empty for a positional one
	column int
}

var validParam = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// readColumns reads the header line.
func readColumns(header []string) (columns, error) {
	c := columns{to: -1, lang: -1, headers: map[string]int{}, buttons: map[string]int{}}
	positional := map[int]int{}
	for i, name := range header {
		name = strings.TrimSpace(strings.TrimPrefix(name, "\ufeff"))
		if slices.Index(header, header[i]) != i {
			return c, fmt.Errorf("the column %q is there twice", name)
		}
		n, numberErr := strconv.Atoi(name)
		kind, isHeader := strings.CutPrefix(name, "header.")
		index, isButton := strings.CutPrefix(name, "button.")
		switch {
		case name == "to":
			c.to = i
		case name == "language":
			c.lang = i
		case isHeader:
			if !slices.Contains([]string{"text", "image", "video", "document"}, kind) {
				return c, fmt.Errorf("the column %q: a header is header.text, header.image, header.video or header.document", name)
			}
			c.headers[kind] = i
		case isButton:
			if _, err := strconv.ParseUint(index, 10, 8); err != nil {
				return c, fmt.Errorf("the column %q: a button is button.N, with N counted from 0", name)
			}
			c.buttons[index] = i
		case numberErr == nil && n > 0:
			positional[n] = i
		case validParam.MatchString(name):
			c.params = append(c.params, paramColumn{name: name, column: i})
		default:
			return c, fmt.Errorf("the column %q is neither \"to\" nor a parameter's name: letters, digits and _", name)
		}
	}
	switch {
	case c.to < 0:
		return c, errors.New(`there is no column "to": the first line must name the columns, one of them "to"`)
	case len(positional) > 0 && len(c.params) > 0:
		return c, errors.New("columns name parameters and number them: do one of the two")
	case len(c.headers) > 1:
		return c, errors.New("a template has one header: keep one of the header columns")
	}
	for n := 1; n <= len(positional); n++ {
		i, ok := positional[n]
		if !ok {
			return c, fmt.Errorf("the columns number %d parameters and %d is missing", len(positional), n)
		}
		c.params = append(c.params, paramColumn{column: i})
	}
	return c, nil
}

// onlyRecipients reports whether all rows get the same content.
func (c columns) onlyRecipients() bool {
	return c.lang < 0 && len(c.params)+len(c.headers)+len(c.buttons) == 0
}

// rowValues are the cells of one row.
type rowValues struct {
	columns
	cells []string
}

// apply writes the values of the row into a message.
func (r rowValues) apply(m *message.Message) {
	if m.GetType() != message.KindTemplate {
		if len(r.params) == 0 {
			return
		}
		if m.Wahost == nil {
			m.Wahost = &message.Extension{}
		}
		if m.Wahost.Variables == nil {
			m.Wahost.Variables = map[string]string{}
		}
		for i, p := range r.params {
			name := p.name
			if name == "" {
				name = strconv.Itoa(i + 1)
			}
			m.Wahost.Variables[name] = r.cells[p.column]
		}
		return
	}
	t := m.GetTemplate()
	if r.lang >= 0 && r.cells[r.lang] != "" {
		t.Language = &message.Language{Code: r.cells[r.lang]}
	}
	for kind, i := range r.headers {
		h := headerFlags{}
		switch kind {
		case "text":
			h.text = r.cells[i]
		case "image":
			h.image = r.cells[i]
		case "video":
			h.video = r.cells[i]
		case "document":
			h.document = r.cells[i]
		}
		if header, _ := h.component(); header != nil {
			t.Components = append(t.Components, header)
		}
	}
	if len(r.params) > 0 {
		body := &message.Component{Type: "body"}
		for _, p := range r.params {
			body.Parameters = append(body.Parameters, &message.Parameter{Type: "text", Text: r.cells[p.column], ParameterName: p.name})
		}
		t.Components = append(t.Components, body)
	}
	for index, i := range r.buttons {
		t.Components = append(t.Components, urlButton(index, r.cells[i]))
	}
}
