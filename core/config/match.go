// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"maps"
	"slices"
)

// Match is what a route requires of a message. A message must have one of the words in each set that is not nil.
type Match struct {
	// Categories are marketing, utility, authentication and service.
	Categories Set
	// Countries are ISO 3166 letters in upper case.
	Countries Set
	// Kinds are the kinds of message.
	Kinds Set
	// Recipients are phone numbers in E.164 with "+".
	Recipients Set
	// Templates are names of logical templates.
	Templates Set
}

// Covers reports whether m matches every message that other matches.
func (m Match) Covers(other Match) bool {
	return m.Categories.covers(other.Categories) && m.Countries.covers(other.Countries) &&
		m.Kinds.covers(other.Kinds) && m.Recipients.covers(other.Recipients) && m.Templates.covers(other.Templates)
}

// Set is a set of words.
type Set map[string]struct{}

// Has reports whether the word is in the set.
func (s Set) Has(word string) bool {
	_, ok := s[word]
	return ok
}

// Sorted returns the words in order.
func (s Set) Sorted() []string { return slices.Sorted(maps.Keys(s)) }

// covers reports whether s allows every word that other allows. A nil set allows all words.
func (s Set) covers(other Set) bool {
	if s == nil {
		return true
	}
	if other == nil {
		return false
	}
	for word := range other {
		if !s.Has(word) {
			return false
		}
	}
	return true
}
