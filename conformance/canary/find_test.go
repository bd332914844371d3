// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package canary

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestEncoded compares the words with those that a regular expression finds, which takes longer.
func TestEncoded(t *testing.T) {
	t.Parallel()
	pattern := regexp.MustCompile(`[A-Za-z0-9+/_-]{12,}={0,2}`)
	seed := rand.Uint64()               //nolint:gosec // the values need not be unpredictable
	r := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // see above
	const characters = "aZ09+/_-bcdefghijk==  .\xc3\xa9"
	found := 0
	for range 20_000 {
		text := make([]byte, r.IntN(80))
		for i := range text {
			text[i] = characters[r.IntN(len(characters))]
		}
		want := pattern.FindAllString(string(text), maxWords)
		require.Equal(t, want, encoded(string(text)), "%q (seed %d)", text, seed)
		found += len(want)
	}
	require.Greater(t, found, 1000)
}

// TestForm compares the form that is found with the first one that the text contains.
func TestForm(t *testing.T) {
	t.Parallel()
	s := New()
	s.Add("emulated-api_key-8d2f61b09c4e7a35", "88888888888888", "a secret: ëmulated")
	seed := rand.Uint64()               //nolint:gosec // the values need not be unpredictable
	r := rand.New(rand.NewPCG(seed, 0)) //nolint:gosec // see above
	found := 0
	for range 20_000 {
		text := ""
		for range r.IntN(4) {
			f := s.forms[r.IntN(len(s.forms))].text
			begin := r.IntN(3)
			text += f[begin:len(f)-r.IntN(2)] + []string{"", " ", "8"}[r.IntN(3)]
		}
		want := ""
		for _, f := range s.forms {
			if strings.Contains(text, f.text) {
				want = f.name
				found++
				break
			}
		}
		require.Equal(t, want, s.form(text), "%q (seed %d)", text, seed)
	}
	require.Greater(t, found, 1000)
	require.Empty(t, s.form(""))
	require.Empty(t, s.form("e"))
}

func TestEncodedIsBounded(t *testing.T) {
	t.Parallel()
	var text []byte
	for range 2 * maxWords {
		text = append(text, "abcdefghijkl "...)
	}
	require.Len(t, encoded(string(text)), maxWords)
}
