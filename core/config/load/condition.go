// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"fmt"
	"slices"
	"strings"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/config/lang"
	"github.com/wahost/wahost/core/numbers"
	"github.com/wahost/wahost/internal/suggest"
	"github.com/wahost/wahost/sdk/message"
)

// decodeCondition reads when, and on_undecidable, which only a condition has.
func decodeCondition(b *lang.Block, r *config.Route) {
	policy := config.Undecidable(b.Word("on_undecidable", "policy", policies))
	attr := b.Attrs["when"]
	if attr == nil {
		if b.Has("on_undecidable") {
			b.Error(b.Attrs["on_undecidable"].NameRange, "Argument without effect", `The argument "on_undecidable" needs "when".`)
		}
		return
	}
	when, diags := b.Scope.Condition(attr.Expr)
	b.Diags = append(b.Diags, diags...)
	r.When, r.OnUndecidable = when, policy
	if diags.HasErrors() {
		return
	}
	for _, c := range b.Scope.Comparisons(attr.Expr) {
		if check := factValues[c.Field]; check != nil && c.Text != "" {
			if why := check(c.Text); why != "" {
				b.Diags = append(b.Diags, lang.WarningAt(c.Range, "Value that does not occur", why))
			}
		}
	}
}

// factValues says for facts of the message which texts they never are. Each function returns why, with what to write
// instead, or "" if the fact may be the text.
var factValues = map[string]func(string) string{
	"message.to": func(text string) string {
		to, err := message.ParseRecipient(text)
		if err != nil || to.Address == text {
			return "" // it may be a group
		}
		return fmt.Sprintf("No phone number is written as %q in message.to: numbers are in E.164 with \"+\" there. Write %q.", text, to.Address)
	},
	"message.country": func(text string) string {
		if numbers.IsRegion(text) {
			return ""
		}
		return fmt.Sprintf("message.country is never %q.%s", text, countryAdvice(text))
	},
	"message.category":       oneOf("message.category", categories),
	"message.recipient_type": oneOf("message.recipient_type", []string{"individual", "group"}),
	"message.kind": func(text string) string {
		if text == message.TypeInteractive {
			return `message.kind is never "interactive": it is the interactive.type of such a message, such as "list" or "button". message.type is "interactive".`
		}
		return ""
	},
}

func oneOf(fact string, known []string) func(string) string {
	return func(text string) string {
		if slices.Contains(known, text) {
			return ""
		}
		return fmt.Sprintf("%s is never %q.%s It is one of: %s.", fact, text, suggest.Sentence(text, known), lang.Join(known))
	}
}

// countryAdvice returns what to write instead of a text that is not the code of a country.
func countryAdvice(text string) string {
	upper := strings.ToUpper(text)
	if upper == "UK" {
		upper = "GB"
	}
	if numbers.IsRegion(upper) {
		return fmt.Sprintf(" Did you mean %q?", upper)
	}
	return ` Write the two letters of ISO 3166, such as "IN" or "DE".`
}
