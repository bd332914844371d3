// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package suggest finds the known names that are most similar to a misspelt one, and puts them into a sentence.
//
// Every "Did you mean" of the host, the suite and the SDK comes from here, so that all of them have the same idea of
// what is similar.
package suggest

import (
	"fmt"
	"slices"
	"strings"

	"github.com/agext/levenshtein"
)

const (
	// maxEdits is the largest number of edits between two similar names. It is the number that HCL and Terraform
	// settled on by experiment: two misses plurals and transpositions in long references such as
	// channel.pushwoosh.eu, four finds names that have nothing to do with each other.
	maxEdits = 3
	// maxLength is the length in bytes of the longest word that is compared. A longer one is not a typing error, and
	// the comparison takes time in proportion to the product of both lengths.
	maxLength = 100
	// maxListed is how many names List writes out.
	maxListed = 12
)

// Similar returns the known names that are similar to word, the most similar first and equally similar ones in the
// order of known. It returns nil if no name is similar.
//
// Names are similar if at most three edits lie between them, and at most half as many as word has letters: "to" is not
// a misspelt "at". Letter case, hyphens and underscores do not count, so recipientType is similar to recipient_type.
func Similar(word string, known []string) []string {
	if len(word) > maxLength {
		return nil
	}
	type candidate struct {
		name  string
		edits int
	}
	var candidates []candidate
	letters := plain(word)
	limit := min(maxEdits, len(letters)/2)
	for _, name := range known {
		other := plain(name)
		if len(other) > len(letters)+maxEdits*maxRune || len(letters) > len(other)+maxEdits*maxRune {
			continue
		}
		if edits := levenshtein.Distance(letters, other, nil); edits <= limit {
			candidates = append(candidates, candidate{name, edits})
		}
	}
	slices.SortStableFunc(candidates, func(a, b candidate) int { return a.edits - b.edits })
	var names []string
	for _, c := range candidates {
		names = append(names, c.name)
	}
	return names
}

// maxRune is the length in bytes of the longest letter in UTF-8.
const maxRune = 4

// plain removes what differs between the spellings of one name: recipientType, Recipient-Type, recipient_type.
func plain(word string) string {
	return strings.NewReplacer("_", "", "-", "").Replace(strings.ToLower(word))
}

// Sentence returns ` Did you mean "name"?`, with a leading space, for the known name most similar to word. It returns
// the empty string if no name is similar.
func Sentence(word string, known []string) string { return SentenceOr(word, known, "") }

// SentenceOr is like Sentence, but returns alternative if no name is similar.
func SentenceOr(word string, known []string, alternative string) string {
	similar := Similar(word, known)
	if len(similar) == 0 {
		return alternative
	}
	return fmt.Sprintf(" Did you mean %q?", similar[0])
}

// List returns the names separated by commas. It writes out the first twelve and says how many more there are.
func List(names []string) string {
	if len(names) <= maxListed {
		return strings.Join(names, ", ")
	}
	return strings.Join(names[:maxListed], ", ") + fmt.Sprintf(" and %d more", len(names)-maxListed)
}
