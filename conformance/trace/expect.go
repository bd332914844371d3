// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package trace

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/wahost/wahost/internal/lazyregexp"
	"github.com/wahost/wahost/sdk/message"
)

// Map describes where a vendor's API expects each field of a message. Each row maps the pattern of a field to the
// pattern of a place.
//
// In the pattern of a field, [*] stands for any position, [body] for the template component of that type, and [button*]
// for any component of that type, counted among components of the type. In the pattern of a place, [*] is the next of
// these positions, {i} is the same position without brackets, and {n} is the same position counted from 1.
type Map struct {
	rows []mapRow
}

type mapRow struct {
	field, place string
	pattern      *regexp.Regexp
}

var (
	selector    = lazyregexp.New(`\\\[([a-z_]+)\\\]`)
	selectorAny = lazyregexp.New(`\\\[([a-z_]+)\\\*\\\]`)
	position    = lazyregexp.New(`\[\*\]|\{i\}|\{n\}`)
)

// NewMap returns a map of the rows. Each field must be in the message model, and a place may not use more positions
// than its field has.
func NewMap(paths map[string]string) (*Map, error) {
	known := map[string]bool{}
	for _, leaf := range Leaves() {
		known[leaf] = true
	}
	m := &Map{}
	for field, place := range paths {
		if !known[regexp.MustCompile(`\[[a-z_]*\*?\]|\[\d+\]`).ReplaceAllString(field, "[*]")] {
			return nil, fmt.Errorf("a message has no field %q", field)
		}
		if have, want := strings.Count(field, "*"), len(position().FindAllString(place, -1)); want > have {
			return nil, fmt.Errorf("the place %q uses %d positions, and the field %q has %d", place, want, field, have)
		}
		text := regexp.QuoteMeta(field)
		text = strings.ReplaceAll(text, `\[\*\]`, `\[(\d+)\]`)
		text = selectorAny().ReplaceAllString(text, `\[$1#(\d+)\]`)
		text = selector().ReplaceAllString(text, `\[$1#0\]`)
		m.rows = append(m.rows, mapRow{field, place, regexp.MustCompile("^" + text + "$")})
	}
	return m, nil
}

// Place returns the place of a field of a message. It returns false if the map has no row for the field.
func (m *Map) Place(msg *message.Message, path string) (string, bool) {
	if m == nil {
		return "", false
	}
	for _, candidate := range []string{byType(msg, path), path} {
		for _, row := range m.rows {
			found := row.pattern.FindStringSubmatch(candidate)
			if found == nil {
				continue
			}
			next := 0
			return position().ReplaceAllStringFunc(row.place, func(p string) string {
				next++
				n, _ := strconv.Atoi(found[next])
				switch p {
				case "{n}":
					return strconv.Itoa(n + 1)
				case "{i}":
					return strconv.Itoa(n)
				}
				return "[" + strconv.Itoa(n) + "]"
			}), true
		}
	}
	return "", false
}

var component = lazyregexp.New(`^template\.components\[(\d+)\]`)

// byType replaces the position of a template component by its type and its position among the components of that type.
func byType(msg *message.Message, path string) string {
	found := component().FindStringSubmatch(path)
	if found == nil {
		return path
	}
	at, _ := strconv.Atoi(found[1])
	components := msg.GetTemplate().GetComponents()
	if at >= len(components) {
		return path
	}
	n := 0
	for _, c := range components[:at] {
		if c.GetType() == components[at].GetType() {
			n++
		}
	}
	return fmt.Sprintf("template.components[%s#%d]%s", components[at].GetType(), n, path[len(found[0]):])
}
