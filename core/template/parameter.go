// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package template

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wahost/wahost/sdk/message"
)

// bodyOf returns the body component of the message's template, or nil. The Cloud API ignores the case of the type.
func bodyOf(m *message.Message) *message.Component {
	for _, c := range m.GetTemplate().GetComponents() {
		if strings.EqualFold(c.GetType(), "body") {
			return c
		}
	}
	return nil
}

// parameters returns the message's body parameters by logical name. The message may name all of them or none; without
// names their order counts.
func (t Template) parameters(m *message.Message) (map[string]*message.Parameter, error) {
	body := bodyOf(m)
	path := "template.components"
	if body != nil {
		path = fmt.Sprintf("template.components[%d].parameters", slices.Index(m.GetTemplate().GetComponents(), body))
	}
	given := body.GetParameters()

	values := make(map[string]*message.Parameter, len(given))
	named := 0
	for i, p := range given {
		at := fmt.Sprintf("%s[%d]", path, i)
		if p == nil {
			return nil, invalid(at, "the parameter is null")
		}
		name := p.GetParameterName()
		if name == "" {
			continue
		}
		named++
		if !slices.Contains(t.Parameters, name) {
			return nil, invalid(at+".parameter_name", "the template %s has no parameter %q; %s", t.Name, name, t.expected())
		}
		if values[name] != nil {
			return nil, invalid(at+".parameter_name", "the parameter %q is given twice", name)
		}
		values[name] = p
	}
	if named > 0 && named < len(given) {
		return nil, invalid(path, "parameter_name must be set for all parameters or for none")
	}
	if len(given) != len(t.Parameters) {
		return nil, invalid(path, "parameters given: %d; %s", len(given), t.expected())
	}
	if named == 0 {
		for i, name := range t.Parameters {
			values[name] = given[i]
		}
	}
	return values, nil
}

func (t Template) expected() string {
	if len(t.Parameters) == 0 {
		return fmt.Sprintf("the template %s takes none", t.Name)
	}
	return fmt.Sprintf("the template %s takes %d: %s", t.Name, len(t.Parameters), strings.Join(t.Parameters, ", "))
}
