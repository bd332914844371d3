// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package compose fills placeholders of texts and templates with values that are given by name or by number, such as
// flags of a command line or columns of a recipients file.
package compose

import (
	"fmt"
	"regexp"
	"strconv"

	"google.golang.org/protobuf/proto"

	"github.com/wahost/wahost/sdk/message"
)

// maxNumber bounds the number of a placeholder, so that a mistyped one does not cost memory.
const maxNumber = 999

var (
	number        = regexp.MustCompile(`^[0-9]+$`)
	parameterName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
)

// Param is a value for a placeholder. The name is the placeholder's own, or its number, counted from 1.
type Param struct {
	Name, Value string
}

// PlaceholderName returns the name of the placeholder that text refers to. It is false if text is neither a name nor a
// number. A number that no placeholder can have is an error.
func PlaceholderName(text string) (name string, ok bool, err error) {
	if !number.MatchString(text) {
		return text, parameterName.MatchString(text), nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > maxNumber {
		return "", false, fmt.Errorf("placeholders are numbered from 1 to %d", maxNumber)
	}
	return strconv.Itoa(n), true, nil
}

// Numbered reports whether the name of a placeholder is a number.
func Numbered(name string) bool { return number.MatchString(name) }

// SetVariable sets the value of a placeholder of a text.
func SetVariable(m *message.Message, p Param) {
	if m.Wahost == nil {
		m.Wahost = &message.Extension{}
	}
	if m.Wahost.Variables == nil {
		m.Wahost.Variables = map[string]string{}
	}
	m.Wahost.Variables[p.Name] = p.Value
}

// SetParameter sets a parameter in the body of a template, and replaces one with the same name or number. Parameters
// with lower numbers that have no value yet become empty parameters: see Missing.
func SetParameter(t *message.Template, p Param) {
	body := Component(t, "body")
	if body == nil {
		body = &message.Component{Type: "body"}
		t.Components = append(t.Components, body)
	}
	value := &message.Parameter{Type: "text", Text: p.Value}
	if n, err := strconv.Atoi(p.Name); err == nil {
		for len(body.Parameters) < n {
			body.Parameters = append(body.Parameters, &message.Parameter{})
		}
		body.Parameters[n-1] = value
		return
	}
	value.ParameterName = p.Name
	for i, old := range body.Parameters {
		if old.GetParameterName() == p.Name {
			body.Parameters[i] = value
			return
		}
	}
	body.Parameters = append(body.Parameters, value)
}

// Missing returns the number of the first placeholder of a template's body that has no value although a later one has,
// or 0.
func Missing(t *message.Template) int {
	for i, p := range Component(t, "body").GetParameters() {
		if proto.Size(p) == 0 {
			return i + 1
		}
	}
	return 0
}
