// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"unicode/utf16"
	"unicode/utf8"
)

// compiled is a limit whose path is resolved to the fields of the generated structs. It uses package reflect, because
// protoreflect allocates for each list that it visits.
type compiled struct {
	limit Limit
	steps []step
}

// step leads from a message to one of its fields.
type step struct {
	name string
	// index is the position of the field in the generated struct.
	index int
	// each is true if the field is a list, of which every element is visited.
	each bool
}

// Valid returns an error if the path does not lead to a field of Message, the unit does not suit the field, or the
// maximum is negative.
func (l Limit) Valid() error {
	_, err := compile(l)
	return err
}

func compile(l Limit) (compiled, error) {
	if l.Maximum < 0 {
		return compiled{}, fmt.Errorf("limit %q: the maximum is negative", l.Path)
	}
	c := compiled{limit: l}
	t := reflect.TypeFor[Message]()
	for _, part := range strings.Split(l.Path, ".") {
		name, each := strings.CutSuffix(part, "[*]")
		if t.Kind() != reflect.Struct {
			return compiled{}, fmt.Errorf("limit %q: there is no field %q", l.Path, name)
		}
		i := fieldIndex(t, name)
		if i < 0 {
			return compiled{}, fmt.Errorf("limit %q: there is no field %q", l.Path, name)
		}
		t = t.Field(i).Type
		if each != (t.Kind() == reflect.Slice) {
			return compiled{}, fmt.Errorf(`limit %q: "[*]" must follow the name of each list, and no other name`, l.Path)
		}
		for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
			t = t.Elem()
		}
		c.steps = append(c.steps, step{name, i, each})
	}
	counted := []Unit{UnitCharacters, UnitBytes, UnitUTF16}
	if c.steps[len(c.steps)-1].each {
		counted = []Unit{UnitItems}
	} else if t.Kind() != reflect.String {
		return compiled{}, fmt.Errorf("limit %q: the path must lead to a text or to a list", l.Path)
	}
	if !slices.Contains(counted, l.Unit) {
		return compiled{}, fmt.Errorf("limit %q: the unit %q does not suit the field", l.Path, l.Unit)
	}
	return c, nil
}

// fieldIndexes holds a map[string]int for each generated type: the index of each field by its JSON tag.
var fieldIndexes sync.Map

// fieldIndex returns the index of the generated field with a Cloud API name, which is its JSON tag, or -1.
func fieldIndex(t reflect.Type, name string) int {
	known, ok := fieldIndexes.Load(t)
	if !ok {
		known, _ = fieldIndexes.LoadOrStore(t, indexFields(t))
	}
	if i, ok := known.(map[string]int)[name]; ok {
		return i
	}
	return -1
}

func indexFields(t reflect.Type) map[string]int {
	indexes := map[string]int{}
	for i := range t.NumField() {
		if tag, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ","); tag != "" {
			indexes[tag] = i
		}
	}
	return indexes
}

// exceeded reports whether the message exceeds the limit, without allocating.
func (c *compiled) exceeded(m *Message) bool {
	largest, total := measure(reflect.ValueOf(m).Elem(), c.steps, c.limit.Unit)
	return largest > c.limit.Maximum || total > c.limit.Maximum
}

// measure returns the size of the largest text that the steps lead to or, for UnitItems, the number of elements.
func measure(v reflect.Value, steps []step, unit Unit) (largest, total int) {
	if len(steps) == 0 {
		if unit == UnitItems {
			return 0, 1
		}
		return textSize(v.String(), unit), 0
	}
	v = v.Field(steps[0].index)
	n := 1
	if steps[0].each {
		n = v.Len()
	}
	for i := range n {
		e := v
		if steps[0].each {
			e = v.Index(i)
		}
		if e.Kind() == reflect.Pointer {
			if e.IsNil() {
				continue
			}
			e = e.Elem()
		}
		l, t := measure(e, steps[1:], unit)
		largest, total = max(largest, l), total+t
	}
	return largest, total
}

// report adds one problem for each text that is too long, or one for a list that is too long.
func (c *compiled) report(m *Message, ps *problems) {
	if c.limit.Unit == UnitItems {
		_, total := measure(reflect.ValueOf(m).Elem(), c.steps, UnitItems)
		path := strings.TrimSuffix(c.limit.Path, "[*]")
		ps.add(path, fmt.Sprintf("There are %d items, at most %d are allowed.", total, c.limit.Maximum))
		return
	}
	c.reportTexts("", reflect.ValueOf(m).Elem(), c.steps, ps)
}

func (c *compiled) reportTexts(path string, v reflect.Value, steps []step, ps *problems) {
	if len(steps) == 0 {
		if size := textSize(v.String(), c.limit.Unit); size > c.limit.Maximum {
			ps.add(path, fmt.Sprintf("The text is %d %s long, at most %d are allowed.",
				size, unitWords[c.limit.Unit], c.limit.Maximum))
		}
		return
	}
	v = v.Field(steps[0].index)
	path = JoinPath(path, steps[0].name)
	if !steps[0].each {
		if v.Kind() == reflect.Pointer {
			if v.IsNil() {
				return
			}
			v = v.Elem()
		}
		c.reportTexts(path, v, steps[1:], ps)
		return
	}
	for i := range v.Len() {
		if e := v.Index(i); !e.IsNil() {
			c.reportTexts(IndexPath(path, i), e.Elem(), steps[1:], ps)
		}
	}
}

var unitWords = map[Unit]string{
	UnitCharacters: "characters", UnitBytes: "bytes", UnitUTF16: "UTF-16 code units",
}

func textSize(s string, unit Unit) int {
	switch unit {
	case UnitBytes:
		return len(s)
	case UnitUTF16:
		n := 0
		for _, r := range s {
			n += max(utf16.RuneLen(r), 1)
		}
		return n
	default:
		return utf8.RuneCountInString(s)
	}
}
