// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package pushwoosh

import (
	"bytes"
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// messageCode is the form of the vendor's ids in its examples, such as 0000-AAAA0000-BBBB0000.
var messageCode = regexp.MustCompile(`^[0-9A-Za-z]+(-[0-9A-Za-z]+)+$`)

// idKeys are the names of an id in an object, in lower case and without "_". The vendor's other APIs have message_code.
var idKeys = []string{"messagecode", "code", "messageid", "id"}

// messageIDs returns the ids of the messages that a response lists, or nil if it lists no id. The vendor documents a
// list of strings. A string, a number and objects are read too, because an id that is lost cannot be asked for again.
func messageIDs(response json.RawMessage) []string {
	var r struct{ Messages json.RawMessage }
	if json.Unmarshal(response, &r) != nil {
		return nil
	}
	return idsIn(r.Messages, 0)
}

// idsIn returns the ids in a JSON value. The depth bounds lists in lists.
func idsIn(raw json.RawMessage, depth int) []string {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || depth > 3 {
		return nil
	}
	switch raw[0] {
	case '[':
		var list []json.RawMessage
		_ = json.Unmarshal(raw, &list)
		var ids []string
		for _, entry := range list {
			ids = append(ids, idsIn(entry, depth+1)...)
		}
		return ids
	case '{':
		return idsInObject(raw, depth)
	case '"':
		var id string
		_ = json.Unmarshal(raw, &id)
		if id = strings.TrimSpace(id); id == "" {
			return nil
		}
		return []string{id}
	case 't', 'f', 'n':
		return nil
	}
	return []string{string(raw)} // a number, with all its digits
}

// idsInObject returns the ids in an object: the value of a name of idKeys, the values of a list that is written with its
// indexes as names, or the names that have the form of an id.
func idsInObject(raw json.RawMessage, depth int) []string {
	var object map[string]json.RawMessage
	_ = json.Unmarshal(raw, &object)
	names := slices.Sorted(maps.Keys(object))
	for _, key := range idKeys {
		for _, name := range names {
			if strings.ReplaceAll(strings.ToLower(name), "_", "") == key {
				if ids := idsIn(object[name], depth+1); len(ids) > 0 {
					return ids
				}
			}
		}
	}
	slices.SortStableFunc(names, func(a, b string) int { return len(a) - len(b) }) // 2 before 10
	var ids []string
	for _, name := range names {
		if _, err := strconv.Atoi(name); err == nil {
			ids = append(ids, idsIn(object[name], depth+1)...)
		} else if messageCode.MatchString(name) {
			ids = append(ids, name)
		}
	}
	return ids
}

// kindOf returns what a JSON value is.
func kindOf(raw json.RawMessage) string {
	switch raw = bytes.TrimSpace(raw); {
	case len(raw) == 0:
		return "nothing"
	case raw[0] == '[':
		return "a list"
	case raw[0] == '{':
		return "an object"
	case raw[0] == '"':
		return "a string"
	case raw[0] == 't', raw[0] == 'f':
		return "a boolean"
	case raw[0] == 'n':
		return "null"
	}
	return "a number"
}
