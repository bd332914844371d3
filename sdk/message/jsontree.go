// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// maxDepth bounds the nesting of a document. The deepest valid message has about twelve levels.
const maxDepth = 100

// object is a JSON object that remembers the order of its members.
type object struct {
	members []member
	// names holds the names of an object with more than fewMembers members; it is nil for a smaller one.
	names map[string]bool
}

// fewMembers is the number of members up to which an object is searched without a map.
const fewMembers = 16

type member struct {
	name  string
	value any
}

// add appends a member. It returns false, and adds nothing, if the object has a member of that name.
func (o *object) add(name string, value any) bool {
	if o.names == nil && len(o.members) == fewMembers {
		o.names = make(map[string]bool, 2*fewMembers)
		for _, m := range o.members {
			o.names[m.name] = true
		}
	}
	if o.names[name] || (o.names == nil && slices.ContainsFunc(o.members, func(m member) bool { return m.name == name })) {
		return false
	}
	if o.names != nil {
		o.names[name] = true
	}
	o.members = append(o.members, member{name, value})
	return true
}

// decodeTree reads one JSON document into *object, []any, string, json.Number, bool and nil. Duplicate names,
// half characters and text that is not UTF-8 are problems, because encoding/json would silently drop or change what the
// caller wrote.
func decodeTree(data []byte, ps *problems) (any, bool) {
	if err := CheckUTF8(data); err != nil {
		ps.add("", "The message is not UTF-8: "+err.Error()+".")
		return nil, false
	}
	var raw json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		ps.add("", "The message is not valid JSON: "+describeSyntax(data, err)+".")
		return nil, false
	}
	t := treeReader{data: data, problems: ps}
	value := t.value(nil, 0)
	return value, !t.failed
}

// describeSyntax returns the text of a syntax error with its line and column.
func describeSyntax(data []byte, err error) string {
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		return err.Error()
	}
	before := data[:min(int(syntax.Offset), len(data))]
	line := bytes.Count(before, []byte("\n")) + 1
	column := utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])
	return fmt.Sprintf("line %d, column %d: %s", line, max(column, 1), syntax.Error())
}

// treeReader walks a document that is known to be valid JSON.
type treeReader struct {
	data     []byte
	pos      int
	problems *problems
	// failed is true if the rest of the document cannot be read.
	failed bool
}

func (t *treeReader) fail(at *lazyPath, detail string) any {
	if !t.failed {
		t.problems.add(at.String(), detail)
	}
	t.failed, t.pos = true, len(t.data)
	return nil
}

// next skips white space and returns the next byte, or 0 at the end.
func (t *treeReader) next() byte {
	for t.pos < len(t.data) {
		switch c := t.data[t.pos]; c {
		case ' ', '\t', '\r', '\n':
			t.pos++
		default:
			return c
		}
	}
	return 0
}

func (t *treeReader) value(at *lazyPath, depth int) any {
	if depth > maxDepth {
		return t.fail(nil, fmt.Sprintf("The message is nested more than %d levels deep.", maxDepth))
	}
	switch t.next() {
	case '{':
		return t.object(at, depth)
	case '[':
		return t.list(at, depth)
	case '"':
		return t.text(at)
	case 't':
		t.pos += len("true")
		return true
	case 'f':
		t.pos += len("false")
		return false
	case 'n':
		t.pos += len("null")
		return nil
	}
	start := t.pos
	for t.pos < len(t.data) && bytes.IndexByte([]byte("+-.0123456789eE"), t.data[t.pos]) >= 0 {
		t.pos++
	}
	return json.Number(t.data[start:t.pos])
}

func (t *treeReader) list(at *lazyPath, depth int) any {
	list := []any{}
	for t.pos++; t.next() != ']' && !t.failed; {
		list = append(list, t.value(&lazyPath{parent: at, index: len(list)}, depth+1))
		if t.next() == ',' {
			t.pos++
		}
	}
	t.pos++
	return list
}

func (t *treeReader) object(at *lazyPath, depth int) any {
	o := &object{}
	for t.pos++; t.next() != '}' && !t.failed; {
		name := t.text(at)
		t.next()
		t.pos++ // the colon
		here := lazyPath{parent: at, name: name}
		value := t.value(&here, depth+1)
		if !o.add(name, value) {
			t.problems.add(here.String(), "The field occurs twice. Remove one of the two.")
		}
		if t.next() == ',' {
			t.pos++
		}
	}
	t.pos++
	return o
}

func (t *treeReader) text(at *lazyPath) string {
	start, plain := t.pos, true
	for t.pos++; t.pos < len(t.data) && t.data[t.pos] != '"'; t.pos++ {
		if t.data[t.pos] == '\\' {
			t.pos++
			plain = false
		}
	}
	t.pos++
	if plain && !t.failed {
		return string(t.data[start+1 : t.pos-1])
	}
	if t.failed {
		return ""
	}
	literal := t.data[start:t.pos]
	if half, found := loneSurrogate(literal); found {
		t.fail(at, "The text has half of a character: "+half+". It was cut between the two halves of, say, an emoji.")
		return ""
	}
	var s string
	_ = json.Unmarshal(literal, &s) // the whole document is valid, so its parts are
	return s
}

// loneSurrogate returns the first escape in valid JSON that is half of a surrogate pair, such as \ud83d alone. The decoder
// would silently replace it by U+FFFD.
func loneSurrogate(data []byte) (escape string, found bool) {
	for i := 0; i < len(data); i++ {
		if data[i] != '\\' {
			continue
		}
		i++ // skip the backslash: in valid JSON a character follows
		r, ok := escaped(data[i:])
		if !ok || !utf16.IsSurrogate(r) {
			continue
		}
		escape = string(data[i-1 : i+5])
		if len(data) < i+6 || data[i+5] != '\\' {
			return escape, true
		}
		low, ok := escaped(data[i+6:])
		if !ok || utf16.DecodeRune(r, low) == utf8.RuneError {
			return escape, true
		}
		i += 10
	}
	return "", false
}

// escaped reads a \u escape. The data begin after its backslash.
func escaped(data []byte) (rune, bool) {
	if len(data) < 5 || data[0] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(data[1:5]), 16, 16)
	return rune(n), err == nil
}

// describe returns the kind of a JSON value for a sentence.
func describe(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case string:
		return "a string"
	case json.Number:
		return "a number"
	case bool:
		return "true or false"
	case []any:
		return "a list"
	default:
		return "an object"
	}
}
