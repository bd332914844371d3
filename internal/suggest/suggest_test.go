// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package suggest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSimilar(t *testing.T) {
	t.Parallel()
	fields := []string{"recipient_type", "parameters", "text", "to", "at"}
	tests := map[string]struct {
		word  string
		known []string
		want  []string
	}{
		"one-edit":              {"paramters", fields, []string{"parameters"}},
		"three-edits":           {"paramtrz", fields, []string{"parameters"}},
		"four-edits":            {"prmtrs", fields, nil},
		"other-case":            {"recipientType", fields, []string{"recipient_type"}},
		"hyphens":               {"Recipient-Type", fields, []string{"recipient_type"}},
		"short-and-near":        {"txt", fields, []string{"text"}},
		"half-of-the-word":      {"te", fields, []string{"to"}},
		"more-than-half":        {"us", fields, nil},
		"one-letter":            {"t", fields, nil},
		"empty":                 {"", fields, nil},
		"empty-known":           {"text", []string{""}, nil},
		"nothing-known":         {"text", nil, nil},
		"nearest-first":         {"linee", []string{"lane", "lines", "line"}, []string{"lines", "line", "lane"}},
		"order-of-known":        {"bb", []string{"bc", "ba"}, []string{"bc", "ba"}},
		"letters-of-many-bytes": {"größe", []string{"grosse", "größer"}, []string{"größer", "grosse"}},
		"longest-word":          {strings.Repeat("a", 99) + "b", []string{strings.Repeat("a", 100)}, []string{strings.Repeat("a", 100)}},
		"too-long":              {strings.Repeat("a", 101), []string{strings.Repeat("a", 100)}, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tt.want, Similar(tt.word, tt.known))
		})
	}
}

func TestSentence(t *testing.T) {
	t.Parallel()
	known := []string{"marketing", "utility"}
	require.Equal(t, ` Did you mean "marketing"?`, Sentence("marketting", known))
	require.Empty(t, Sentence("otp", known))
	require.Equal(t, ` Did you mean "utility"?`, SentenceOr("utilty", known, " Choose."))
	require.Equal(t, " Choose.", SentenceOr("otp", known, " Choose."))
}

func TestList(t *testing.T) {
	t.Parallel()
	var names []string
	for i := range 14 {
		names = append(names, fmt.Sprint(i))
	}
	require.Empty(t, List(nil))
	require.Equal(t, "0", List(names[:1]))
	require.Equal(t, "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11", List(names[:12]))
	require.Equal(t, "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 2 more", List(names))
}

// FuzzSimilar compares words as a user or a caller of the gateway may send them: any bytes, of any length.
func FuzzSimilar(f *testing.F) {
	f.Add("text", "txt")
	f.Add("größe", "\xff")
	f.Fuzz(func(t *testing.T, word, known string) {
		if found := Similar(word, []string{known}); found != nil {
			require.Equal(t, []string{known}, found)
		}
	})
}
