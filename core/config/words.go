// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"slices"
	"strings"
)

// orList writes "a, b or c".
func orList(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}

// joinAll writes "a, b, c" in order.
func joinAll(words []string) string { return strings.Join(slices.Sorted(slices.Values(words)), ", ") }

// sortedWords gives the words of a string type, in order.
func sortedWords[T ~string](words []T) []string {
	out := make([]string, 0, len(words))
	for _, w := range words {
		out = append(out, string(w))
	}
	slices.Sort(out)
	return out
}
