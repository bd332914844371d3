// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/agext/levenshtein"
)

// maxListed bounds how many names a sentence lists.
const maxListed = 12

// suggestOr gives a sentence, with a leading space, that names the known word most like the given one, or the
// alternative where none is near.
func suggestOr(given string, known []string, alternative string) string {
	best, distance := "", 4
	for _, word := range known {
		d := levenshtein.Distance(strings.ToLower(given), strings.ToLower(word), nil)
		if d < distance && d*2 <= len(given) {
			best, distance = word, d
		}
	}
	if best == "" {
		return alternative
	}
	return fmt.Sprintf(" Did you mean %q?", best)
}

// orList writes "a, b or c".
func orList(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}

// joinAll writes "a, b, c" in order.
func joinAll(words []string) string { return strings.Join(slices.Sorted(slices.Values(words)), ", ") }

// joinLimited writes "a, b, c", and says how many more there are of a long list.
func joinLimited(words []string) string {
	if len(words) <= maxListed {
		return strings.Join(words, ", ")
	}
	return strings.Join(words[:maxListed], ", ") + fmt.Sprintf(" and %d more", len(words)-maxListed)
}

// sortedWords gives the words of a string type, in order.
func sortedWords[T ~string](words []T) []string {
	out := make([]string, 0, len(words))
	for _, w := range words {
		out = append(out, string(w))
	}
	slices.Sort(out)
	return out
}
