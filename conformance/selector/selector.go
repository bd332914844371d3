// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package selector selects checks by patterns of their ids. In a pattern, "*" matches one part of an id between
// slashes, or a piece of a part, and "**" matches any number of parts.
package selector

import (
	"bufio"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/wahost/wahost/internal/suggest"
)

// Expand replaces each argument of the form @file by the patterns in that file, one on a line. "#" begins a comment.
func Expand(args []string) ([]string, error) {
	var out []string
	for _, arg := range args {
		name, ok := strings.CutPrefix(arg, "@")
		if !ok {
			out = append(out, arg)
			continue
		}
		f, err := os.Open(name)
		if err != nil {
			return nil, fmt.Errorf("selectors: %w", err)
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
			return nil, fmt.Errorf("selectors in %s: %w", name, err)
		}
		_ = f.Close()
		if !found {
			return nil, fmt.Errorf("selectors: the file %s contains no pattern", name)
		}
	}
	return out, nil
}

// Match reports whether a pattern matches an id.
func Match(pattern, id string) bool {
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

// Select returns the set of ids that the patterns match, or all ids if there are no patterns. A pattern that matches
// nothing is an error that names similar ids.
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
			if Match(p, id) {
				chosen[id], found = true, true
			}
		}
		if !found {
			return nil, fmt.Errorf("the selector %q matches no check%s", p, Nearest(p, ids))
		}
	}
	return chosen, nil
}

// Nearest returns the end of an error message that suggests up to three ids similar to a word, or the command that
// lists all ids if no id is similar.
func Nearest(word string, ids []string) string {
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
