// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package broadcast

import (
	"slices"

	"github.com/wahost/wahost/sdk/outcome"
)

const (
	// groupLines is how many lines a Group lists.
	groupLines = 5
	// distinctGroups is how many groups are told apart by their texts, which may contain something of the row.
	distinctGroups = 100
)

// groups counts rows by what is true for them. The zero value is ready for use.
type groups struct {
	all   []*Group // in the order of their first rows
	byKey map[groupKey]*Group
}

type groupKey struct {
	subject      string
	reason       outcome.Reason
	path, detail string
}

// add counts a row. The rows and lines of the group do not count.
func (g *groups) add(row Row, group Group) {
	key := groupKey{group.Subject, group.Reason, group.Path, group.Detail}
	if g.byKey[key] == nil && len(g.all) >= distinctGroups {
		key.path, key.detail = "", "various texts"
	}
	found := g.byKey[key]
	if found == nil {
		found = &Group{Subject: key.subject, Reason: key.reason, Path: key.path, Detail: key.detail}
		if g.byKey == nil {
			g.byKey = map[groupKey]*Group{}
		}
		g.byKey[key] = found
		g.all = append(g.all, found)
	}
	found.Rows++
	if row.Line > 0 && len(found.Lines) < groupLines {
		found.Lines = append(found.Lines, row.Line)
	}
}

// sorted returns the groups, the most frequent first.
func (g *groups) sorted() []Group {
	all := make([]Group, 0, len(g.all))
	for _, group := range g.all {
		all = append(all, *group)
	}
	slices.SortStableFunc(all, func(a, b Group) int { return b.Rows - a.Rows })
	return all
}
