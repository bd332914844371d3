// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

import "fmt"

// warnUnreachable finds routes that an earlier one leaves nothing for.
func (l *loader) warnUnreachable() {
	for i, r := range l.routes {
		for _, earlier := range l.routes[:i] {
			if !r.broken && !earlier.broken && earlier.When == nil && earlier.Match.covers(r.Match) {
				l.add(warning(r.hclRange, "Unreachable route", fmt.Sprintf(
					"Routes are tried in order, and every message that the route %q matches is already taken by the route %q at %s. "+
						"Move this route up, or narrow the other one.", r.Name, earlier.Name, earlier.DeclRange)))
				break
			}
		}
	}
}

// covers reports whether everything that other matches is matched here.
func (m Match) covers(other Match) bool {
	return m.Categories.covers(other.Categories) && m.Countries.covers(other.Countries) &&
		m.Kinds.covers(other.Kinds) && m.Recipients.covers(other.Recipients) && m.Templates.covers(other.Templates)
}
