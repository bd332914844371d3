// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
	"strconv"
	"strings"
)

// maxProblems bounds the problems of one InvalidError, so that a hostile document cannot cause a huge response.
const maxProblems = 50

// Problem is one mistake in a message.
type Problem struct {
	// Path is the path of the field at fault, such as "template.components[0].parameters[1].text". It is empty if the
	// mistake concerns the whole message.
	Path string
	// Detail is a sentence or more that says what is wrong, what was expected and what to do.
	Detail string
}

// String returns the problem on one line.
func (p Problem) String() string {
	if p.Path == "" {
		return p.Detail
	}
	return p.Path + ": " + p.Detail
}

// InvalidError is the error for a message that cannot be sent. It has at least one problem.
type InvalidError struct {
	Problems []Problem
}

// Error returns all problems on one line.
func (e *InvalidError) Error() string {
	texts := make([]string, 0, len(e.Problems))
	for _, p := range e.Problems {
		texts = append(texts, p.String())
	}
	return "invalid message: " + strings.Join(texts, "; ")
}

// problems collects the problems of a message. The zero value is ready for use.
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

// quotedList joins words for a sentence: "a", "b" or "c".
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
