// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package broadcast

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// maxListed is how many mistakes a FileError lists, and how many lines one of them lists.
const maxListed = 20

// FileError says what is wrong with a recipients file as a whole. Nothing of such a file is sent.
type FileError struct {
	Path string
	// Problems are the first mistakes in the order of their lines. There is at least one.
	Problems []Problem
	// More is the number of mistakes that Problems leaves out.
	More int
}

// Problem is one mistake in a recipients file.
type Problem struct {
	// Lines are the first lines that have the mistake, as an editor numbers them. It is empty if the mistake is not in a line.
	Lines []int
	// MoreLines is the number of lines that Lines leaves out.
	MoreLines int
	// Column is the name of the column, or empty.
	Column string
	// Detail says what is wrong and what to do.
	Detail string
}

// Error returns the mistakes, each on a line of its own if there are several.
func (e *FileError) Error() string {
	if len(e.Problems) == 1 && e.More == 0 {
		return e.Path + ": " + e.Problems[0].String()
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s has %d mistakes, and nothing of it was sent:", e.Path, len(e.Problems)+e.More)
	for _, p := range e.Problems {
		b.WriteString("\n  " + p.String())
	}
	if e.More > 0 {
		fmt.Fprintf(&b, "\n  and %d more", e.More)
	}
	return b.String()
}

// String returns the mistake with its place.
func (p Problem) String() string {
	var place []string
	switch lines := p.lines(); {
	case len(p.Lines) == 1 && p.MoreLines == 0:
		place = append(place, "line "+lines)
	case len(p.Lines) > 0:
		place = append(place, "lines "+lines)
	}
	if p.Column != "" {
		place = append(place, fmt.Sprintf("column %q", p.Column))
	}
	if len(place) == 0 {
		return p.Detail
	}
	return strings.Join(place, ", ") + ": " + p.Detail
}

func (p Problem) lines() string {
	var b strings.Builder
	for i, line := range p.Lines {
		switch {
		case i == 0:
		case i == len(p.Lines)-1 && p.MoreLines == 0:
			b.WriteString(" and ")
		default:
			b.WriteString(", ")
		}
		b.WriteString(strconv.Itoa(line))
	}
	if p.MoreLines > 0 {
		fmt.Fprintf(&b, " and %d more", p.MoreLines)
	}
	return b.String()
}

// line adds a line to those that have the mistake.
func (p *Problem) line(line int) {
	switch n := len(p.Lines); {
	case n > 0 && p.Lines[n-1] == line:
	case n < maxListed:
		p.Lines = append(p.Lines, line)
	default:
		p.MoreLines++
	}
}

// problems collects mistakes. The zero value is ready for use.
type problems struct {
	list  []*Problem
	kinds map[string]*Problem
}

// add adds a mistake. Line is 0 if it is not in a line.
func (ps *problems) add(line int, column, format string, args ...any) {
	p := &Problem{Column: column, Detail: fmt.Sprintf(format, args...)}
	if line > 0 {
		p.Lines = []int{line}
	}
	ps.list = append(ps.list, p)
}

// addKind adds a mistake that many lines may have. The detail is that of the first line with the kind and column.
func (ps *problems) addKind(kind string, line int, column, format string, args ...any) {
	if ps.kinds == nil {
		ps.kinds = map[string]*Problem{}
	}
	key := kind + "\x00" + column
	if p := ps.kinds[key]; p != nil {
		p.line(line)
		return
	}
	ps.add(line, column, format, args...)
	ps.kinds[key] = ps.list[len(ps.list)-1]
}

// err returns a *FileError, or nil if there is no mistake.
func (ps *problems) err(path string) error {
	if len(ps.list) == 0 {
		return nil
	}
	slices.SortStableFunc(ps.list, func(a, b *Problem) int { return a.first() - b.first() })
	e := &FileError{Path: path}
	for _, p := range ps.list[:min(maxListed, len(ps.list))] {
		e.Problems = append(e.Problems, *p)
	}
	e.More = len(ps.list) - len(e.Problems)
	return e
}

func (p *Problem) first() int {
	if len(p.Lines) == 0 {
		return 0
	}
	return p.Lines[0]
}
