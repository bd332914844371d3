// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package addr

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxKey is the largest length of a key in bytes. Keys are part of names in logs, journals and JSON.
const maxKey = 100

// Instance returns the name of one instance of a block with for_each, such as orders["de"], or the name alone if the key is
// empty. It is the same text as the reference in the configuration.
func Instance(name, key string) string {
	if key == "" {
		return name
	}
	return name + `["` + key + `"]`
}

// CheckKey returns what is wrong with a key of for_each. The error quotes the key.
func CheckKey(key string) error {
	switch {
	case key == "":
		return fmt.Errorf("a key must not be empty")
	case len(key) > maxKey:
		return fmt.Errorf("the key %.20q... has %d bytes, at most %d are allowed", key, len(key), maxKey)
	case !utf8.ValidString(key) || strings.ContainsFunc(key, func(r rune) bool { return !unicode.IsPrint(r) }):
		return fmt.Errorf("the key %q must have only printable characters", key)
	case strings.ContainsAny(key, "\"'`\\[]") || strings.Contains(key, "${") || strings.Contains(key, "%{"):
		return fmt.Errorf("the key %q must not have quotes, backslashes, square brackets, ${ or %%{", key)
	}
	return nil
}

// cutKey splits the name of an instance into the name of the block and the key. The key is empty if the name has no key.
func cutKey(s string) (name, key string, err error) {
	name, rest, found := strings.Cut(s, "[")
	if !found {
		return s, "", nil
	}
	key, closed := strings.CutSuffix(rest, "]")
	if !closed {
		return "", "", fmt.Errorf(`the key must end with "]"`)
	}
	for _, quote := range []string{`"`, "'"} {
		if inner, ok := strings.CutPrefix(key, quote); ok {
			if inner, ok = strings.CutSuffix(inner, quote); ok {
				key = inner
				break
			}
		}
	}
	return name, key, CheckKey(key)
}
