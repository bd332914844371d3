// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
	"strconv"
	"strings"
)

// maxProblems bounds what one InvalidError gathers, so that a hostile document cannot make a huge answer.
const maxProblems = 50

// Problem is one thing wrong with a message.
type Problem struct {
	// Path names the field with its JSON names, such as "template.components[0].parameters[1].text"; "" means
	// the message as a whole.
	Path string
	// Detail is a sentence: what is wrong, what was expected, what to do.
	Detail string
}

// String gives the problem on one line.
func (p Problem) String() string {
	if p.Path == "" {
		return p.Detail
	}
	return p.Path + ": " + p.Detail
}

// InvalidError says that a message cannot be sent as it is. It lists all problems found, at least one.
type InvalidError struct {
	Problems []Problem
}

// Error gives all problems on one line.
func (e *InvalidError) Error() string {
	texts := make([]string, 0, len(e.Problems))
	for _, p := range e.Problems {
		texts = append(texts, p.String())
	}
	return "invalid message: " + strings.Join(texts, "; ")
}

// problems gathers what is wrong. The zero value is ready for use.
type problems struct {
	list []Problem
}

func (ps *problems) add(path, detail string) {
	if len(ps.list) < maxProblems {
		ps.list = append(ps.list, Problem{Path: path, Detail: detail})
	}
}

func (ps *problems) err() error {
	if len(ps.list) == 0 {
		return nil
	}
	return &InvalidError{Problems: ps.list}
}

// join appends a field name to a path.
func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// at appends an index to a path.
func at(path string, i int) string {
	return path + "[" + strconv.Itoa(i) + "]"
}

// quotedList writes words for a sentence: "a", "b" or "c".
func quotedList(words []string) string {
	var b strings.Builder
	for i, w := range words {
		switch {
		case i == 0:
		case i == len(words)-1:
			b.WriteString(" or ")
		default:
			b.WriteString(", ")
		}
		b.WriteString(strconv.Quote(w))
	}
	return b.String()
}

// place is a path that is written out only when there is a problem. nil is the message itself.
type place struct {
	parent *place
	// name is the field; where it is empty, index is the position in a list.
	name  string
	index int
}

// String writes the path out.
func (p *place) String() string {
	switch {
	case p == nil:
		return ""
	case p.name == "":
		return at(p.parent.String(), p.index)
	}
	return join(p.parent.String(), p.name)
}
