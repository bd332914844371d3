// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/config/lang"
	"github.com/wahost/wahost/core/gateway/policy"
	"github.com/wahost/wahost/core/template"
	"github.com/wahost/wahost/sdk/message"
)

const (
	fromArg           = "from"
	toArg             = "to"
	categoriesArg     = "categories"
	wordsArg          = "words"
	backArg           = "words_back"
	windowArg         = "window"
	windowLanguageArg = "window_language"
	perArg            = "per"
	messagesArg       = "messages"
)

var (
	perWords         = []string{string(policy.PerRecipient), string(policy.PerPrefix), string(policy.PerCountry)}
	windowWords      = []string{"send", "reject"}
	policyCategories = []string{message.CategoryAuthentication, message.CategoryMarketing, message.CategoryService, message.CategoryUtility}
)

var limitBlock = lang.BlockType{
	Type: "limit", Many: true,
	Doc: "Bounds the messages of the sender that have something in common, so that nobody makes an application send codes to numbers that earn money with them. " +
		"A message above the limit is refused, with the time after which to try again. The code is 131056 for a recipient and 130429 otherwise. Counts are lost when the gateway ends.",
	Args: []lang.Argument{
		{Name: perArg, Type: "string", Required: true, Allowed: perWords, Doc: "What they have in common: the recipient, all digits of the number but the last four, or the country of the number."},
		{Name: messagesArg, Type: "string", Required: true, Doc: "How many, such as `\"10/h\"`; the units are `s`, `m`, `h` and `d`. So many are taken at once, and then one each time that a part of the period has passed."},
		{Name: categoriesArg, Type: "list of strings", Default: "all", Doc: "The categories that count.", Allowed: policyCategories},
	},
}

// decodeWindow reads what is done with messages outside of the service window.
func (l *loader) decodeWindow(b *lang.Block, sender *config.GatewaySender) {
	word, name := b.WordOrTemplate(windowArg, "value", windowWords)
	if name == "" {
		sender.RejectOutsideWindow = word == windowWords[1]
		if b.Given(windowLanguageArg) {
			b.Error(b.RangeOf(windowLanguageArg), "Language without a template", fmt.Sprintf("The argument %q is for a template: write %s = template.NAME, or remove it.", windowLanguageArg, windowArg))
		}
		return
	}
	i := slices.IndexFunc(l.templates, func(t template.Template) bool { return t.Name == name })
	if i < 0 {
		return // its block has an error
	}
	t := l.templates[i]
	if len(t.Parameters) > 0 {
		b.Error(b.RangeOf(windowArg), "Template with parameters", fmt.Sprintf("The template %q has parameters, and nothing could fill them in when it is sent in place of a message. Name a template without parameters.", name))
		return
	}
	if language, ok := windowLanguage(b, t); ok {
		sender.WindowTemplate = &config.WindowTemplate{Name: t.Name, Language: language, Category: t.Category}
	}
}

// windowLanguage returns the language in which the template is sent. It returns false after an error.
func windowLanguage(b *lang.Block, t template.Template) (string, bool) {
	languages, chosen := t.Languages(), b.Text(windowLanguageArg)
	known := strings.Join(languages, ", ")
	switch {
	case chosen == "" && len(languages) == 1:
		return languages[0], true
	case len(languages) == 0:
		return "", false // the template has an error
	case chosen == "":
		b.Error(b.RangeOf(windowArg), "Missing language", fmt.Sprintf("The template %q has several languages: %s. Write which one is sent, as %s.", t.Name, known, windowLanguageArg))
		return "", false
	case !template.HasLanguage(languages, chosen):
		b.Error(b.RangeOf(windowLanguageArg), "Unknown language", fmt.Sprintf("The template %q does not have the language %q. It has: %s.", t.Name, chosen, known))
		return "", false
	}
	return chosen, true
}

var quietHoursBlock = lang.BlockType{
	Type: "quiet_hours", Many: true,
	Doc: "A part of each day in which messages wait, in the time zones that the recipient's phone number may be in, and in UTC if the number has none. What is to be sent " +
		"then, also another attempt, is sent when the hours end in all of its zones.",
	Args: []lang.Argument{
		{Name: fromArg, Type: "string", Required: true, Doc: "When the hours begin, such as `\"21:00\"`."},
		{Name: toArg, Type: "string", Required: true, Doc: "When they end, such as `\"08:00\"`."},
		{Name: categoriesArg, Type: "list of strings", Default: "all but `authentication`", Doc: "The categories that wait.", Allowed: policyCategories},
	},
}

var optOutBlock = lang.BlockType{
	Type: "opt_out",
	Doc: "Makes the gateway keep which users opted out: they sent one of the words, as a whole message, to a channel of the sender, or a vendor said so " +
		"with the reason `opted_out`. Messages of the categories to them are " +
		"refused with the code 131050. A template whose category is not known counts as marketing.",
	Args: []lang.Argument{
		{Name: wordsArg, Type: "list of strings", Default: code(policy.DefaultWords().Out...), Doc: "The words that opt out. Case and punctuation do not matter."},
		{Name: backArg, Type: "list of strings", Default: code(policy.DefaultWords().In...), Doc: "The words that opt in again."},
		{Name: categoriesArg, Type: "list of strings", Default: code(message.CategoryMarketing), Doc: "The categories that an opt-out is about.", Allowed: policyCategories},
	},
}

// checkQuietHours adds an error if hours leave no time of day to a category together with those before them.
func checkQuietHours(b *lang.Block, before []policy.QuietHours, hours policy.QuietHours) {
	together := append(slices.Clip(before), hours)
	for _, c := range policyCategories {
		if policy.AlwaysQuiet(together, c) && !policy.AlwaysQuiet(before, c) {
			b.Error(b.RangeOf(fromArg), "Invalid quiet hours", fmt.Sprintf(
				"With the quiet_hours blocks above, these hours leave no time of day for messages of the category %q. Shorten one of them, or name the categories of each.", c))
			return
		}
	}
}

// decodePolicy reads what a sender block says about which messages are sent, and when.
func (l *loader) decodePolicy(blocks hcl.Blocks, sender *config.GatewaySender) {
	for _, hb := range blocks.OfType(limitBlock.Type) {
		b := l.inner(hb, limitBlock)
		b.NotEmpty("Leave the argument out, or name at least one.", categoriesArg)
		limit := config.MessageLimit{Per: b.Word(perArg, "value", perWords), Messages: b.Text(messagesArg), Categories: texts(b.Words(categoriesArg, "category", policyCategories))}
		if limit.Messages != "" {
			if _, err := policy.ParseLimit(limit.Messages); err != nil {
				b.Error(b.RangeOf(messagesArg), "Invalid limit", fmt.Sprintf("The limit cannot be used: %v.", err))
			}
		}
		sender.Limits = append(sender.Limits, limit)
		l.add(b.Diags...)
	}
	var all []policy.QuietHours
	for _, hb := range blocks.OfType(quietHoursBlock.Type) {
		b := l.inner(hb, quietHoursBlock)
		b.NotEmpty("Leave the argument out, or name at least one.", categoriesArg)
		hours := config.QuietHours{From: b.Text(fromArg), To: b.Text(toArg), Categories: texts(b.Words(categoriesArg, "category", policyCategories))}
		if hours.From != "" && hours.To != "" {
			q, err := policy.ParseQuietHours(hours.From, hours.To)
			if err != nil {
				b.Error(b.RangeOf(fromArg), "Invalid quiet hours", fmt.Sprintf("The hours cannot be used: %v.", err))
			} else {
				q.Categories = hours.Categories
				checkQuietHours(b, all, q)
				all = append(all, q)
			}
		}
		sender.QuietHours = append(sender.QuietHours, hours)
		l.add(b.Diags...)
	}
	for i, hb := range blocks.OfType(optOutBlock.Type) {
		if i > 0 {
			l.add(lang.Duplicate(hb.DefRange, "block", fmt.Sprintf("%q", optOutBlock.Type), blocks.OfType(optOutBlock.Type)[0].DefRange))
			continue
		}
		b := l.inner(hb, optOutBlock)
		b.NotEmpty("Leave the argument out, or name at least one.", wordsArg, backArg, categoriesArg)
		known := policy.DefaultWords()
		sender.OptOut = &config.OptOut{Words: known.Out, Back: known.In, Categories: texts(b.Words(categoriesArg, "category", policyCategories))}
		if b.Given(wordsArg) {
			sender.OptOut.Words = texts(b.Texts(wordsArg))
		}
		if b.Given(backArg) {
			sender.OptOut.Back = texts(b.Texts(backArg))
		}
		l.add(b.Diags...)
	}
}
