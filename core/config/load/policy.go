// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/config/lang"
	"github.com/wahost/wahost/core/gateway/policy"
	"github.com/wahost/wahost/sdk/message"
)

const (
	fromArg       = "from"
	toArg         = "to"
	categoriesArg = "categories"
	wordsArg      = "words"
	backArg       = "words_back"
	windowArg     = "window"
)

var (
	windowWords      = []string{"send", "reject"}
	policyCategories = []string{message.CategoryAuthentication, message.CategoryMarketing, message.CategoryService, message.CategoryUtility}
)

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

// decodePolicy reads what a sender block says about which messages are sent, and when.
func (l *loader) decodePolicy(blocks hcl.Blocks, sender *config.GatewaySender) {
	for _, hb := range blocks.OfType(quietHoursBlock.Type) {
		b := l.inner(hb, quietHoursBlock)
		b.NotEmpty("Leave the argument out, or name at least one.", categoriesArg)
		hours := config.QuietHours{From: b.Text(fromArg), To: b.Text(toArg), Categories: texts(b.Words(categoriesArg, "category", policyCategories))}
		if hours.From != "" && hours.To != "" {
			if _, err := policy.ParseQuietHours(hours.From, hours.To); err != nil {
				b.Error(b.RangeOf(fromArg), "Invalid quiet hours", fmt.Sprintf("The hours cannot be used: %v.", err))
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
