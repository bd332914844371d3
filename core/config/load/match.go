// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/config/lang"
	"github.com/wahost/wahost/core/numbers"
	"github.com/wahost/wahost/sdk/message"
)

var matchBlock = lang.BlockType{
	Type: "match",
	Doc: "Which messages a route is for. A message must have one of the values of each list that is written. Without this block a " +
		"route matches every message. An empty list and null are errors, also if a variable or a local value makes them.",
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
	b.NotEmpty("It would match no message. Leave the argument out to match every message, or write at least one element.",
		"category", "country", "kind", "recipient", "template")
	outer.Diags = append(outer.Diags, b.Diags...)
	return m
}

// countries reads ISO 3166 letters of the countries that libphonenumber knows.
func countries(b *lang.Block) []lang.Item {
	return b.Checked("country", func(it lang.Item) (string, bool) {
		if numbers.IsRegion(it.Text) {
			return it.Text, true
		}
		b.Error(it.Range, "Invalid country", fmt.Sprintf("%q is not the code of a country.%s", it.Text, countryAdvice(it.Text)))
		return "", false
	})
}

// recipients reads phone numbers and returns them as the recipient of a message is written, because they are compared
// with it.
func recipients(b *lang.Block) []lang.Item {
	return b.Checked("recipient", func(it lang.Item) (string, bool) {
		to, number, ok := international(it.Text)
		if !ok || number.TooShort() {
			b.Error(it.Range, "Invalid phone number", fmt.Sprintf(
				`%q is not an international phone number. Write it with its country code, such as "+491701234567".`, it.Text))
			return "", false
		}
		if usual := number.E164(); to.Address != usual {
			b.Error(it.Range, "Invalid phone number", fmt.Sprintf(
				"%q has a digit that is dialled only within its country, so no message to %s would match. Write %q.", it.Text, usual, usual))
			return "", false
		}
		if !number.Possible() {
			b.Diags = append(b.Diags, lang.WarningAt(it.Range, "Unusual phone number", fmt.Sprintf(
				"%q has another length than the numbers of its country. Only messages to exactly this number match.", it.Text)))
		}
		return to.Address, true
	})
}

// international reads a phone number with its country code, as a person writes it. It returns false for any other text, and for a country
// code that does not exist.
func international(text string) (message.Recipient, numbers.Number, bool) {
	to, err := message.ParseRecipient(text)
	if err != nil || !strings.Contains(text, "+") {
		return message.Recipient{}, numbers.Number{}, false
	}
	number, ok := numbers.Parse(to.Address)
	return to, number, ok
}
