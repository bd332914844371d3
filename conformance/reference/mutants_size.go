// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"bytes"
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"
)

// sizeMutants return values that a host cannot use, because they are too large, too deep or not valid. Each must be
// found, and must not cost the host much memory or time.
var sizeMutants = []Mutant{
	{Name: "type-that-is-impossible", Defect: "the type of an argument has an optional attribute that does not exist",
		tamper: editAttribute("provider", "endpoint", retype(`["object",{"a":"bool"},["b"]]`))},
	{Name: "type-that-is-bottomless", Defect: "the type of an argument is nested 5000 levels deep",
		tamper: editAttribute("provider", "timeout", retype(strings.Repeat(`["list",`, 5000)+`"string"`+strings.Repeat(`]`, 5000)))},
	{Name: "default-beyond-reason", Defect: "the default of an argument is a number of 333333340 digits",
		tamper: editAttribute("provider", "timeout", func(a protoreflect.Message) {
			retype(`"number"`)(a)
			a.Set(field(a, "default_value"), protoreflect.ValueOfBytes([]byte("1e333333339")))
		})},
	{Name: "trusts-encoded-sizes", Defect: "memory is reserved for as many values as an encoded configuration claims to have",
		tamper: func(m protoreflect.Message, sending bool) {
			if name := m.Descriptor().Name(); sending || name != "ValidateProviderConfigRequest" && name != "ValidateChannelConfigRequest" {
				return
			}
			// The header of a list of 2^32-1 values.
			if bytes.HasPrefix(m.Get(field(m, "config")).Bytes(), []byte{0xdd, 0xff, 0xff, 0xff, 0xff}) {
				fall("out of memory")
			}
		}},
	{Name: "id-beyond-reason", Defect: "the vendor's id is reported with a megabyte appended", tamper: editID(func(id string) string {
		return id + strings.Repeat("x", 1<<20)
	})},
	{Name: "id-not-utf8", Defect: "the vendor's id is reported in an encoding other than UTF-8", tamper: editID(func(string) string {
		return standIn
	})},
}

// standIn is replaced in encoded messages by notUTF8, which has the same length and which protobuf does not encode.
const (
	standIn = "acme-in-latin-1"
	notUTF8 = "acme-in-l\xe4tin-1"
)

// retype returns an edit that replaces the type of an argument and removes its default.
func retype(typ string) func(protoreflect.Message) {
	return func(a protoreflect.Message) {
		a.Set(field(a, "type"), protoreflect.ValueOfBytes([]byte(typ)))
		a.Clear(field(a, "default_value"))
	}
}

// editID returns a hook that changes the ids of accepted messages.
func editID(change func(string) string) func(protoreflect.Message, bool) {
	return func(m protoreflect.Message, sending bool) {
		for list, i := outcomesOf(m, sending), 0; list != nil && i < list.Len(); i++ {
			if o := list.Get(i).Message(); o.Has(field(o, "accepted")) {
				accepted := sub(o, "accepted")
				name := field(accepted, "provider_message_id")
				accepted.Set(name, protoreflect.ValueOfString(change(text(accepted, "provider_message_id"))))
			}
		}
	}
}
