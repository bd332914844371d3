// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
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
// demands of templates, and nothing else. It returns nil for a kind that the message model does not have.
func Minimal(f *Facts, kind string) *message.Message { return sample.Minimal(kind, f.SampleOptions()) }

// AnyKind returns the simplest declared kind: text if it is declared. It returns "" if no kind is declared.
func (f *Facts) AnyKind() string {
	for _, kind := range Kinds() {
		if f.Declares(kind) {
			return kind
		}
	}
	return ""
}
