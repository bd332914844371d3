// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dialect

import (
	"fmt"
	"slices"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/wahost/wahost/conformance/sample"
	"github.com/wahost/wahost/internal/suggest"
	"github.com/wahost/wahost/sdk/outcome"
)

func (r *reader) errorRow(b errorBlock) Error {
	e := Error{
		Name: b.Name, Status: r.status(b.Status), Code: b.Code,
		Body:    r.expr(b.Body, VarRequest, VarRecipients, VarViolation),
		Headers: r.expr(b.Headers),
		Reason:  outcome.Reason(r.oneOf(b.Reason, words(outcome.Reasons()))),
		Retry:   outcome.Retry(r.oneOf(b.Retry, retries)),
		Scope:   outcome.Scope(r.oneOf(b.Scope, scopes)),
		Source:  r.text(b.Source),

		RetryAfter: time.Duration(b.RetryAfter) * time.Second, Asynchronous: b.Asynchronous,

		Kinds: r.kinds(b.Kinds), Item: r.expr(b.Item, VarRequest),
	}
	for _, a := range b.Answers {
		e.Answers = append(e.Answers, r.answer(a))
	}
	if b.Item != nil && !r.refuses {
		r.add(b.Item.Range, "Unused item", "No route uses the items of error rows: its reply needs the variable refusals, a list that has for each recipient the item, or null.")
	}
	return e
}

// answer reads the answer of an error row on one route.
func (r *reader) answer(b answerBlock) ErrorAnswer {
	if !slices.Contains(r.routes, b.Route) {
		r.add(b.Range, "Unknown route", fmt.Sprintf("There is no route %q in this dialect.%s", b.Route, suggest.Sentence(b.Route, r.routes)))
	}
	a := ErrorAnswer{Route: b.Route, Types: r.texts(b.Types), Headers: r.expr(b.Headers), Body: r.expr(b.Body, VarRequest, VarRecipients, VarViolation)}
	if b.Status != nil {
		a.Status = r.status(b.Status)
	}
	if b.Status == nil && b.Body == nil && b.Headers == nil {
		r.add(b.Range, "Missing argument", "An answer needs a status, a body or headers. What it does not have is that of the error row.")
	}
	return a
}

// kinds returns an argument that is a list of kinds of message.
func (r *reader) kinds(a *hcl.Attribute) []string {
	kinds := r.texts(a)
	for _, kind := range kinds {
		if !slices.Contains(sample.Kinds(), kind) {
			r.add(a.Expr.Range(), "Unknown kind", fmt.Sprintf("There is no kind of message %q.%s", kind, suggest.Sentence(kind, sample.Kinds())))
		}
	}
	return kinds
}
