// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package redact_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/wahost/wahost/internal/redact"
)

func TestFinder(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		texts []string
		in    string
		want  int
	}{
		"no texts":                        {nil, "a longer text", -1},
		"an empty text":                   {[]string{""}, "a longer text", -1},
		"nothing to look in":              {[]string{"abc", "12345678"}, "", -1},
		"a short text":                    {[]string{"zzz", "ger"}, "a longer text", 1},
		"a text of eight bytes":           {[]string{"a longer"}, "a longer text", 0},
		"at the end":                      {[]string{"nger text"}, "a longer text", 0},
		"more than the end":               {[]string{"nger text."}, "a longer text", -1},
		"the lowest of several":           {[]string{"none of it", "longer text", "a longer text", "text"}, "a longer text", 1},
		"the lowest is short":             {[]string{"text", "a longer"}, "a longer text", 0},
		"the same beginning":              {[]string{"abcdefghX", "abcdefghY", "abcdefgh"}, "...abcdefghY", 1},
		"a beginning of zero bytes":       {[]string{"\x00\x00\x00\x00\x00\x00\x00\x00"}, "ab", -1},
		"letters of more than one byte":   {[]string{"größerer"}, "ein größerer Text", 0},
		"found only where it is repeated": {[]string{"aaaaaaaab"}, "aaaaaaaaaaaab", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var finder redact.Finder
			finder.Add(tt.texts...)
			assert.Equal(t, tt.want, finder.First(tt.in))
		})
	}
}

// FuzzFinder compares with looking for one text after the other.
func FuzzFinder(f *testing.F) {
	f.Add("a longer text", "longer text|text|nothing")
	f.Add("\x00\x00\x00\x00\x00\x00\x00\x00\x00", "\x00\x00\x00\x00\x00\x00\x00\x00|\x00")
	f.Fuzz(func(t *testing.T, in, joined string) {
		texts := strings.Split(joined, "|")
		var finder redact.Finder
		finder.Add(texts[:len(texts)/2]...)
		finder.Add(texts[len(texts)/2:]...)
		want := slices.IndexFunc(texts, func(text string) bool { return text != "" && strings.Contains(in, text) })
		assert.Equal(t, want, finder.First(in))
	})
}
