// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package canary

import (
	"math/rand/v2"
	"regexp"
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

func TestEncodedIsBounded(t *testing.T) {
	t.Parallel()
	var text []byte
	for range 2 * maxWords {
		text = append(text, "abcdefghijkl "...)
	}
	require.Len(t, encoded(string(text)), maxWords)
}
