// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package canary finds values that must not be disclosed, in whatever form they are: as they are, reversed, in parts, with
// separators, in the encodings and compressions of Go's standard library, and spread over several texts. A Set holds the
// values. The suite's values are random, so that a few equal characters are no coincidence.
package canary

import (
	"encoding/ascii85"
	"encoding/base32"
	"encoding/base64"
	"slices"
	"strings"
	"sync"

	"github.com/wahost/wahost/internal/redact"
)

const (
	// least is the length in bytes below which a value is too common to be searched for.
	least = 8
	// window is how many characters in a row of a value are a disclosure. Only the last ones of a value are compared,
	// because generated values may have a common beginning.
	window = 10
	// tailLength is how many characters at the end of a value are compared in windows.
	tailLength = 16
)

// Set is a set of values that can grow. New returns an empty one. A Set is safe for concurrent use.
type Set struct {
	plain redact.Set

	mu    sync.RWMutex
	forms []form
	texts redact.Finder // of the forms
	tails []string      // the last characters of each value
	bare  redact.Finder // of the values that are long enough without separators
	known map[string]bool
}

// form is one way in which a value can occur in a text.
type form struct{ text, name string }

// New returns an empty set.
func New() *Set {
	return &Set{plain: redact.Set{MinLength: least, Parts: true}, known: map[string]bool{}}
}

// Add makes values secret. It ignores values of less than 8 bytes.
func (s *Set) Add(values ...string) {
	s.plain.Add(values...)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, v := range values {
		if len(v) < least || s.known[v] {
			continue
		}
		s.known[v] = true
		for _, f := range formsOf(v) {
			s.forms = append(s.forms, f)
			s.texts.Add(f.text)
		}
		tail := v[max(0, len(v)-tailLength):]
		s.tails = append(s.tails, tail)
		if stripped := bare(tail); len(stripped) >= window {
			s.bare.Add(stripped)
		}
	}
}

// Values returns the values in the order in which they were added.
func (s *Set) Values() []string { return s.plain.Values() }

// Mask replaces the values in a text, in the forms that a reader would recognise.
func (s *Set) Mask(text string) string { return s.plain.Redact(text) }

// formsOf returns the encodings of a value that are not among those of package redact.
func formsOf(v string) []form {
	out := []form{
		{reversed(v), "reversed"}, {rot13(v), "rot13"}, {strings.ToUpper(v), "in upper case"}, {strings.ToLower(v), "in lower case"},
		{base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString([]byte(v)), "base32"},
	}
	buf := make([]byte, ascii85.MaxEncodedLen(len(v)))
	out = append(out, form{string(buf[:ascii85.Encode(buf, []byte(v))]), "ascii85"})
	// Inside of a longer text, the base64 of a value depends on its position modulo three.
	for shift := 1; shift < 3; shift++ {
		encoded := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat("x", shift) + v))
		out = append(out, form{encoded[4 : len(encoded)-4+len(encoded)%4], "base64 with other text"})
	}
	encoded := base64.RawStdEncoding.EncodeToString([]byte(v))
	if n := len(encoded) / 4 * 4; n > 12 {
		out = append(out, form{encoded[:n-4], "base64 with other text"})
	}
	tail := v[max(0, len(v)-tailLength):]
	for i := 0; i+window <= len(tail); i++ {
		out = append(out, form{tail[i : i+window], "a part"}, form{reversed(tail[i : i+window]), "a part, reversed"})
	}
	return slices.DeleteFunc(out, func(f form) bool { return len(f.text) < least })
}

func reversed(s string) string {
	r := []rune(s)
	slices.Reverse(r)
	return string(r)
}

func rot13(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return 'a' + (r-'a'+13)%26
		case r >= 'A' && r <= 'Z':
			return 'A' + (r-'A'+13)%26
		}
		return r
	}, s)
}

// bare returns a text in lower case without everything that is not a letter or a digit.
func bare(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r > 0x7F:
			return r
		}
		return -1
	}, s)
}
