// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package innopaasapi

import (
	"context"
	"net/http"
	"strings"

	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/carry"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
)

// maxRecipients is the largest number of recipients of a request, documented with recipientNumber.
const maxRecipients = 1000

// maxText is the limit of error code 106, in characters. The table of the field has no limit.
const maxText = 3000

// channel is one sending number.
type channel struct {
	account *Account
	id      string
	wabaID  string
	// number is the sending number in digits.
	number string
	// nested is true if interactive messages are written as the vendor's older examples show them.
	nested bool
}

var mediaHeaders = []string{"text", "image", "video", "document"}

// headerKinds are the types of header by kind of interactive message. The vendor's table allows any header for lists.
// WhatsApp allows only text for lists and product lists, and no header for a product.
var headerKinds = map[string][]string{
	message.KindList:        {"text"},
	message.KindButton:      mediaHeaders,
	message.KindProduct:     nil,
	message.KindProductList: {"text"},
}

var templateOptions = carry.TemplateOptions{
	HeaderKinds: mediaHeaders, ButtonKinds: []string{"url", "copy_code"}, HeaderCaption: true,
}

// templateParts read templates.
var templateParts = carry.MustTemplateRules(templateOptions)

// Capabilities returns what the product carries. The vendor's callbacks have no status "sent".
func (c *channel) Capabilities() capability.Capabilities {
	caps := capability.Capabilities{
		Kinds: []capability.Kind{{
			Kind: message.KindTemplate, HeaderKinds: templateOptions.HeaderKinds,
			ButtonKinds: templateOptions.ButtonKinds, ParameterTypes: []string{"text"},
		}},
		RecipientKinds: []message.RecipientKind{message.RecipientPhone},
		MediaSources:   []capability.MediaSource{capability.MediaByLink},
		Statuses:       []outcome.Status{outcome.StatusDelivered, outcome.StatusRead, outcome.StatusFailed},
		IDScope:        capability.IDPerRequest,
	}
	if c.account.product.MarketingLite {
		caps.TemplateCategories = []string{message.CategoryMarketing}
		return caps
	}
	for _, kind := range []string{
		message.KindText, message.KindImage, message.KindVideo, message.KindAudio, message.KindDocument,
		message.KindSticker, message.KindLocation, message.KindContacts,
		message.KindList, message.KindButton, message.KindProduct, message.KindProductList,
	} {
		caps.Kinds = append(caps.Kinds, capability.Kind{Kind: kind, HeaderKinds: headerKinds[kind]})
	}
	caps.InboundTypes = inboundTypes
	caps.Limits = []message.Limit{{
		Kind: message.KindText, Path: "text.body", Maximum: maxText, Unit: message.UnitCharacters,
		Source: "InnoPaaS error code 106: text of more than 3000 characters",
	}}
	return caps
}

// Close removes the channel from its account.
func (c *channel) Close() error {
	c.account.mu.Lock()
	defer c.account.mu.Unlock()
	if c.account.channels[c.id] == c {
		delete(c.account.channels, c.id)
	}
	return nil
}

// MaxRecipients returns the vendor's limit for one request.
func (c *channel) MaxRecipients() int { return maxRecipients }

// Send makes one request for one recipient. The delivery id is sent as uid, and webhooks return it.
func (c *channel) Send(ctx context.Context, req provider.SendRequest) outcome.Outcome {
	e := c.encoder()
	digits, err := e.Digits(req.To)
	if err != nil {
		return carry.OutcomeOf(err)
	}
	body, err := e.encode(req.Message)
	if err != nil {
		return carry.OutcomeOf(err)
	}
	body.UID, body.RecipientNumber = req.DeliveryID, digits
	result, id := c.submit(ctx, body, 1)
	result.IgnoredFields = e.Ignored
	if result.Accepted != nil {
		result.Accepted.ProviderMessageID = id
	}
	return result
}

// SendGroup makes one request for all recipients. The vendor documents one id for the whole request, and each status
// webhook names the recipient. The uid is the id of the first delivery that is sent.
func (c *channel) SendGroup(ctx context.Context, req provider.GroupRequest) []outcome.Outcome {
	outcomes := make([]outcome.Outcome, len(req.Deliveries))
	e := c.encoder()
	body, err := e.encode(req.Message)
	if err != nil {
		for i, d := range req.Deliveries {
			outcomes[i] = carry.OutcomeOf(err)
			outcomes[i].DeliveryID = d.DeliveryID
		}
		return outcomes
	}
	var numbers strings.Builder
	numbers.Grow(len("491511234567890,") * len(req.Deliveries))
	recipients := 0
	for i := range req.Deliveries {
		d := &req.Deliveries[i]
		digits, err := e.Digits(d.To)
		if err != nil {
			outcomes[i] = carry.OutcomeOf(err)
			outcomes[i].DeliveryID = d.DeliveryID
			continue
		}
		if recipients == 0 {
			body.UID = d.DeliveryID
		} else {
			numbers.WriteByte(',')
		}
		numbers.WriteString(digits)
		recipients++
	}
	if recipients == 0 {
		return outcomes
	}
	body.RecipientNumber = numbers.String()
	shared, id := c.submit(ctx, body, recipients)
	shared.IgnoredFields = e.Ignored
	// A callback has the uid that the deliveries share, also where the answer to the request was lost.
	switch uid := []string{body.UID}; {
	case shared.Accepted != nil:
		shared.Accepted.GroupID, shared.Accepted.Aliases = id, uid
	case shared.Unknown != nil:
		shared.Unknown.GroupID, shared.Unknown.Aliases = id, uid
	}
	for i := range req.Deliveries {
		if outcomes[i].Rejected == nil {
			shared.DeliveryID = req.Deliveries[i].DeliveryID
			outcomes[i] = shared
		}
	}
	return outcomes
}

func (c *channel) submit(ctx context.Context, body submission, recipients int) (outcome.Outcome, string) {
	response, failure := c.account.client.PostJSON(ctx, c.account.path, body)
	if failure != nil {
		return failure.Outcome(), ""
	}
	o, id := classify(response, recipients, c.account.client.Redact)
	if response.Status == http.StatusNotFound && c.account.product.MarketingLite && o.Rejected != nil && o.Rejected.Reason == outcome.ReasonMisconfigured {
		o.Rejected.Detail += " and the argument send_path"
	}
	return o, id
}

func (c *channel) encoder() *encoder {
	return &encoder{Fields: carry.Fields{Vendor: vendor}, channel: c}
}
