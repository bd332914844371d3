// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package route

import (
	"fmt"
	"strings"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/sdk/message"
)

// verdict is what a route says about a message. All but matched pass the message on to the next route, and refused ends
// the search.
type verdict uint8

const (
	matched verdict = iota
	otherCategory
	otherKind
	otherCountry
	otherRecipient
	otherTemplate
	conditionFalse
	undecided // the condition could not be decided, and the route is passed over
	refused   // the condition could not be decided, and the route rejects the message
)

// judge decides whether the route takes the message. The error is that of the condition if it could not be decided.
func (r *rule) judge(f *Facts) (verdict, error) {
	switch {
	case !r.categories.allow(f.Category):
		return otherCategory, nil
	case !r.kinds.allow(f.Kind):
		return otherKind, nil
	case !r.countries.allow(f.Country):
		return otherCountry, nil
	case r.Match.Recipients != nil && (f.To.Kind != message.RecipientPhone || !r.Match.Recipients.Has(f.To.Address)):
		return otherRecipient, nil
	case r.Match.Templates != nil && !r.Match.Templates.Has(f.Template):
		return otherTemplate, nil
	case r.When == nil:
		return matched, nil
	}
	switch ok, err := r.When(&f.Facts); {
	case err != nil && r.OnUndecidable == config.UndecidableError:
		return refused, err
	case err != nil:
		return undecided, err
	case !ok:
		return conditionFalse, nil
	}
	return matched, nil
}

// Undecided is a route whose condition could not be decided for a message.
type Undecided struct {
	Route string
	// Cause says where the condition is and what failed. It holds nothing of the message.
	Cause string
}

// Miss is the reason a route did not match.
type Miss struct {
	Route string
	Why   string
}

// Misses explains, for people, why the routes that were tried before the decision do not match. A message that names its
// route or channel was not matched with any route.
func (t *Table) Misses(f *Facts, d *Decision) []Miss {
	if d.Unmatched {
		return nil
	}
	var misses []Miss
	for i := range t.rules {
		r := &t.rules[i]
		v, err := r.judge(f)
		if v == matched || v == refused {
			break
		}
		misses = append(misses, Miss{Route: r.Name, Why: r.why(v, f, err)})
	}
	return misses
}

// why returns the reason of a verdict.
func (r *rule) why(v verdict, f *Facts, err error) string {
	differs := func(name, value string, allowed words) string {
		if value == "" {
			value = "not known"
		}
		return fmt.Sprintf("%s is %s, the route wants %s", name, value, strings.Join(allowed, ", "))
	}
	switch v {
	case otherCategory:
		return differs("category", f.Category, r.categories)
	case otherKind:
		return differs("kind", f.Kind, r.kinds)
	case otherCountry:
		return differs("country", f.Country, r.countries)
	case otherRecipient:
		return differs("recipient", f.To.Address, newWords(r.Match.Recipients))
	case otherTemplate:
		return differs("template", f.Template, newWords(r.Match.Templates))
	case undecided:
		return "its condition could not be decided: " + err.Error()
	}
	return "its condition is false"
}
