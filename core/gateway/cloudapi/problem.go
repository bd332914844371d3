// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cloudapi

import (
	"errors"
	"strconv"
	"strings"

	"github.com/wahost/wahost/core/gateway/graph"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// maxShown is how many problems of a message an error lists.
const maxShown = 8

// invalid returns the answer for a message with problems. The code is that of the first one, and the details list them.
func (c *call) invalid(problems []message.Problem, m *message.Message) error {
	if len(problems) == 0 {
		return graph.New(graph.CodeInvalidParameter, "the body is not a message")
	}
	e := graph.New(problemCode(problems[0], m), "%s", list(problems))
	if strings.HasPrefix(problems[0].Detail, unknownField) && c.version != "" {
		e.Details += " (The request names " + c.version + "; all versions have the same fields here.)"
	}
	return e
}

// unknownField is how the detail of a field that the model does not have begins.
const unknownField = "The field is not known."

// problemCode returns the code of a problem. A limit and a field that is not known have the general code, as Meta's answers do.
func problemCode(p message.Problem, m *message.Message) graph.Code {
	switch {
	case m == nil, exceedsLimit(p.Detail):
		return graph.CodeInvalidParameter
	case isMissing(p.Detail):
		return graph.CodeMissingParameter
	}
	return graph.CodeInvalidValue
}

// isMissing reports whether a detail says that something is not there.
func isMissing(detail string) bool {
	for _, words := range []string{"field is required", "is missing", "has no recipient", "has no content", "At least one ", "Set link (a URL) or id", " title is required"} {
		if strings.Contains(detail, words) {
			return true
		}
	}
	return false
}

// exceedsLimit reports whether a detail is about a text or a list that is too long.
func exceedsLimit(detail string) bool {
	return strings.HasSuffix(detail, " are allowed.") && strings.Contains(detail, ", at most ")
}

func list(problems []message.Problem) string {
	var b strings.Builder
	for i, p := range problems {
		if i == maxShown {
			b.WriteString(" And " + strconv.Itoa(len(problems)-maxShown) + " more.")
			break
		}
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(p.String())
	}
	return b.String()
}

// problemsOf returns the problems of an error of package message.
func problemsOf(err error) []message.Problem {
	var e *message.InvalidError
	if errors.As(err, &e) {
		return e.Problems
	}
	return nil
}

// refused returns the answer for a message that may not be sent or has no way to its recipient.
func refused(r *outcome.Rejected) error {
	e := graph.FromRejection(r)
	if r.Reason == outcome.ReasonInvalidMessage && r.MetaCode == 0 {
		if code := problemCode(message.Problem{Path: r.Path, Detail: r.Detail}, &message.Message{}); code != e.Code {
			e.Code, e.Status = code, code.Status()
		}
	}
	return e
}
