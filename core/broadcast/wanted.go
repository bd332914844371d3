// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package broadcast

import (
	"slices"
	"strconv"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/wahost/wahost/core/compose"
	"github.com/wahost/wahost/core/template"
	"github.com/wahost/wahost/internal/suggest"
	"github.com/wahost/wahost/sdk/message"
)

// wanted is what a message takes from the columns of a recipients file.
type wanted struct {
	// by is what has the parameters, such as "the template order_shipped".
	by string
	// any is set if it is not known which parameters there are: the template is not in the configuration.
	any bool
	// names are the parameters in their order. Those of a text may be numbers.
	names []string
	// given are the parameters that have a value without the file.
	given []string
	// ordered is set if the parameters may also be numbered.
	ordered bool
	// noTemplate is set if the message is not a template.
	noTemplate bool
}

// wantedBy returns what a message takes. A nil message takes anything.
func wantedBy(m *message.Message, templates *template.Set) wanted {
	switch {
	case m == nil:
		return wanted{by: "the message", any: true}
	case m.GetType() == message.KindText:
		w := wanted{by: "the text", noTemplate: true, names: message.Placeholders(m.GetText().GetBody())}
		for name := range m.GetWahost().GetVariables() {
			w.given = append(w.given, name)
		}
		return w
	case m.GetType() != message.KindTemplate:
		return wanted{by: "a message of the type " + m.GetType(), noTemplate: true}
	}
	w := wanted{by: "the template " + m.GetTemplate().GetName(), any: true, ordered: true}
	if t, ok := templates.Lookup(m); ok {
		w.any, w.names = false, t.Parameters
	}
	for i, p := range compose.Component(m.GetTemplate(), "body").GetParameters() {
		switch name := p.GetParameterName(); {
		case proto.Size(p) == 0: // has no value
		case name != "":
			w.given = append(w.given, name)
		default:
			w.given = append(w.given, strconv.Itoa(i+1))
		}
	}
	return w
}

// takes reports whether a column of that name fills a parameter.
func (w wanted) takes(name string) bool {
	if w.any || slices.Contains(w.names, name) {
		return true
	}
	n, err := strconv.Atoi(name)
	return w.ordered && err == nil && n <= len(w.names)
}

// spare says that a column fills no parameter.
func (w wanted) spare(name string) string {
	return "the column is not used: " + w.takesText() + suggest.Sentence(name, w.known())
}

// known returns the names that a column may have.
func (w wanted) known() []string { return append(slices.Clone(w.names), "to", "language") }

// takesText says which parameters there are.
func (w wanted) takesText() string {
	switch {
	case w.any:
		return "the name of a parameter has only letters, digits and _."
	case len(w.names) == 0:
		return w.by + " takes no parameters."
	}
	return w.by + " takes " + suggest.List(w.names) + "."
}

// missing adds a problem for each parameter that has neither a column nor a value.
func (w wanted) missing(c Columns, line int, ps *problems) {
	have := slices.Clone(w.given)
	for _, p := range c.params {
		have = append(have, p.name)
	}
	numbered := slices.ContainsFunc(have, compose.Numbered)
	if w.ordered && numbered && slices.ContainsFunc(have, func(name string) bool { return !compose.Numbered(name) }) {
		ps.add(line, "", "some columns or values of --param name parameters and others number them: use only one of the two")
		return
	}
	names := w.names
	switch {
	case w.any: // numbers below the largest one
		names = nil
		largest := 0
		for _, name := range have {
			if n, err := strconv.Atoi(name); err == nil {
				largest = max(largest, n)
			}
		}
		for n := range largest {
			names = append(names, strconv.Itoa(n+1))
		}
	case w.ordered && numbered:
		names = nil
		for n := range w.names {
			names = append(names, strconv.Itoa(n+1))
		}
	case len(have) == 0 && !w.ordered:
		return // a text without values keeps its braces
	}
	var missing []string
	for _, name := range names {
		if !slices.Contains(have, name) {
			missing = append(missing, name)
		}
	}
	if len(missing) == 0 {
		return
	}
	detail := "there is no column for the parameter " + missing[0] + " of " + w.by
	if len(missing) > 1 {
		detail = "there are no columns for the parameters " + suggest.List(missing) + " of " + w.by
	}
	ps.add(line, "", "%s: add a column of that name, or give --param %s=VALUE%s", detail, missing[0], w.parametersByNumber(missing))
}

// parametersByNumber explains numbers of parameters that have names.
func (w wanted) parametersByNumber(missing []string) string {
	if w.any || !w.ordered || !compose.Numbered(missing[0]) {
		return ""
	}
	return "; the parameters are " + strings.Join(w.names, ", ")
}
