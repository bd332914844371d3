// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"slices"
	"strings"
	"sync"

	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/sample"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/provider"
)

// Facts are the provider's declarations and its vendor's dialect. Checks are planned from them alone. No option adds or
// removes a capability. Facts do not change during a run.
type Facts struct {
	// File is the name of the provider's file without its folder. It is empty if somebody else started the provider.
	File     string
	Metadata provider.Metadata
	Schema   provider.Schema
	// SendStream is set if the provider serves sends over a stream.
	SendStream bool
	// Capabilities are those of a channel that was opened with the dialect's configuration.
	Capabilities capability.Capabilities
	Dialect      *dialect.Dialect
	// Unopened is the reason why no channel could be opened, so that no capability is declared. It is empty if a
	// channel was opened.
	Unopened string
	// BadSchema is the reason why the provider's schema cannot be used, so that nothing else can be tested. It is empty
	// if the schema can be used.
	BadSchema string

	limitsOnce sync.Once
	limits     *message.Limits
}

// Declares reports whether a kind of message is declared.
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

// KindsOf returns the declared kinds of message with which the vendor's refusals of an error row are tried: one of any kind if the
// vendor refuses all kinds in the same way, and each kind that the row is about otherwise.
func (f *Facts) KindsOf(row dialect.Error) []string {
	var kinds []string
	for _, k := range f.Capabilities.Kinds {
		if len(row.Kinds) == 0 || slices.Contains(row.Kinds, k.Kind) {
			kinds = append(kinds, k.Kind)
		}
	}
	if len(row.Kinds) == 0 && len(row.Answers) == 0 && len(kinds) > 1 {
		return []string{f.AnyKind()}
	}
	return kinds
}

// NeedsKindsOf returns a Check.Needs for checks that need a declared kind of message that an error row is about.
func NeedsKindsOf(row dialect.Error) func(*Facts) string {
	return func(f *Facts) string {
		if len(f.KindsOf(row)) > 0 {
			return ""
		}
		if len(row.Kinds) == 0 {
			return NeedsAnyKind(f)
		}
		return strings.Join(row.Kinds, " or ")
	}
}

// Limits returns the limits of the channel: the documented ones with the declared differences. The capabilities must not
// change after the first call.
func (f *Facts) Limits() *message.Limits {
	f.limitsOnce.Do(func() { f.limits = message.DefaultLimits().With(f.Capabilities.Limits...) })
	return f.limits
}

// NeedsKind returns a Check.Needs for checks that need a declared kind of message.
func NeedsKind(kind string) func(*Facts) string {
	return func(f *Facts) string {
		if f.Declares(kind) {
			return ""
		}
		return kind
	}
}

// NeedsAnyKind is a Check.Needs for checks that need at least one declared kind of message.
func NeedsAnyKind(f *Facts) string {
	if len(f.Capabilities.Kinds) == 0 {
		return "any kind of message"
	}
	return ""
}

// NeedsWebhooks is a Check.Needs for checks that need webhooks.
func NeedsWebhooks(f *Facts) string {
	if f.Capabilities.Webhooks {
		return ""
	}
	return "webhooks"
}

// Never returns a Check.Needs for a capability that the provider protocol cannot express, so that no provider can
// declare it.
func Never(capability string) func(*Facts) string {
	return func(*Facts) string { return capability }
}

// Kinds returns all kinds of message in the message model, declared or not.
func Kinds() []string { return sample.Kinds() }
