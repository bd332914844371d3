// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package inbound

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
)

// record keeps the events of a webhook. It returns when they are durable.
func (s *Server) record(ctx context.Context, p place, events []provider.Event, a *Access) error {
	var statuses []store.Event
	var messages []store.Inbound
	for i := range events {
		e := &events[i]
		switch channel := cmp.Or(e.ChannelID, p.channel); {
		case e.DeliveryStatus != nil:
			statuses = append(statuses, s.status(p.provider, e))
		case e.InboundMessage != nil:
			messages = append(messages, s.message(p.provider, channel, e))
		case e.TemplateStatus != nil:
			t := e.TemplateStatus
			s.Log.Info("a template has a new status", "provider", p.provider, "channel", channel, "template", t.TemplateName, "language", t.Language, "status", t.Status, "reason", t.Reason)
		case e.ChannelNotice != nil:
			s.Log.Warn("a vendor sent a notice about a number", "provider", p.provider, "channel", channel, "kind", e.ChannelNotice.Kind, "detail", e.ChannelNotice.Detail)
		}
	}
	if len(statuses) > 0 {
		results, err := s.Recorder.Events(ctx, statuses)
		if err != nil {
			return fmt.Errorf("record %d statuses: %w", len(statuses), err)
		}
		for _, r := range results {
			if r.Effect == store.Duplicate {
				a.Repeated++
			} else {
				a.Statuses++
			}
		}
	}
	if len(messages) > 0 {
		fresh, err := s.Recorder.Receive(ctx, messages)
		if err != nil {
			return fmt.Errorf("record %d messages: %w", len(messages), err)
		}
		for _, isNew := range fresh {
			if isNew {
				a.Messages++
			} else {
				a.Repeated++
			}
		}
	}
	if a.Statuses+a.Messages > 0 && s.Recorded != nil {
		s.Recorded()
	}
	return nil
}

// status returns a status as the store keeps it.
func (s *Server) status(scope string, e *provider.Event) store.Event {
	out := store.Event{
		Scope: scope, Key: e.ID, At: e.Time, VendorID: cmp.Or(e.Correlation.ProviderMessageID, e.Correlation.WAMID),
		Recipient: e.Correlation.Recipient.Address, Status: e.DeliveryStatus.Status, Raw: e.Raw,
	}
	if out.At.IsZero() {
		out.At = s.Now()
	}
	// A reference may also be that of an application, which vendors carry as well.
	if reference := e.Correlation.Reference; reference != "" {
		if _, _, err := ids.ParseAttempt(reference); err == nil {
			out.Attempt = reference
		}
	}
	if r := e.DeliveryStatus.Error; r != nil && out.Status == outcome.StatusFailed {
		out.Failure = store.Failure{Reason: string(r.Reason), VendorCode: r.VendorCode, VendorMessage: r.VendorMessage, Detail: r.Detail}
	}
	return out
}

// message returns an inbound message as the store keeps it.
func (s *Server) message(scope, channel string, e *provider.Event) store.Inbound {
	m := e.InboundMessage
	out := store.Inbound{
		ID: ids.New(), Scope: scope, Key: e.ID, Channel: channel, At: e.Time, From: m.From, Recipient: m.To,
		ProfileName: m.ProfileName, Message: m.Message,
	}
	if out.At.IsZero() {
		out.At = s.Now()
	}
	var object struct {
		ID   string `json:"id"`
		Text struct {
			Body string `json:"body"`
		} `json:"text"`
	}
	if json.Unmarshal(m.Message, &object) == nil {
		out.MessageID = object.ID
	}
	if s.Number != nil {
		out.Sender = s.Number(channel)
	}
	if s.Wish != nil {
		out.Wish = s.Wish(out.Sender, object.Text.Body)
	}
	return out
}
