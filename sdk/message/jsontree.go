// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// maxDepth bounds the nesting of a document. The deepest legal message needs about twelve levels.
const maxDepth = 100

// object is a JSON object that remembers the order of its members.
type object struct {
	keys   []string
	values map[string]any
}

// decodeTree reads one JSON document into *object, []any, string, json.Number, bool and nil. Duplicate names
// and text that is not UTF-8 are problems, because decoding them would drop or change what the caller wrote.
func decodeTree(data []byte, ps *problems) (any, bool) {
	if !utf8.Valid(data) {
		ps.add("", "The message is not valid UTF-8.")
		return nil, false
	}
	var raw json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		ps.add("", "The message is not valid JSON: "+describeSyntax(data, err)+".")
		return nil, false
	}
	if half, found := loneSurrogate(data); found {
		ps.add("", "The message has half of a character: "+half+". Text was cut between the two halves of, say, an emoji.")
		return nil, false
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	t := treeReader{dec: dec, problems: ps}
	value, err := t.value("", 0)
	if err != nil {
		ps.add("", err.Error())
		return nil, false
	}
	return value, true
}

// loneSurrogate finds an escape such as \ud83d without its other half in valid JSON. The decoder would put U+FFFD
// in its place without a word.
func loneSurrogate(data []byte) (escape string, found bool) {
	for i := 0; i < len(data); i++ {
		if data[i] != '\\' {
			continue
		}
		i++ // past the escaped character: in valid JSON there is one
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

// escaped reads what follows the backslash of a \u escape.
func escaped(data []byte) (rune, bool) {
	if len(data) < 5 || data[0] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(data[1:5]), 16, 16)
	return rune(n), err == nil
}

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

type treeReader struct {
	dec      *json.Decoder
	problems *problems
}

func (t *treeReader) value(path string, depth int) (any, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("the message is nested more than %d levels deep", maxDepth)
	}
	token, err := t.dec.Token()
	if err != nil {
		return nil, err
	}
	switch token {
	case json.Delim('{'):
		return t.object(path, depth)
	case json.Delim('['):
		list := []any{}
		for t.dec.More() {
			v, err := t.value(at(path, len(list)), depth+1)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err = t.dec.Token()
		return list, err
	}
	return token, nil
}

func (t *treeReader) object(path string, depth int) (any, error) {
	o := &object{values: map[string]any{}}
	for t.dec.More() {
		token, err := t.dec.Token()
		if err != nil {
			return nil, err
		}
		key, _ := token.(string)
		v, err := t.value(join(path, key), depth+1)
		if err != nil {
			return nil, err
		}
		if _, seen := o.values[key]; seen {
			t.problems.add(join(path, key), "The field is given twice. Remove one of the two.")
			continue
		}
		o.keys = append(o.keys, key)
		o.values[key] = v
	}
	_, err := t.dec.Token()
	return o, err
}

// describe names a JSON value for a sentence.
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
