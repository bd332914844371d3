// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package redact finds secrets in text and replaces them with "***".
//
// A secret rarely leaks as it is: it is quoted in a JSON body, percent-encoded in a URL or encoded as base64 in a
// header. The package knows these spellings. The host, the HTTP client of providers and the conformance suite use
// it, so that a secret that one of them recognizes is recognized by all.
package redact

import (
	"cmp"
	"slices"
	"strings"
	"sync"
)

// DefaultMinLength is the length in bytes of the shortest secret that is looked for by default. Shorter values
// occur in ordinary words.
const DefaultMinLength = 4

// mask replaces a secret.
const mask = "***"

// Set is a set of secrets that can grow. The zero value is an empty set. A Set is safe for concurrent use and must
// not be copied after its first use.
type Set struct {
	// MinLength is the length in bytes of the shortest secret that is looked for; shorter ones are not added. Zero
	// means DefaultMinLength. It must not be changed after the first call of Add.
	MinLength int
	// Parts makes the second half of a secret count as the secret, for secrets that share a known beginning. It must
	// not be changed after the first call of Add.
	Parts bool

	mu        sync.RWMutex
	values    []string
	spellings []spelling
	texts     Finder            // of the spellings
	replacer  *strings.Replacer // nil while the set is empty
}

// New returns a set of the given secrets with the default settings.
func New(secrets ...string) *Set {
	s := &Set{}
	s.Add(secrets...)
	return s
}

// Add adds secrets to the set. Values shorter than MinLength and values that are in the set already are skipped.
func (s *Set) Add(secrets ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	least := cmp.Or(s.MinLength, DefaultMinLength)
	before, known := len(s.values), len(s.spellings)
	for _, secret := range secrets {
		if len(secret) < least || slices.Contains(s.values, secret) {
			continue
		}
		s.values = append(s.values, secret)
		s.spellings = append(s.spellings, spellingsOf(secret)...)
		if s.Parts {
			s.spellings = append(s.spellings, spelling{secret[len(secret)-max(least, len(secret)/2):], "a part"})
		}
	}
	if len(s.values) > before {
		for _, sp := range s.spellings[known:] {
			s.texts.Add(sp.text)
		}
		s.replacer = newReplacer(s.spellings)
	}
}

func newReplacer(spellings []spelling) *strings.Replacer {
	texts := make([]string, 0, len(spellings))
	for _, sp := range spellings {
		texts = append(texts, sp.text)
	}
	// The longest comes first: where two begin at the same position, replacing the shorter one would leave the end of
	// the longer one readable.
	slices.SortFunc(texts, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b)) })
	var pairs []string
	for _, text := range slices.Compact(texts) {
		pairs = append(pairs, text, mask)
	}
	return strings.NewReplacer(pairs...)
}

// Redact returns the text with "***" in place of each secret, in any of its spellings. A nil Set returns the text
// unchanged.
func (s *Set) Redact(text string) string {
	if s == nil {
		return text
	}
	s.mu.RLock()
	r := s.replacer
	s.mu.RUnlock()
	if r == nil {
		return text
	}
	return r.Replace(text)
}

// Find returns the name of the spelling in which a text contains a secret, such as "raw" or "base64". It returns
// the empty string if the text contains none.
func (s *Set) Find(text string) string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if i := s.texts.First(text); i >= 0 {
		return s.spellings[i].name
	}
	return ""
}

// Values returns the secrets of the set in the order in which they were added.
func (s *Set) Values() []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.Clone(s.values)
}
