// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

import "fmt"

// Range is a range of a configuration file.
type Range struct {
	File string
	// Start is the first byte, End is one behind the last.
	Start, End Pos
}

// Pos is a position in a file.
type Pos struct {
	// Line and Column, which is in characters, count from 1. Byte counts from 0.
	Line, Column, Byte int
}

// String returns file and line, such as "main.wahost.hcl:12".
func (r Range) String() string { return fmt.Sprintf("%s:%d", r.File, r.Start.Line) }
