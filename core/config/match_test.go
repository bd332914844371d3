// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMatchCovers(t *testing.T) {
	t.Parallel()
	set := func(words ...string) Set {
		s := Set{}
		for _, w := range words {
			s[w] = struct{}{}
		}
		return s
	}
	tests := map[string]struct {
		m, other Match
		want     bool
	}{
		"all-covers-all":       {Match{}, Match{}, true},
		"all-covers-some":      {Match{}, Match{Kinds: set("text")}, true},
		"some-is-not-all":      {Match{Kinds: set("text")}, Match{}, false},
		"more-words":           {Match{Countries: set("IN", "ID")}, Match{Countries: set("IN")}, true},
		"fewer-words":          {Match{Countries: set("IN")}, Match{Countries: set("IN", "ID")}, false},
		"another-property":     {Match{Countries: set("IN")}, Match{Kinds: set("text")}, false},
		"narrower-in-one-more": {Match{Countries: set("IN")}, Match{Countries: set("IN"), Kinds: set("text")}, true},
		"none-is-covered":      {Match{Templates: set("a")}, Match{Templates: set()}, true},
		"all-five": {Match{set("a"), set("b"), set("c"), set("d"), set("e")},
			Match{set("a"), set("b"), set("c"), set("d"), set("e")}, true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, tt.want, tt.m.Covers(tt.other))
		})
	}
}
