// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package server

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/sdk/message"
)

func TestGroupsHoldNoRecipientTwice(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		recipients string // one letter each
		most       int
		groups     string
	}{
		"none":                   {"", 3, ""},
		"one each":               {"abc", 1, "a b c"},
		"as many as fit":         {"abcdefg", 3, "abc def g"},
		"repeated at once":       {"aab", 3, "ab a"},
		"repeated at the end":    {"abca", 4, "abc a"},
		"repeats fill the next":  {"aaabbc", 3, "abc ab a"},
		"many repeats":           {"aaaa", 3, "a a a a"},
		"a repeat beyond a full": {"abcabc", 3, "abc abc"},
		"the rest keeps order":   {"aabcdef", 3, "abc ade f"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var waiting []message.Delivery
			for _, r := range test.recipients {
				waiting = append(waiting, message.Delivery{To: message.Recipient{Address: string(r)}})
			}
			var groups []string
			for len(waiting) > 0 {
				var group []message.Delivery
				group, waiting = nextGroup(waiting, test.most)
				var word strings.Builder
				for _, d := range group {
					word.WriteString(d.To.Address)
				}
				groups = append(groups, word.String())
			}
			require.Equal(t, test.groups, strings.Join(groups, " "))
		})
	}
}
