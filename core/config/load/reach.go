// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"fmt"

	"github.com/wahost/wahost/core/config/lang"
)

// warnUnreachable adds a warning for each route whose messages are all matched by an earlier route.
func (l *loader) warnUnreachable() {
	for i, r := range l.routes {
		for _, earlier := range l.routes[:i] {
			if !r.broken && !earlier.broken && earlier.When == nil && earlier.Match.Covers(r.Match) {
				l.add(lang.WarningAt(r.declRange, "Unreachable route", fmt.Sprintf(
					"Routes are tried in order, and every message that the route %q matches is already taken by the route %q at %s. "+
						"Move this route up, or narrow the other one.", r.Name, earlier.Name, earlier.DeclRange)))
				break
			}
		}
	}
}
