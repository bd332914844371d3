// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package policy

import (
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// ServiceWindow is how long after an inbound message WhatsApp delivers free-form messages (Meta's page "Customer service windows").
const ServiceWindow = 24 * time.Hour

// WindowAction is what to do with a free-form message outside of the service window.
type WindowAction int

// The actions.
const (
	// WindowReject refuses the message, as WhatsApp would do later.
	WindowReject WindowAction = iota
	// WindowSend sends it all the same, and leaves the decision to WhatsApp.
	WindowSend
	// WindowTemplate sends a template in its place.
	WindowTemplate
)

// WindowPolicy is what a sender does outside of the service window.
type WindowPolicy struct {
	Action WindowAction
	// Template, Language and Category are those of the template for WindowTemplate. It has no parameters.
	Template, Language, Category string
}

// windowOpen reports whether WhatsApp delivers the message now. Templates are always delivered, and groups have no window.
func (f *Facts) windowOpen() bool {
	return f.Template || f.NoInbound || f.To.Kind == message.RecipientGroup ||
		!f.LastInbound.IsZero() && f.Now.Sub(f.LastInbound) < ServiceWindow
}

func outsideWindow(f *Facts) *outcome.Rejected {
	since := "the recipient has never written to this number"
	if !f.LastInbound.IsZero() {
		since = "the recipient wrote last at " + f.LastInbound.UTC().Format(time.RFC3339)
	}
	r := outcome.Reject(outcome.ReasonOutsideServiceWindow, "", "%s, more than 24 hours ago: send a template", since).Rejected
	if f.LastInbound.IsZero() {
		r.Detail = since + ": send a template"
	}
	r.Scope = outcome.ScopeRecipient
	return r
}

// InPlace returns the template message that is sent in place of m.
func (w *WindowPolicy) InPlace(m *message.Message) *message.Message {
	out := &message.Message{
		MessagingProduct: m.GetMessagingProduct(), RecipientType: m.GetRecipientType(), To: m.GetTo(), Recipient: m.GetRecipient(),
		BizOpaqueCallbackData: m.GetBizOpaqueCallbackData(), RecipientIdentityKeyHash: m.GetRecipientIdentityKeyHash(),
		Type:     message.KindTemplate,
		Template: &message.Template{Name: w.Template, Language: &message.Language{Code: w.Language}},
		Wahost:   proto.CloneOf(m.GetWahost()),
	}
	if out.Wahost != nil {
		out.Wahost.Category = "" // the template has one
	}
	return out
}
