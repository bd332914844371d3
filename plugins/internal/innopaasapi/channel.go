// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package innopaasapi

import (
	"context"
	"strings"

	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/carry"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
)

// maxRecipients of one request: documented with recipientNumber.
const maxRecipients = 1000

// maxText is what error 106 enforces; the field's own table states no limit.
const maxText = 3000

// sender is one channel.
type sender struct {
	account *Account
	id      string
	wabaID  string
	// number is in digits.
	number string
	nested bool
}

var mediaHeaders = []string{"text", "image", "video", "document"}

// headerKinds of the interactive kinds. The vendor's table allows any header for lists; WhatsApp allows text only
// for lists and product lists, and none for a product.
var headerKinds = map[string][]string{
	message.KindList:        {"text"},
	message.KindButton:      mediaHeaders,
	message.KindProduct:     nil,
	message.KindProductList: {"text"},
}

var templateOptions = carry.TemplateOptions{
	HeaderKinds: mediaHeaders, ButtonKinds: []string{"url", "copy_code"}, HeaderCaption: true,
}

// Capabilities: the vendor's callbacks have no status "sent".
func (s *sender) Capabilities() capability.Capabilities {
	c := capability.Capabilities{
		Kinds: []capability.Kind{{
			Kind: message.KindTemplate, HeaderKinds: templateOptions.HeaderKinds,
			ButtonKinds: templateOptions.ButtonKinds, ParameterTypes: []string{"text"},
		}},
		RecipientKinds: []message.RecipientKind{message.RecipientPhone},
		MediaSources:   []capability.MediaSource{capability.MediaByLink},
		Statuses:       []outcome.Status{outcome.StatusDelivered, outcome.StatusRead, outcome.StatusFailed},
		IDScope:        capability.IDPerRequest,
	}
	if s.account.product.MarketingLite {
		c.TemplateCategories = []string{message.CategoryMarketing}
		return c
	}
	for _, kind := range []string{
		message.KindText, message.KindImage, message.KindVideo, message.KindAudio, message.KindDocument,
		message.KindSticker, message.KindLocation, message.KindContacts,
		message.KindList, message.KindButton, message.KindProduct, message.KindProductList,
	} {
		c.Kinds = append(c.Kinds, capability.Kind{Kind: kind, HeaderKinds: headerKinds[kind]})
	}
	c.InboundTypes = inboundTypes
	c.Limits = []message.Limit{{
		Kind: message.KindText, Path: "text.body", Maximum: maxText, Unit: message.UnitCharacters,
		Source: "InnoPaaS error code 106: text of more than 3000 characters",
	}}
	return c
}

// Close forgets the channel.
func (s *sender) Close() error {
	s.account.mu.Lock()
	defer s.account.mu.Unlock()
	if s.account.channels[s.id] == s {
		delete(s.account.channels, s.id)
	}
	return nil
}

// MaxRecipients is the vendor's limit per request.
func (s *sender) MaxRecipients() int { return maxRecipients }

// Send makes one request for one recipient. The delivery id travels as uid, and comes back in webhooks.
func (s *sender) Send(ctx context.Context, req provider.SendRequest) outcome.Outcome {
	e := s.encoder()
	digits, err := e.Digits(req.To)
	if err != nil {
		return carry.OutcomeOf(err)
	}
	body, err := e.encode(req.Message)
	if err != nil {
		return carry.OutcomeOf(err)
	}
	body.UID, body.RecipientNumber = req.DeliveryID, digits
	result, id := s.submit(ctx, body, 1)
	result.IgnoredFields = e.Ignored
	if result.Accepted != nil {
		result.Accepted.ProviderMessageID = id
	}
	return result
}

// SendGroup makes one request for all recipients. The vendor documents one id for the whole request; each status
// webhook then tells the recipient. The uid is the id of the first delivery that is sent.
func (s *sender) SendGroup(ctx context.Context, req provider.GroupRequest) []outcome.Outcome {
	outcomes := make([]outcome.Outcome, len(req.Deliveries))
	e := s.encoder()
	body, err := e.encode(req.Message)
	if err != nil {
		for i, d := range req.Deliveries {
			outcomes[i] = carry.OutcomeOf(err)
			outcomes[i].DeliveryID = d.DeliveryID
		}
		return outcomes
	}
	numbers := make([]string, 0, len(req.Deliveries))
	sent := make([]bool, len(req.Deliveries))
	for i, d := range req.Deliveries {
		digits, err := e.Digits(d.To)
		if err != nil {
			outcomes[i] = carry.OutcomeOf(err)
			outcomes[i].DeliveryID = d.DeliveryID
			continue
		}
		if len(numbers) == 0 {
			body.UID = d.DeliveryID
		}
		numbers = append(numbers, digits)
		sent[i] = true
	}
	if len(numbers) == 0 {
		return outcomes
	}
	body.RecipientNumber = strings.Join(numbers, ",")
	shared, id := s.submit(ctx, body, len(numbers))
	shared.IgnoredFields = e.Ignored
	if shared.Accepted != nil {
		shared.Accepted.GroupID, shared.Accepted.Aliases = id, []string{body.UID}
	}
	for i, d := range req.Deliveries {
		if sent[i] {
			outcomes[i] = shared
			outcomes[i].DeliveryID = d.DeliveryID
		}
	}
	return outcomes
}

func (s *sender) submit(ctx context.Context, body submission, recipients int) (outcome.Outcome, string) {
	response, failure := s.account.client.PostJSON(ctx, s.account.path, body)
	if failure != nil {
		return failure.Outcome(), ""
	}
	return classify(response, recipients, s.account.client.Redact)
}

func (s *sender) encoder() *encoder {
	return &encoder{Fields: carry.Fields{Vendor: vendor}, sender: s}
}
