// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

// Unit is the unit of a limit.
type Unit string

// The units.
const (
	// UnitCharacters counts Unicode code points.
	UnitCharacters Unit = "characters"
	UnitBytes      Unit = "bytes"
	// UnitUTF16 counts UTF-16 code units, as JavaScript and Java do.
	UnitUTF16 Unit = "utf16"
	// UnitItems counts the elements of a list: all elements that the path matches, in total.
	UnitItems Unit = "items"
)

// Limit is one row of the limits table.
type Limit struct {
	// Kind is the kind of message that the limit applies to. If it is empty, the limit applies to all kinds.
	Kind string `json:"kind,omitempty"`
	// Path is the path of the field, with [*] for the index of a list, such as
	// "interactive.action.sections[*].rows[*].title".
	Path string `json:"path,omitempty"`
	// Maximum is the largest valid size, in Unit.
	Maximum int  `json:"maximum,omitempty"`
	Unit    Unit `json:"unit,omitempty"`
	// Source says where the number comes from, for documentation.
	Source string `json:"source,omitempty"`
}
