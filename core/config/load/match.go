// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/nyaruka/phonenumbers"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/config/lang"
	"github.com/wahost/wahost/sdk/message"
)

var matchBlock = lang.BlockType{
	Type: "match",
	Doc: "Which messages a route is for. A message must have one of the values of each list that is written. Without this block a " +
		"route matches every message.",
	Args: []lang.Argument{
		{Name: "category", Type: "list of strings", Default: "all", Allowed: categories, Doc: "The category of the message: that of its template, " +
			"and `service` for every other kind of message."},
		{Name: "country", Type: "list of strings", Default: "all", Doc: "The country of the recipient's number, in two letters of ISO 3166 " +
			"such as `IN`."},
		{Name: "kind", Type: "list of strings", Default: "all", Allowed: kinds, Doc: "The kind of the message."},
		{Name: "recipient", Type: "list of strings", Default: "all", Doc: "Phone numbers in international form."},
		{Name: "template", Type: "list of templates", Default: "all", Doc: "References to templates of this configuration, such as " +
			"`template.order_shipped`."},
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

// decodeMatch reads the match block of a route.
func decodeMatch(outer *lang.Block, blocks hcl.Blocks) config.Match {
	var m config.Match
	if len(blocks) == 0 {
		return m
	}
	if len(blocks) > 1 {
		outer.Diags = append(outer.Diags, lang.Duplicate(blocks[1].DefRange, "block", "match", blocks[0].DefRange))
	}
	content, diags := blocks[0].Body.Content(matchBlock.Schema())
	b := &lang.Block{Scope: outer.Scope, Attrs: content.Attributes, Range: blocks[0].DefRange, Diags: diags}
	b.NotEmpty("category", "country", "kind", "recipient", "template")
	set := func(name string, items func() []lang.Item, into *config.Set) {
		if b.Has(name) {
			*into = lang.ToSet(items())
		}
	}
	set("category", func() []lang.Item { return b.Words("category", "category", categories) }, &m.Categories)
	set("kind", func() []lang.Item { return b.Words("kind", "kind of message", kinds) }, &m.Kinds)
	set("country", func() []lang.Item { return countries(b) }, &m.Countries)
	set("recipient", func() []lang.Item { return recipients(b) }, &m.Recipients)
	set("template", func() []lang.Item { return b.Templates("template") }, &m.Templates)
	outer.Diags = append(outer.Diags, b.Diags...)
	return m
}

// countries reads ISO 3166 letters of the countries that libphonenumber knows.
func countries(b *lang.Block) []lang.Item {
	return b.Checked("country", func(it lang.Item) (string, bool) {
		if regions[it.Text] {
			return it.Text, true
		}
		advice := ` Write the two letters of ISO 3166, such as "IN" or "DE".`
		upper := strings.ToUpper(it.Text)
		if upper == "UK" {
			upper = "GB"
		}
		if regions[upper] {
			advice = fmt.Sprintf(" Did you mean %q?", upper)
		}
		b.Error(it.Range, "Invalid country", fmt.Sprintf("%q is not the code of a country.%s", it.Text, advice))
		return "", false
	})
}

// recipients reads phone numbers and returns them in E.164.
func recipients(b *lang.Block) []lang.Item {
	return b.Checked("recipient", func(it lang.Item) (string, bool) {
		number, err := phonenumbers.Parse(it.Text, "ZZ")
		if err != nil || !phonenumbers.IsPossibleNumber(number) {
			b.Error(it.Range, "Invalid phone number", fmt.Sprintf(
				`%q is not an international phone number. Write it with its country code, such as "+491701234567".`, it.Text))
			return "", false
		}
		return phonenumbers.Format(number, phonenumbers.E164), true
	})
}
