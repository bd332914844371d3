// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/wahost/wahost/conformance/sample"
	"github.com/wahost/wahost/sdk/message"
)

// SampleOptions returns what messages made for this provider must keep to: its capabilities, and the template that the
// dialect's vendor has.
func (f *Facts) SampleOptions() sample.Options {
	t := f.Dialect.Samples.Template
	return sample.Options{Capabilities: f.Capabilities, Template: t.Name, Language: t.Language, Category: t.Category}
}

// Minimal returns the smallest valid message of a kind, without recipient: what WhatsApp demands, what the dialect
// demands of templates and of the fields of the kind, and nothing else. It returns nil for a kind that the message model does not have.
func Minimal(f *Facts, kind string) *message.Message {
	m := sample.Minimal(kind, f.SampleOptions())
	if m == nil {
		return nil
	}
	for _, path := range f.Required(kind) {
		setText(m.ProtoReflect(), strings.Split(path, "."))
	}
	return m
}

// setText sets a field to a sample, unless it is set already. The dialect has checked that it is a text.
func setText(m protoreflect.Message, path []string) {
	field := m.Descriptor().Fields().ByName(protoreflect.Name(path[0]))
	if len(path) > 1 {
		setText(m.Mutable(field).Message(), path[1:])
		return
	}
	if !m.Has(field) {
		m.Set(field, protoreflect.ValueOfString("Sample"))
	}
}

// Required returns the fields that the vendor needs in messages of a kind, although WhatsApp does not.
func (f *Facts) Required(kind string) []string {
	if declared := f.Dialect.Map(kind); declared != nil {
		return declared.Required
	}
	return nil
}

// AnyKind returns the simplest declared kind: text if it is declared. It returns "" if no kind is declared.
func (f *Facts) AnyKind() string {
	for _, kind := range Kinds() {
		if f.Declares(kind) {
			return kind
		}
	}
	return ""
}
