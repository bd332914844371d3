// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dialect

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// Path is the path of values in a decoded body, such as "$.request.notifications[0].devices[*]". The zero Path finds
// nothing.
type Path struct {
	text  string
	steps []pathStep
}

type pathStep struct {
	// name is a member of an object. If it is empty, index is an element of a list, and -1 means every element.
	name  string
	index int
	// json is set if the step decodes the string as JSON.
	json bool
}

// jsonMark after a name means that the string contains JSON.
const jsonMark = "~json"

// ParsePath parses a path: "$", then ".name", "[0]" and "[*]" in any order. A name that ends in "~json" means a string
// that contains JSON, as in "$.message~json.type".
func ParsePath(text string) (Path, error) {
	rest, ok := strings.CutPrefix(text, "$")
	if !ok {
		return Path{}, fmt.Errorf(`the path %q must begin with "$"`, text)
	}
	p := Path{text: text}
	for rest != "" {
		switch rest[0] {
		case '.':
			end := strings.IndexAny(rest[1:], ".[") + 1
			if end == 0 {
				end = len(rest)
			}
			if end == 1 {
				return Path{}, fmt.Errorf("the path %q has an empty name", text)
			}
			name, inside := strings.CutSuffix(rest[1:end], jsonMark)
			p.steps, rest = append(p.steps, pathStep{name: name}), rest[end:]
			if inside {
				p.steps = append(p.steps, pathStep{json: true})
			}
		case '[':
			inside, after, ok := strings.Cut(rest[1:], "]")
			index := -1
			if inside != "*" {
				n, err := strconv.ParseUint(inside, 10, 31)
				ok, index = ok && err == nil, int(n)
			}
			if !ok {
				return Path{}, fmt.Errorf(`the path %q: "[" must be followed by a number or "*", and by "]"`, text)
			}
			p.steps, rest = append(p.steps, pathStep{index: index}), after
		default:
			return Path{}, fmt.Errorf(`the path %q: expected ".name" or "[0]" at %q`, text, rest)
		}
	}
	return p, nil
}

// IsZero reports whether p is the zero Path.
func (p Path) IsZero() bool { return p.text == "" }

// String returns the path as it was written.
func (p Path) String() string { return p.text }

// Find returns all values at the path, in order. Lists and objects of the body are []any and map[string]any, as
// encoding/json decodes them.
func (p Path) Find(body any) []any {
	if p.IsZero() {
		return nil
	}
	found := []any{body}
	for _, step := range p.steps {
		var next []any
		for _, v := range found {
			switch v := v.(type) {
			case string:
				var inner any
				d := json.NewDecoder(strings.NewReader(v))
				d.UseNumber()
				if step.json && d.Decode(&inner) == nil {
					next = append(next, inner)
				}
			case map[string]any:
				if member, ok := v[step.name]; ok && step.name != "" {
					next = append(next, member)
				}
			case []any:
				switch {
				case step.name != "" || step.json:
				case step.index == -1:
					next = append(next, v...)
				case step.index < len(v):
					next = append(next, v[step.index])
				}
			}
		}
		found = next
	}
	return found
}

// Text returns the first value at the path, if it is a string.
func (p Path) Text(body any) (string, bool) {
	if found := p.Find(body); len(found) > 0 {
		s, ok := found[0].(string)
		return s, ok
	}
	return "", false
}
