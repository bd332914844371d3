// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dialect

import (
	"fmt"
	"regexp"
)

// Assumption is a part of a dialect that no document of the vendor confirms.
type Assumption struct {
	// Where is the part, such as `error "bad_number"`, and Source is what the dialect says about it.
	Where, Source string
}

// admitted matches a source that says that the vendor does not document something.
var admitted = regexp.MustCompile(`(?i)\b(not documented|undocumented|neither its .* is documented|is assumed|are assumed|is chosen here|is taken)\b`)

// Assumed returns the parts of the dialect whose source says that the vendor does not document them, in the order of the file.
func (d *Dialect) Assumed() []Assumption {
	out := []Assumption{}
	add := func(source, block, name string) {
		if admitted.MatchString(source) {
			out = append(out, Assumption{Where: fmt.Sprintf("%s %q", block, name), Source: source})
		}
	}
	for _, r := range d.Routes {
		add(r.Source, "route", r.Name)
	}
	for _, e := range d.Errors {
		add(e.Source, "error", e.Name)
	}
	for _, l := range d.Limits {
		add(l.Source, "limit", l.Path)
	}
	for _, m := range d.Maps {
		add(m.Source, "map", m.Kind)
	}
	if c := d.Webhook.Challenge; c != nil {
		add(c.Source, "webhook", "challenge")
	}
	for _, e := range d.Webhook.Events {
		add(e.Source, "event", e.Name)
	}
	return out
}

// Lacks returns what the vendor does not offer, so that no provider for it can be tested for it.
func (d *Dialect) Lacks() []string {
	out := []string{}
	add := func(lacking bool, what string) {
		if lacking {
			out = append(out, what)
		}
	}
	hook := d.Webhook
	add(len(hook.Events) == 0, "webhooks")
	if len(hook.Events) > 0 {
		signed, dated := false, false
		for _, s := range hook.Signatures {
			signed = signed || s.CoversContent()
			dated = dated || s.Window > 0
		}
		add(!signed && len(hook.Secrets) == 0, "authenticated webhooks")
		add(!signed && len(hook.Secrets) > 0, "signed webhooks")
		add(!dated, "protection of webhooks against replay")
	}
	add(!d.Idempotency.Supported, "idempotency keys")
	add(d.Lookup == nil, "a lookup of messages")
	return out
}
