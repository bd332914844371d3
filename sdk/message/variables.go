// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

var placeholder = regexp.MustCompile(`\{\{\s*([A-Za-z0-9_]+)\s*\}\}`)

// Placeholders returns the names of the placeholders of a text body, in the order in which they first appear.
func Placeholders(body string) []string {
	var names []string
	for _, found := range placeholder.FindAllStringSubmatch(body, -1) {
		if !slices.Contains(names, found[1]) {
			names = append(names, found[1])
		}
	}
	return names
}

// RenderVariables returns a text body with its placeholders, such as {{1}} and {{name}}, replaced by the variables. It
// returns an error if a placeholder has no variable or a variable has no placeholder. Placeholders in the values of
// variables are not replaced.
func RenderVariables(body string, vars map[string]string) (string, error) {
	used := map[string]bool{}
	var missing []string
	out := placeholder.ReplaceAllStringFunc(body, func(found string) string {
		name := placeholder.FindStringSubmatch(found)[1]
		value, ok := vars[name]
		if !ok && !used[name] {
			missing = append(missing, name)
		}
		used[name] = true
		return value
	})
	var spare []string
	for _, name := range slices.Sorted(maps.Keys(vars)) {
		if !used[name] {
			spare = append(spare, name)
		}
	}
	switch {
	case len(missing) > 0:
		return "", fmt.Errorf("the text has placeholders without a value: %s", strings.Join(missing, ", "))
	case len(spare) > 0:
		return "", fmt.Errorf("the text has no placeholder for the variables: %s", strings.Join(spare, ", "))
	}
	return out, nil
}
