// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package adminapi

import (
	"cmp"
	"context"
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/wahost/wahost/core/gateway/keys"
)

// actionReveal is the action of the audit for numbers and texts that somebody saw. It never changes.
const actionReveal = "reveal"

// hidden is in the place of what is not shown.
const hidden = "…"

// Reveal is whether a request asks for numbers and texts.
type Reveal struct {
	Reveal bool `query:"reveal" doc:"Show phone numbers and texts, which are hidden otherwise. The key needs the scope reveal, and the audit has an entry for it."`
}

// reveal lets a caller see numbers and texts, and writes it into the audit before.
func (s *Server) reveal(ctx context.Context, c *caller, in Reveal, object string) error {
	if !in.Reveal {
		return nil
	}
	if !c.key.May(keys.ScopeReveal) {
		return huma.Error403Forbidden("the key \"" + c.key.Name + "\" lacks the scope to see numbers and texts: " + string(keys.ScopeReveal))
	}
	return s.audited(ctx, c, actionReveal, object, "")
}

// maskAddress hides an address but for its ends, which tell people apart who look at the same list.
func maskAddress(address string) string {
	const head, tail = 3, 2
	if len(address) < 2*(head+tail) {
		if address == "" {
			return ""
		}
		return hidden
	}
	return address[:head] + hidden + address[len(address)-tail:]
}

// numbers are what may be phone numbers in a text.
var numbers = regexp.MustCompile(`\+?[0-9][0-9 ().-]{5,}[0-9]`)

// maskText hides what may be a phone number in a text of a vendor, and the texts of the message that it is about.
func maskText(text string, secrets []string) string {
	for _, s := range secrets {
		text = strings.ReplaceAll(text, s, hidden)
	}
	return numbers.ReplaceAllString(text, hidden)
}

// mask hides numbers, and the texts of a message.
func (f *Failure) mask(secrets []string) *Failure {
	if f == nil {
		return nil
	}
	masked := *f
	masked.VendorMessage, masked.Detail = maskText(f.VendorMessage, secrets), maskText(f.Detail, secrets)
	return &masked
}

// hide leaves out the texts of the vendor, of which it is not known whether they have the texts of the message in them.
func (f *Failure) hide() *Failure {
	if f == nil {
		return nil
	}
	return &Failure{Reason: f.Reason, VendorCode: f.VendorCode}
}

// mask hides numbers and texts.
func (m *Message) mask() { m.To, m.Failure = maskAddress(m.To), m.Failure.hide() }

// mask hides numbers and texts.
func (d *MessageDetail) mask() {
	secrets := textsOf(d.Content)
	d.To, d.Failure = maskAddress(d.To), d.Failure.mask(secrets)
	for i := range d.History {
		d.History[i].Failure = d.History[i].Failure.mask(secrets)
	}
	d.Content = nil
}

// mask hides numbers and texts.
func (e *Event) mask() {
	e.To, e.From, e.Failure, e.Content = maskAddress(e.To), maskAddress(e.From), e.Failure.hide(), nil
}

// shortText is the length in bytes below which a text of a message says nothing by itself, as the name of a type.
const shortText = 4

// textsOf returns the texts that a message consists of, the longest first.
func textsOf(content json.RawMessage) []string {
	var value any
	if json.Unmarshal(content, &value) != nil {
		return nil
	}
	var texts []string
	var walk func(any)
	walk = func(value any) {
		switch value := value.(type) {
		case string:
			if len(value) >= shortText {
				texts = append(texts, value)
			}
		case []any:
			for _, v := range value {
				walk(v)
			}
		case map[string]any:
			for name, v := range value {
				if name != "type" && name != "messaging_product" && name != "recipient_type" {
					walk(v)
				}
			}
		}
	}
	walk(value)
	// A text may be a part of another one, which would not be found once the part is hidden.
	slices.SortStableFunc(texts, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	return texts
}
