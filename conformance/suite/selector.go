// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"bufio"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/wahost/wahost/internal/suggest"
)

// ExpandSelectors replaces each @file by the patterns in it, one on a line; "#" begins a comment. All files are read.
func ExpandSelectors(args []string) ([]string, error) {
	var out []string
	for _, arg := range args {
		name, ok := strings.CutPrefix(arg, "@")
		if !ok {
			out = append(out, arg)
			continue
		}
		f, err := os.Open(name)
		if err != nil {
			return nil, usage("selectors: %w", err)
		}
		lines := bufio.NewScanner(f)
		found := false
		for lines.Scan() {
			text, _, _ := strings.Cut(lines.Text(), "#")
			if text = strings.TrimSpace(text); text != "" {
				out, found = append(out, text), true
			}
		}
		if err := lines.Err(); err != nil {
			_ = f.Close()
			return nil, usage("selectors in %s: %w", name, err)
		}
		_ = f.Close()
		if !found {
			return nil, usage("selectors: the file %s has none", name)
		}
	}
	return out, nil
}

// matches reports whether a pattern matches an id: "*" stands for one component, also as a part of it, "**" for any
// number of them.
func matches(pattern, id string) bool {
	return matchParts(strings.Split(pattern, "/"), strings.Split(id, "/"))
}

func matchParts(pattern, id []string) bool {
	if len(pattern) == 0 {
		return len(id) == 0
	}
	if pattern[0] == "**" {
		for i := 0; i <= len(id); i++ {
			if matchParts(pattern[1:], id[i:]) {
				return true
			}
		}
		return false
	}
	return len(id) > 0 && matchPart(pattern[0], id[0]) && matchParts(pattern[1:], id[1:])
}

func matchPart(pattern, part string) bool {
	before, after, star := strings.Cut(pattern, "*")
	if !star {
		return pattern == part
	}
	rest, ok := strings.CutPrefix(part, before)
	if !ok {
		return false
	}
	for i := 0; i <= len(rest); i++ {
		if matchPart(after, rest[i:]) {
			return true
		}
	}
	return false
}

// Select gives the ids that the patterns match, all where there are none. A pattern that matches nothing is an error
// with the ids nearest to it.
func Select(ids, patterns []string) (map[string]bool, error) {
	chosen := make(map[string]bool, len(ids))
	if len(patterns) == 0 {
		for _, id := range ids {
			chosen[id] = true
		}
	}
	for _, p := range patterns {
		found := false
		for _, id := range ids {
			if matches(p, id) {
				chosen[id], found = true, true
			}
		}
		if !found {
			return nil, usage("the selector %q matches no check%s", p, nearest(p, ids))
		}
	}
	return chosen, nil
}

// nearest names up to three ids that are similar to a word, in parentheses, or says where all ids are listed.
func nearest(word string, ids []string) string {
	// The right check without its group, or a group of rows without its row, is nearer than a misspelt id.
	similar := slices.DeleteFunc(slices.Clone(ids), func(id string) bool {
		i := strings.LastIndexByte(id, '/')
		return !strings.HasSuffix(id, "/"+word) && (i <= 0 || id[:i] != word)
	})
	for _, id := range suggest.Similar(word, ids) {
		if !slices.Contains(similar, id) {
			similar = append(similar, id)
		}
	}
	if len(similar) == 0 {
		return "; `wahost conformance list` shows all"
	}
	return fmt.Sprintf(" (did you mean %s?)", strings.Join(similar[:min(3, len(similar))], ", "))
}
