// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"slices"
	"strings"
	"unicode"

	"github.com/wahost/wahost/sdk/message"
)

// covers reports whether an opt-out is about a category. A template whose category is not known may be marketing.
func (p *Policy) covers(category string) bool {
	if len(p.OptOut) == 0 {
		return category == message.CategoryMarketing || category == ""
	}
	return slices.Contains(p.OptOut, category) || category == "" && slices.Contains(p.OptOut, message.CategoryMarketing)
}

// Words are what people write to opt out and in again.
type Words struct{ Out, In []string }

// DefaultWords returns the words that messaging services in English honour.
func DefaultWords() Words {
	return Words{
		Out: []string{"stop", "stop all", "stopall", "unsubscribe", "end", "quit", "opt out", "optout"},
		In:  []string{"start", "unstop", "subscribe", "opt in", "optin"},
	}
}

// Choice is what somebody wants.
type Choice int

// The choices.
const (
	// NoChoice means that a text is about something else.
	NoChoice Choice = iota
	OptOut
	OptIn
)

// Read returns what the writer of a text wants. The whole text must be one of the words: "please do not stop" is not an opt-out. Case,
// punctuation around the words and the number of spaces do not matter.
func (w Words) Read(text string) Choice {
	const longest = 100
	if text = strings.TrimSpace(text); len(text) > longest {
		return NoChoice
	}
	text = plain(text)
	is := func(word string) bool { return text != "" && plain(word) == text }
	switch {
	case slices.ContainsFunc(w.Out, is):
		return OptOut
	case slices.ContainsFunc(w.In, is):
		return OptIn
	}
	return NoChoice
}

// plain returns the letters and digits of a text in one case, with single spaces between its words.
func plain(text string) string {
	words := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) })
	return strings.ToLower(strings.ToUpper(strings.Join(words, " ")))
}
