// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package send

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/wahost/wahost/conformance/checks/internal/wire"
	"github.com/wahost/wahost/conformance/sample"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/sdk/message"
)

// languages are forms that the language codes of templates have: of two and of three letters, with a country, and with the same
// language in several countries.
var languages = []string{
	"pt_BR", "en", "zh_CN", "fil", "en_US", "zh_HK", "zh_TW", "pt_PT", "en_GB", "es", "es_MX", "es_AR", "es_ES", "rw_RW", "ky_KG", "nb", "he", "id", "ar", "hi", "prs_AF",
}

// emojis have one character or several: with a colour, joined, flags, keycaps, and with the sign that asks for a picture.
var emojis = []string{"👍", "👍🏽", "❤️", "👨‍👩‍👧", "🇮🇳", "#️⃣", "☺️", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "🫱🏻‍🫲🏿", "🙏"}

// emoji sends reactions, and an emoji that is refused by its path counts as kept.
func emoji(ctx context.Context, e *suite.Env) {
	for _, text := range emojis {
		m := e.Minimal(message.KindReaction)
		m.Reaction.Emoji = &text
		if !legalFor(e, m) {
			continue
		}
		s := e.Send(ctx, m, suite.SendOptions{})
		if r := s.Rejected(); r != nil && r.Path == "reaction.emoji" && len(s.Exchanges) == 0 {
			continue
		}
		accepted(e, s, "a reaction with "+text)
		if len(places(s, text)) == 0 {
			e.Failf("reaction.emoji", fmt.Sprintf("%s (%+q) on the wire as it is", text, text), "it is not there")
		}
	}
}

// places returns where a text is in the requests of a send.
func places(s suite.Sent, text string) []string {
	var out []string
	for _, p := range wire.Pairs(s) {
		if p.Value == text {
			out = append(out, p.At)
		}
	}
	return out
}

// category sends a template of each category. A vendor that has no place for the category does not show it. One that has a place
// has it for all.
func category(ctx context.Context, e *suite.Env) {
	declared := declaredCategories(e)
	found := map[string][]string{} // places by category
	shown := map[string]bool{}
	for _, name := range declared {
		m := e.Minimal(message.KindTemplate)
		m.Wahost = &message.Extension{Category: name}
		s := e.Send(ctx, m, suite.SendOptions{})
		accepted(e, s, "a template of the category "+name)
		for _, p := range wire.Pairs(s) {
			if strings.EqualFold(p.Value, name) {
				found[name], shown[p.At] = append(found[name], p.At), true
			}
		}
	}
	for at := range shown {
		for _, name := range declared {
			if !slices.Contains(found[name], at) {
				e.Failf("wahost.category", name+" at "+at+", where another category is", "it is not there")
			}
		}
	}
}

// declaredCategories returns the categories that templates may have.
func declaredCategories(e *suite.Env) []string {
	if declared := e.Facts().Capabilities.TemplateCategories; len(declared) > 0 {
		return declared
	}
	return sample.Categories()
}
