// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
	"slices"
	"sync"
)

// Where the numbers come from.
const (
	sourceOpenAPI          = "Meta's OpenAPI file business-messaging-api_v23.0.yaml (github.com/facebook/openapi)"
	sourcePywa             = "client library pywa, pywa/types (github.com/david-lev/pywa)"
	sourceLibraries        = "Meta's template rules as the client libraries pywa and whatsapp-api-js state them"
	sourceInnoPaaSTemplate = "InnoPaaS v3 template reference, template/submit"
	sourceJS               = "client library whatsapp-api-js (github.com/Secreto31126/whatsapp-api-js)"
	sourceInnoPaaS         = "InnoPaaS v3 message reference, which repeats Meta's rule"
	sourceList             = "Meta's page on interactive list messages, 2025-11 to 2026-05 (its older OpenAPI file v23.0 says 1024)"
	sourceContacts         = "Meta's page on contacts messages, 2025-11 to 2026-05 (its older OpenAPI file v23.0 says 5)"
	sourceCoupon           = "Meta's page on coupon code templates, 2025-11 to 2026-05 (the older OpenAPI file and client libraries say 15)"
)

// documented holds the limits of the WhatsApp Cloud API.
//
// Some limits differ between sources. Meta's pages of 2025-11 to 2026-05 allow more than its older OpenAPI file for the
// body of a list, for contacts and for coupon codes: the table follows the pages, and its rows cite both. A list may
// have 10 rows in each section according to the OpenAPI file and 10 rows in total according to the client libraries; the
// table has the stricter limit.
var documented = []Limit{
	{KindText, "text.body", 4096, UnitCharacters, sourcePywa},
	{KindImage, "image.caption", 1024, UnitCharacters, sourceOpenAPI},
	{KindVideo, "video.caption", 1024, UnitCharacters, sourceOpenAPI},
	{KindDocument, "document.caption", 1024, UnitCharacters, sourceOpenAPI},
	{KindContacts, "contacts[*]", 257, UnitItems, sourceContacts},

	{"", "interactive.header.text", 60, UnitCharacters, sourceOpenAPI},
	{"", "interactive.header.sub_text", 60, UnitCharacters, sourceOpenAPI},
	{"", "interactive.body.text", 1024, UnitCharacters, sourceOpenAPI},
	{"", "interactive.footer.text", 60, UnitCharacters, sourceOpenAPI},
	{"", "interactive.action.cards[*]", 10, UnitItems, sourcePywa},

	{KindButton, "interactive.action.buttons[*]", 3, UnitItems, sourceOpenAPI},
	{KindButton, "interactive.action.buttons[*].reply.title", 20, UnitCharacters, sourceOpenAPI},
	{KindButton, "interactive.action.buttons[*].reply.id", 256, UnitCharacters, sourceOpenAPI},

	{KindList, "interactive.body.text", 4096, UnitCharacters, sourceList},
	{KindList, "interactive.action.button", 20, UnitCharacters, sourceOpenAPI},
	{KindList, "interactive.action.sections[*]", 10, UnitItems, sourceOpenAPI},
	{KindList, "interactive.action.sections[*].title", 24, UnitCharacters, sourceOpenAPI},
	{KindList, "interactive.action.sections[*].rows[*]", 10, UnitItems, sourcePywa},
	{KindList, "interactive.action.sections[*].rows[*].id", 200, UnitCharacters, sourceOpenAPI},
	{KindList, "interactive.action.sections[*].rows[*].title", 24, UnitCharacters, sourceOpenAPI},
	{KindList, "interactive.action.sections[*].rows[*].description", 72, UnitCharacters, sourceOpenAPI},

	{KindProduct, "interactive.action.product_retailer_id", 100, UnitCharacters, sourceInnoPaaS},
	{KindProductList, "interactive.action.sections[*]", 10, UnitItems, sourceJS},
	{KindProductList, "interactive.action.sections[*].title", 24, UnitCharacters, sourceInnoPaaS},
	{KindProductList, "interactive.action.sections[*].product_items[*]", 30, UnitItems, sourceJS},
	{KindProductList, "interactive.action.sections[*].product_items[*].product_retailer_id", 100, UnitCharacters,
		sourceInnoPaaS},

	{KindTemplate, "template.name", 512, UnitCharacters, sourceInnoPaaSTemplate},
	{KindTemplate, "template.components[*].parameters[*].coupon_code", 20, UnitCharacters, sourceCoupon},
	{KindTemplate, "template.components[*].cards[*]", 10, UnitItems, sourceLibraries},
}

// Limits is a table of limits. It does not change and is safe for concurrent use. The zero value has no limits.
type Limits struct {
	rows []Limit
	// byKind holds the compiled limits of each kind that has rows of its own, and those of all other kinds under "".
	byKind map[string][]compiled
}

var defaultLimits = sync.OnceValue(func() *Limits { return newLimits(documented) })

// DefaultLimits returns the table of the limits that Meta documents. Each row names its source.
func DefaultLimits() *Limits { return defaultLimits() }

// With returns a new table in which each override replaces the row of the same kind and path, or is added. A row for one
// kind takes precedence over the row of the same path for all kinds. An override for which Limit.Valid returns an error is
// left out.
func (l *Limits) With(overrides ...Limit) *Limits {
	rows := slices.Clone(l.rows)
	for _, o := range overrides {
		i := slices.IndexFunc(rows, func(r Limit) bool { return r.Kind == o.Kind && r.Path == o.Path })
		switch {
		case o.Valid() != nil:
		case i >= 0:
			rows[i] = o
		default:
			rows = append(rows, o)
		}
	}
	return newLimits(rows)
}

// All returns the rows of the table in a fixed order.
func (l *Limits) All() []Limit { return slices.Clone(l.rows) }

// For returns the rows that apply to messages of a kind.
func (l *Limits) For(kind string) []Limit {
	var rows []Limit
	for _, r := range l.rows {
		overridden := r.Kind == "" && slices.ContainsFunc(l.rows, func(o Limit) bool {
			return kind != "" && o.Kind == kind && o.Path == r.Path
		})
		if (r.Kind == "" || r.Kind == kind) && !overridden {
			rows = append(rows, r)
		}
	}
	return rows
}

// Check returns a problem for each limit that a message exceeds.
func (l *Limits) Check(m *Message) []Problem {
	var ps problems
	for _, c := range l.of(m.Kind()) {
		if c.exceeded(m) {
			c.report(m, &ps)
		}
	}
	return ps.list
}

// First returns a problem for one limit that a message exceeds, or nil if the message exceeds none. It allocates nothing
// in that case, so that it can be called for each message when a channel is chosen.
func (l *Limits) First(m *Message) *Problem {
	for _, c := range l.of(m.Kind()) {
		if c.exceeded(m) {
			var ps problems
			c.report(m, &ps)
			return &ps.list[0]
		}
	}
	return nil
}

func (l *Limits) of(kind string) []compiled {
	if cs, ok := l.byKind[kind]; ok {
		return cs
	}
	return l.byKind[""]
}

func newLimits(rows []Limit) *Limits {
	l := &Limits{rows: rows, byKind: map[string][]compiled{"": nil}}
	for _, r := range rows {
		l.byKind[r.Kind] = nil
	}
	for kind := range l.byKind {
		for _, r := range l.For(kind) {
			if c, err := compile(r); err == nil {
				l.byKind[kind] = append(l.byKind[kind], c)
			}
		}
	}
	return l
}
