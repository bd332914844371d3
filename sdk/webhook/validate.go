// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/wahost/wahost/sdk/message"
)

// Validate checks a message object of a Cloud API webhook. The error is a *message.InvalidError with the paths of all
// problems. Fields and types that this package does not know are accepted: the Cloud API adds some every year. A message
// without a timestamp is accepted, because some vendors do not say when a message was sent.
func Validate(raw []byte) error {
	if err := message.CheckJSON(raw); err != nil {
		return err
	}
	return check(raw)
}

// check is Validate for JSON that message.CheckJSON accepts.
func check(raw []byte) error {
	var object map[string]any
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	if err := decoder.Decode(&object); err != nil || object == nil {
		return notAnObject()
	}
	c := &checker{}
	c.fields("", object, messageRules)
	c.sender(object)
	c.content("", object)
	if len(c.problems) > 0 {
		return &message.InvalidError{Problems: c.problems}
	}
	return nil
}

func notAnObject() error { return invalid("", "The message must be a JSON object.") }

// Types returns the types of inbound messages that Validate knows, sorted.
func Types() []string { return slices.Sorted(maps.Keys(contentRules)) }

// checker collects the problems of one object.
type checker struct {
	problems []message.Problem
}

func (c *checker) add(path, format string, args ...any) {
	c.problems = append(c.problems, message.Problem{Path: path, Detail: fmt.Sprintf(format, args...)})
}

// fields checks the fields of an object that rules mention.
func (c *checker) fields(path string, object map[string]any, rules []rule) {
	for _, r := range rules {
		at := message.JoinPath(path, r.name)
		switch v := object[r.name]; {
		case v != nil:
			c.value(at, v, r)
		case r.required:
			c.add(at, "The field is required.")
		}
	}
}

// value checks a value that is not null.
func (c *checker) value(path string, v any, r rule) {
	ok, want := true, ""
	switch r.kind {
	case text, word, digits, stamp, document:
		var s string
		if s, ok = v.(string); !ok {
			want = "a string"
			break
		}
		c.text(path, s, r.kind)
	case number:
		_, ok = v.(json.Number)
		want = "a number"
	case stampOrNumber:
		s, isText := v.(string)
		_, isNumber := v.(json.Number)
		ok, want = isText || isNumber, "a string"
		if isText {
			c.text(path, s, stamp)
		}
	case flag:
		_, ok = v.(bool)
		want = "true or false"
	case object:
		var inner map[string]any
		if inner, ok = v.(map[string]any); ok {
			c.fields(path, inner, r.fields)
		}
		want = "an object"
	case list:
		var items []any
		if items, ok = v.([]any); ok {
			c.list(path, items, r)
		}
		want = "a list"
	}
	if !ok {
		c.add(path, "The value must be %s.", want)
	}
}

func (c *checker) text(path, s string, kind kind) {
	switch {
	case kind == text:
	case s == "":
		c.add(path, "The value must not be empty.")
	case kind == digits && !message.IsPhone("+"+s):
		c.add(path, `The value must be a phone number in digits without "+", such as "4915112345678".`)
	case kind == stamp:
		// A number of milliseconds is a valid number of seconds in a far year, which no receiver expects.
		if n, err := strconv.ParseInt(s, 10, 64); err != nil || n < minTime.Unix() || n >= maxTime.Unix() || s[0] == '+' {
			c.add(path, "The value must be a time in seconds since 1970.")
		}
	case kind == document && !json.Valid([]byte(s)):
		c.add(path, "The value must be JSON text.")
	}
}

func (c *checker) list(path string, items []any, r rule) {
	if len(items) == 0 && r.required {
		c.add(path, "At least one item is required.")
	}
	for i, item := range items {
		at := message.IndexPath(path, i)
		inner, ok := item.(map[string]any)
		if !ok {
			c.add(at, "The value must be an object.")
			continue
		}
		c.fields(at, inner, r.fields)
	}
}

// sender checks that the sender is known by a number or an id.
func (c *checker) sender(m map[string]any) {
	if m["from"] == nil && m["from_user_id"] == nil {
		c.add("from", "The sender is missing: set from (a phone number) or from_user_id.")
	}
}

// content checks that an object has the content that its type names, and no other.
func (c *checker) content(path string, m map[string]any) {
	kind, _ := m["type"].(string)
	r, known := contentRules[kind]
	if !known {
		return
	}
	for _, other := range Types() {
		if other != kind && m[other] != nil {
			c.add(message.JoinPath(path, other), "The field does not belong to the type %q.", kind)
		}
	}
	c.fields(path, m, []rule{r})
	inner, _ := m[kind].(map[string]any)
	at := message.JoinPath(path, kind)
	if isMedia(kind) && inner != nil && inner["id"] == nil && inner["url"] == nil {
		c.add(at, "The file has neither id nor url.")
	}
	switch kind {
	case message.KindLocation:
		c.inRange(at+".latitude", inner["latitude"], 90)
		c.inRange(at+".longitude", inner["longitude"], 180)
	case "interactive":
		c.reply(at, inner)
	case "edit":
		if edited, ok := inner["message"].(map[string]any); ok {
			c.fields(at+".message", edited, editedRules)
			c.content(at+".message", edited)
		}
	case "unsupported":
		if path == "" {
			c.fields(path, m, []rule{{name: "errors", kind: list, required: true}})
		}
	}
}

// reply checks that a reply has the object that its type names.
func (c *checker) reply(path string, inner map[string]any) {
	kind, _ := inner["type"].(string)
	if rules, known := replyRules[kind]; known {
		c.fields(path, inner, []rule{{name: kind, kind: object, required: true, fields: rules}})
	}
}

// inRange checks a coordinate in degrees. Another rule checks that it is a number.
func (c *checker) inRange(path string, v any, most float64) {
	if n, ok := v.(json.Number); ok {
		if f, err := n.Float64(); err != nil || f < -most || f > most {
			c.add(path, "The value must be between %v and %v.", -most, most)
		}
	}
}
