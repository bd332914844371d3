// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/wahost/wahost/sdk/message"
)

// schemaMutants have wrong rules in their schemas, or do not keep the rules for the options of a message.
var schemaMutants = []Mutant{
	{Name: "pattern-that-is-wrong", Defect: "the pattern of an argument is not a regular expression", tamper: editAttribute("channel", "region", func(a protoreflect.Message) {
		a.Set(field(a, "pattern"), protoreflect.ValueOfString("[a-z"))
	})},
	{Name: "conflicts-with-nobody", Defect: "an argument conflicts with one that does not exist", tamper: editAttribute("channel", "region", func(a protoreflect.Message) {
		list := a.Mutable(field(a, "conflicts_with")).List()
		list.Append(protoreflect.ValueOfString("zone"))
	})},
	{Name: "requires-an-option", Defect: "an option of a message is required", tamper: editAttribute("options", "ttl", func(a protoreflect.Message) {
		a.Set(field(a, "required"), protoreflect.ValueOfBool(true))
	})},
	{Name: "undescribed-block", Defect: "a nested block has no description", tamper: sent("GetSchemaResponse", func(m protoreflect.Message) {
		eachOf(sub(m, "channel"), "blocks", func(b protoreflect.Message) { b.Clear(field(b, "description")) })
	})},
	{Name: "falls-over-conflict", Defect: "two arguments that must not be set together end the process", tamper: sent("ValidateChannelConfigResponse", func(m protoreflect.Message) {
		eachOf(m, "diagnostics", func(d protoreflect.Message) {
			if text(d, "summary") == "Conflicting arguments" {
				fall("there is no region in a pool")
			}
		})
	})},
	{Name: "blames-another-argument", Defect: "a value that the schema forbids is reported at another argument", tamper: sent("ValidateChannelConfigResponse", func(m protoreflect.Message) {
		eachOf(m, "diagnostics", func(d protoreflect.Message) {
			eachOf(d, "path", func(step protoreflect.Message) {
				if text(step, "name") == "region" {
					step.Set(field(step, "name"), protoreflect.ValueOfString("sender"))
				}
			})
		})
	})},
	{Name: "drops-option", Defect: "an option of a message is not sent", body: func(_ *channel, _ *message.Message, body map[string]any) {
		delete(body, "priority")
	}},
	{Name: "sends-foreign-options", Defect: "the options of another vendor are sent as the reference", tamper: receivedSends(func(m protoreflect.Message) {
		eachOf(m, "batches", func(b protoreflect.Message) {
			msg, _ := b.Get(field(b, "message")).Message().Interface().(*message.Message)
			for name, options := range msg.GetWahost().GetVendor().GetFields() {
				if name != "acme" {
					msg.BizOpaqueCallbackData = options.String()
				}
			}
		})
	})},
	{Name: "ignores-unknown-option", Defect: "an option that does not exist is accepted", tamper: receivedSends(func(m protoreflect.Message) {
		eachOf(m, "batches", func(b protoreflect.Message) {
			msg, _ := b.Get(field(b, "message")).Message().Interface().(*message.Message)
			options := msg.GetWahost().GetVendor().GetFields()["acme"].GetStructValue().GetFields()
			for name := range options {
				if name != "priority" && name != "ttl" {
					delete(options, name)
				}
			}
		})
	})},
}
