// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"slices"

	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/sample"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/provider"
)

// Facts are what the provider says of itself, and its vendor as data. Checks are planned from them alone; nothing an
// operator says adds or removes a capability. They do not change during a run.
type Facts struct {
	Metadata provider.Metadata
	Schema   provider.Schema
	// Capabilities are those of a channel that was opened with the dialect's configuration.
	Capabilities capability.Capabilities
	Dialect      *dialect.Dialect
	// Unopened says why no channel could be opened, and so nothing is declared; empty where one was.
	Unopened string
	// BadSchema says why the schema that the provider served cannot be used, and so nothing else can be tested; empty
	// where it can.
	BadSchema string
}

// Declares reports whether the kind of message is declared.
func (f *Facts) Declares(kind string) bool {
	_, ok := f.Kind(kind)
	return ok
}

// Kind returns what is declared for a kind of message.
func (f *Facts) Kind(kind string) (capability.Kind, bool) {
	i := slices.IndexFunc(f.Capabilities.Kinds, func(k capability.Kind) bool { return k.Kind == kind })
	if i < 0 {
		return capability.Kind{}, false
	}
	return f.Capabilities.Kinds[i], true
}

// Limits is the table that applies to the channel: the documented one with the declared differences.
func (f *Facts) Limits() *message.Limits {
	return message.DefaultLimits().With(f.Capabilities.Limits...)
}

// NeedsKind is a Check.Needs: the kind of message must be declared.
func NeedsKind(kind string) func(*Facts) string {
	return func(f *Facts) string {
		if f.Declares(kind) {
			return ""
		}
		return kind
	}
}

// NeedsAnyKind is a Check.Needs: one kind of message at least must be declared.
func NeedsAnyKind(f *Facts) string {
	if len(f.Capabilities.Kinds) == 0 {
		return "any kind of message"
	}
	return ""
}

// NeedsWebhooks is a Check.Needs.
func NeedsWebhooks(f *Facts) string {
	if f.Capabilities.Webhooks {
		return ""
	}
	return "webhooks"
}

// Never is a Check.Needs for what the provider protocol has no words for, so that no provider can declare it.
func Never(capability string) func(*Facts) string {
	return func(*Facts) string { return capability }
}

// Kinds returns every kind of message that the model has, declared or not.
func Kinds() []string { return sample.Kinds() }
