// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package send

import (
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/sample"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/sdk/message"
)

// dimensions are columns that try many values, numbers of items, combinations and faults for every kind of message. What
// they try is generated from the seed of the run, the declared capabilities and the message model.
var dimensions = []column{
	{
		Check: suite.Check{
			ID: "at-most-once", Level: report.Cap, Slow: true,
			Requirement: "Whatever becomes of the answer, the vendor gets a message of kind KIND at most once, small or large, for one recipient or for several, and a lost answer is an unknown outcome.",
			Control:     "Without a fault the same message is accepted.",
			Note:        "Groups are tried if several recipients are declared for the kind.",
		},
		kindKills: map[string][]string{
			message.KindText: {"resends-large-bodies", "resends-groups"}, message.KindSticker: {"resends-the-second-time"},
			message.KindTemplate: {"resends-templates", "safe-after-lost-template"}, message.KindDocument: {"resends-documents"},
			message.KindContacts: {"resends-contacts-after-silence"}, message.KindReaction: {"resends-reactions-after-504"},
			message.KindList: {"accepts-lost-lists"}, message.KindLocation: {"resends-cut-answers"},
		},
		run: kindAtMostOnce,
	},
	{
		Check: suite.Check{
			ID: "values", Level: report.Cap, Slow: true,
			Requirement: "Texts in a message of kind KIND that look like numbers, words of JSON, escapes or placeholders, or are in any script, arrive as the same texts.",
			Control:     "The same message with other texts is accepted.",
		},
		kindKills: map[string][]string{
			message.KindText: {"spells-out-exponents", "numbers-for-texts", "drops-joiners", "foreign-digits-as-latin"}, message.KindVideo: {"booleans-for-texts", "composes-accents"},
			message.KindLocation: {"null-for-texts"}, message.KindTemplate: {"fills-placeholders", "unescapes-parameters", "half-an-amount", "amounts-without-sign", "amounts-as-floats", "straight-quotes"},
			message.KindButton: {"plus-is-space", "one-line-end", "header-files-in-lower-case"}, message.KindImage: {"tidies-links"}, message.KindDocument: {"trims-file-names"},
		},
		run: values,
	},
	{
		Check: suite.Check{
			ID: "long-values", Level: report.Cap, Slow: true,
			Requirement: "Each text in a message of kind KIND for which no limit is declared is carried whole or refused if it is long.",
			Control:     "The same message with short texts is accepted.",
		},
		kindKills: map[string][]string{
			message.KindDocument: {"cuts-file-names"}, message.KindImage: {"cuts-links"}, message.KindTemplate: {"cuts-parameters"},
			message.KindReaction: {"cuts-message-ids"}, message.KindAudio: {"cuts-references"},
		},
		run: long,
	},
	{
		Check: suite.Check{
			ID: "counts", Level: report.Cap, Slow: true,
			Requirement: "Of everything that may repeat in a message of kind KIND one, three and the largest number arrive, each with its own content and in order.",
			Control:     "The message with the usual numbers of items is accepted.",
		},
		kindKills: map[string][]string{
			message.KindTemplate: {"ten-parameters", "sorts-parameters"}, message.KindContacts: {"two-contacts", "two-phones", "keeps-two-of-everything"},
			message.KindList: {"eight-rows", "swaps-the-third-section"}, message.KindButton: {"swaps-the-third-button"},
			message.KindProductList: {"twenty-products"},
		},
		run: counts,
	},
	{
		Check: suite.Check{
			ID: "pairs", Level: report.Cap, Slow: true,
			Requirement: "Every two optional fields and options of a message of kind KIND arrive together, and neither depends on the absence of the other.",
			Control:     "The message without optional fields is accepted.",
		},
		kindKills: map[string][]string{
			message.KindAudio: {"context-or-reference"}, message.KindTemplate: {"category-or-schedule"}, message.KindText: {"preview-or-context", "priority-or-schedule"}, message.KindButton: {"footer-or-header"}, message.KindContacts: {"title-or-no-birthday"},
			message.KindDocument: {"caption-or-reference"},
		},
		run: pairs,
	},
	{
		Check: suite.Check{
			ID: "schedule", Level: report.Cap,
			Requirement: "The time at which a message of kind KIND is to be sent reaches the vendor to the second, or as the next minute if the vendor's times have no seconds.",
			Control:     "The message without a time is accepted.",
		},
		kindKills: map[string][]string{
			message.KindText: {"whole-minutes"}, message.KindTemplate: {"drops-schedules"}, message.KindImage: {"schedules-in-local-time"},
		},
		needs: needsScheduling,
		run:   schedule,
	},
}

// columns returns all columns of the matrix.
func columns() []column { return append(append([]column(nil), matrix...), dimensions...) }

// full returns one full message of a kind. The header is drawn from the declared ones.
func full(e *suite.Env, kind string) *message.Message {
	o := e.Facts().SampleOptions()
	headers := o.Headers(kind)
	return sample.Full(kind, headers[e.Rand().IntN(len(headers))], o)
}

func needsScheduling(f *suite.Facts) string {
	if f.Capabilities.Scheduling {
		return ""
	}
	return "scheduling"
}
