// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package webhook holds the checks of what a provider makes of a vendor's calls: which it believes, and what it
// reads in them.
package webhook

import (
	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/suite"
)

// Checks returns the checks of this group.
func Checks(*suite.Facts) []suite.Check {
	return append(trust(), reading()...)
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

// anyEvent names the first event: for checks that look at the proof and not at the content.
func anyEvent(e *suite.Env) string { return e.Dialect().Webhook.Events[0].Name }

// eventsOf lists the events that a function picks.
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
