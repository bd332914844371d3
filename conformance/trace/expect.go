// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package trace

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/wahost/wahost/sdk/message"
)

// Map says where a vendor's API has its place for each field of a message: pattern of the field = pattern of the
// place.
//
// In the field, [*] stands for any position, [body] for the one template component of that type, and [button*] for
// any one of that type, counted among its like. In the place, [*] is the next of these positions, {i} the same as a
// name, and {n} the same counted from 1.
type Map struct {
	rows []mapRow
}

type mapRow struct {
	field, place string
	pattern      *regexp.Regexp
}

var (
	selector    = regexp.MustCompile(`\\\[([a-z_]+)\\\]`)
	selectorAny = regexp.MustCompile(`\\\[([a-z_]+)\\\*\\\]`)
	position    = regexp.MustCompile(`\[\*\]|\{i\}|\{n\}`)
)

// NewMap checks a map: each field must be one of the message model, and a place may use no more positions than its
// field has.
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
		if have, want := strings.Count(field, "*"), len(position.FindAllString(place, -1)); want > have {
			return nil, fmt.Errorf("the place %q uses %d positions, and the field %q has %d", place, want, field, have)
		}
		text := regexp.QuoteMeta(field)
		text = strings.ReplaceAll(text, `\[\*\]`, `\[(\d+)\]`)
		text = selectorAny.ReplaceAllString(text, `\[$1#(\d+)\]`)
		text = selector.ReplaceAllString(text, `\[$1#0\]`)
		m.rows = append(m.rows, mapRow{field, place, regexp.MustCompile("^" + text + "$")})
	}
	return m, nil
}

// Place returns where a field of a message belongs; false where the map does not say.
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
			return position.ReplaceAllStringFunc(row.place, func(p string) string {
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

var component = regexp.MustCompile(`^template\.components\[(\d+)\]`)

// byType names a template component by its type and its position among its like.
func byType(msg *message.Message, path string) string {
	found := component.FindStringSubmatch(path)
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
