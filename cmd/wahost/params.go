// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/sdk/message"
)

// maxPlace bounds the number of a placeholder, so that a mistyped one costs no memory.
const maxPlace = 999

var (
	placeNumber   = regexp.MustCompile(`^[0-9]+$`)
	parameterName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
)

// param is a value for a placeholder. The name is the placeholder's own, or its number from 1 on.
type param struct {
	name, value string
}

// placeholderName reads what names a placeholder, in --param and in the columns of a file alike. It is false for
// what can be neither a name nor a number; a number that no placeholder has is an error.
func placeholderName(text string) (name string, ok bool, err error) {
	if !placeNumber.MatchString(text) {
		return text, parameterName.MatchString(text), nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > maxPlace {
		return "", false, fmt.Errorf("placeholders are numbered from 1 to %d", maxPlace)
	}
	return strconv.Itoa(n), true, nil
}

// parseParams reads the values of --param in their order. One without a name is for the placeholder after that of the
// one before it.
func parseParams(texts []string) ([]param, error) {
	var all []param
	seen := map[string]bool{}
	last := 0
	for _, text := range texts {
		p := param{name: strconv.Itoa(last + 1), value: text}
		if before, value, found := strings.Cut(text, "="); found {
			name, ok, err := placeholderName(before)
			if err != nil {
				return nil, cli.UsageError("--param %s=...: %v; a value that begins so is given with its number, as in 1=%s=...", before, err, before)
			}
			if ok {
				p = param{name: name, value: value}
			}
		}
		if seen[p.name] {
			return nil, cli.UsageError("--param: the placeholder %s is given twice", p.name)
		}
		seen[p.name] = true
		if n, err := strconv.Atoi(p.name); err == nil {
			last = n
		}
		all = append(all, p)
	}
	return all, nil
}

// setVariable sets the value of a placeholder of a text.
func setVariable(m *message.Message, p param) {
	if m.Wahost == nil {
		m.Wahost = &message.Extension{}
	}
	if m.Wahost.Variables == nil {
		m.Wahost.Variables = map[string]string{}
	}
	m.Wahost.Variables[p.name] = p.value
}

// setParameter sets a parameter in the body of a template, and replaces one of the same name or place. Places before
// it that have no value yet hold an empty parameter: see vacantPlace.
func setParameter(t *message.Template, p param) {
	body := componentOf(t, "body")
	if body == nil {
		body = &message.Component{Type: "body"}
		t.Components = append(t.Components, body)
	}
	value := &message.Parameter{Type: "text", Text: p.value}
	if n, err := strconv.Atoi(p.name); err == nil {
		for len(body.Parameters) < n {
			body.Parameters = append(body.Parameters, &message.Parameter{})
		}
		body.Parameters[n-1] = value
		return
	}
	value.ParameterName = p.name
	for i, old := range body.Parameters {
		if old.GetParameterName() == p.name {
			body.Parameters[i] = value
			return
		}
	}
	body.Parameters = append(body.Parameters, value)
}

// vacantPlace gives the first placeholder of a template's body that was passed over; 0 for none.
func vacantPlace(t *message.Template) int {
	for i, p := range componentOf(t, "body").GetParameters() {
		if proto.Size(p) == 0 {
			return i + 1
		}
	}
	return 0
}
