// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package webhook holds the checks of how a provider handles a vendor's calls: which it accepts as authentic, and how
// it reads them.
package webhook

import (
	"slices"

	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/suite"
)

// Checks returns the checks of this group.
func Checks(*suite.Facts) []suite.Check {
	return slices.Concat(trust(), exact(), reading(), kept(), reopening())
}

// needs returns a Check.Needs: the provider must declare webhooks, the dialect must have events and, if has is not nil,
// what missing names.
func needs(missing string, has func(*suite.Facts) bool) func(*suite.Facts) string {
	return func(f *suite.Facts) string {
		switch {
		case suite.NeedsWebhooks(f) != "":
			return suite.NeedsWebhooks(f)
		case len(f.Dialect.Webhook.Events) == 0:
			return "webhook events in the dialect"
		case has != nil && !has(f):
			return missing
		}
		return ""
	}
}

// anyEvent returns the name of the first event, for checks of the proof and not of the content.
func anyEvent(e *suite.Env) string { return e.Dialect().Webhook.Events[0].Name }

// eventsOf returns the events for which a function returns true.
func eventsOf(d *dialect.Dialect, pick func(dialect.Event) bool) []dialect.Event {
	var out []dialect.Event
	for _, ev := range d.Webhook.Events {
		if pick(ev) {
			out = append(out, ev)
		}
	}
	return out
}

func isStatus(ev dialect.Event) bool  { return ev.Status != "" }
func isInbound(ev dialect.Event) bool { return ev.Inbound != "" }
