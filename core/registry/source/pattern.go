// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package source

import (
	"fmt"
	"slices"
	"strings"
)

// wildcard stands for every namespace or every name in a pattern.
const wildcard = "*"

// Pattern is a set of source addresses: an address in which "*" may stand for any namespace or any name. A pattern without a host
// is about addresses without a host.
type Pattern struct{ host, namespace, name string }

// ParsePattern reads a pattern, such as "acme/*" or "providers.example.com/*/*". The error says what is wrong.
func ParsePattern(text string) (Pattern, error) {
	parts := strings.Split(text, "/")
	p := Pattern{}
	fill := func(part, example string) string {
		if part == wildcard {
			return example
		}
		return part
	}
	if len(parts) == 2 || len(parts) == 3 {
		p.namespace, p.name = parts[len(parts)-2], parts[len(parts)-1]
		parts[len(parts)-2], parts[len(parts)-1] = fill(p.namespace, "a"), fill(p.name, "a")
	}
	if len(parts) == 3 {
		p.host = parts[0]
	}
	if _, err := Parse(strings.Join(parts, "/")); err != nil {
		_, reason, _ := strings.Cut(err.Error(), " is not a source address: ")
		return Pattern{}, fmt.Errorf(`%s is not a pattern of source addresses, such as "acme/*" or "acme/acme": %s`, quoted(text), reason)
	}
	return p, nil
}

// String returns the pattern as it is written.
func (p Pattern) String() string {
	return Address{Host: p.host, Namespace: p.namespace, Name: p.name}.String()
}

// Matches reports whether the address is in the set.
func (p Pattern) Matches(a Address) bool {
	return p.host == a.Host && (p.namespace == wildcard || p.namespace == a.Namespace) && (p.name == wildcard || p.name == a.Name)
}

// Match reports whether one of the patterns matches.
func Match(patterns []Pattern, a Address) bool {
	return slices.ContainsFunc(patterns, func(p Pattern) bool { return p.Matches(a) })
}
