// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/nyaruka/phonenumbers"

	"github.com/wahost/wahost/sdk/message"
)

var matchSchema = &hcl.BodySchema{
	Attributes: []hcl.AttributeSchema{
		{Name: "category"}, {Name: "country"}, {Name: "kind"}, {Name: "recipient"}, {Name: "template"},
	},
}

var (
	categories = append([]string{message.CategoryService}, templateCategories...)
	kinds      = []string{
		message.KindText, message.KindTemplate, message.KindImage, message.KindVideo, message.KindAudio,
		message.KindDocument, message.KindSticker, message.KindLocation, message.KindContacts, message.KindList,
		message.KindButton, message.KindProduct, message.KindProductList, message.KindReaction,
	}
	regions = phonenumbers.GetSupportedRegions()
)

func (outer *block) match(blocks hcl.Blocks) Match {
	var m Match
	if len(blocks) == 0 {
		return m
	}
	if len(blocks) > 1 {
		outer.diags = append(outer.diags, duplicate(blocks[1].DefRange, "block", "match", blocks[0].DefRange))
	}
	content, diags := blocks[0].Body.Content(matchSchema)
	b := &block{scope: outer.scope, attrs: content.Attributes, at: blocks[0].DefRange, diags: diags}
	b.notEmpty("category", "country", "kind", "recipient", "template")
	set := func(name string, items func() []item, into *Set) {
		if b.has(name) {
			*into = toSet(items())
		}
	}
	set("category", func() []item { return b.words("category", "category", categories) }, &m.Categories)
	set("kind", func() []item { return b.words("kind", "kind of message", kinds) }, &m.Kinds)
	set("country", b.countries, &m.Countries)
	set("recipient", b.recipients, &m.Recipients)
	set("template", func() []item { return b.templates("template") }, &m.Templates)
	outer.diags = append(outer.diags, b.diags...)
	return m
}

// countries are ISO 3166 letters, as libphonenumber has them.
func (b *block) countries() []item {
	return b.checked("country", func(it item) (string, bool) {
		if regions[it.text] {
			return it.text, true
		}
		advice := ` Write the two letters of ISO 3166, such as "IN" or "DE".`
		upper := strings.ToUpper(it.text)
		if upper == "UK" {
			upper = "GB"
		}
		if regions[upper] {
			advice = fmt.Sprintf(" Did you mean %q?", upper)
		}
		b.add(it.at, "Invalid country", fmt.Sprintf("%q is not the code of a country.%s", it.text, advice))
		return "", false
	})
}

// recipients are phone numbers in E.164.
func (b *block) recipients() []item {
	return b.checked("recipient", func(it item) (string, bool) {
		number, err := phonenumbers.Parse(it.text, "ZZ")
		if err != nil || !phonenumbers.IsPossibleNumber(number) {
			b.add(it.at, "Invalid phone number", fmt.Sprintf(
				`%q is not an international phone number. Write it with its country code, such as "+491701234567".`, it.text))
			return "", false
		}
		return phonenumbers.Format(number, phonenumbers.E164), true
	})
}
