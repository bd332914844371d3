// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
	"strconv"
	"strings"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/compose"
)

// parseParams reads the values of --param in their order. A value without a name is for the placeholder that follows the
// one before it.
func parseParams(texts []string) ([]compose.Param, error) {
	var all []compose.Param
	seen := map[string]bool{}
	last := 0
	for _, text := range texts {
		p := compose.Param{Name: strconv.Itoa(last + 1), Value: text}
		if before, value, found := strings.Cut(text, "="); found {
			name, ok, err := compose.PlaceholderName(before)
			if err != nil {
				return nil, cli.UsageError("--param %s=...: %v; to give a value that begins so, write its number first, as in 1=%s=...", before, err, before)
			}
			if ok {
				p = compose.Param{Name: name, Value: value}
			}
		}
		if seen[p.Name] {
			return nil, cli.UsageError("--param: placeholder %s is given twice", p.Name)
		}
		seen[p.Name] = true
		if n, err := strconv.Atoi(p.Name); err == nil {
			last = n
		}
		all = append(all, p)
	}
	return all, nil
}
