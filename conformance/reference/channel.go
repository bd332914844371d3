// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"google.golang.org/protobuf/proto"

	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/vendorhttp"
	"github.com/wahost/wahost/sdk/webhook"
)

const (
	// sendPath is the path of acme's call for messages.
	sendPath = "/v1/messages"
	// maxRecipients is acme's limit of recipients per request.
	maxRecipients = 50
	// maxConcurrency is how many requests acme takes at a time.
	maxConcurrency = 64
	// maxTemplateRecipients is acme's limit for templates.
	maxTemplateRecipients = 20
	// missingField is the one field that acme has no place for.
	missingField = "template.components[*].parameters[*].location.address"
	// maxReference is the largest size in bytes of a caller's reference that acme carries.
	maxReference = 512
	// keyHeader carries the idempotency key of the API's second generation. It is not called Idempotency-Key, because
	// net/http, which the mutants' relays use, repeats requests with that header after a broken connection.
	keyHeader = "X-Acme-Request-Key"
)

type channel struct {
	account    *account
	id, sender string
	// callback is the URL that acme calls about each message; empty means the URL in acme's console.
	callback string
	settings settings
	refused  atomic.Bool
	health   chan struct{}
}

var mediaHeaders = []string{"text", "image", "video", "document"}

func (c *channel) Capabilities() capability.Capabilities {
	caps := capability.Capabilities{
		Kinds: []capability.Kind{
			{Kind: message.KindText},
			{
				Kind: message.KindTemplate, HeaderKinds: append(slices.Clone(mediaHeaders), "location"),
				ButtonKinds:    []string{"url", "quick_reply", "copy_code", "flow", "catalog", "mpm"},
				ParameterTypes: []string{"text", "currency", "date_time"}, NamedParameters: true,
				Components: []string{"carousel", "limited_time_offer"}, MaxRecipients: maxTemplateRecipients,
				MissingFields: []string{missingField},
			},
			{Kind: message.KindImage}, {Kind: message.KindVideo}, {Kind: message.KindAudio}, {Kind: message.KindDocument},
			{Kind: message.KindSticker}, {Kind: message.KindLocation}, {Kind: message.KindContacts}, {Kind: message.KindReaction}, {Kind: message.KindPin},
			{Kind: message.KindList, HeaderKinds: []string{"text"}},
			{Kind: message.KindButton, HeaderKinds: mediaHeaders},
			{Kind: message.KindProduct},
			{Kind: message.KindProductList, HeaderKinds: []string{"text"}},
			{Kind: "cta_url", HeaderKinds: mediaHeaders}, {Kind: "flow", HeaderKinds: mediaHeaders}, {Kind: "catalog_message"},
		},
		RecipientKinds:  []message.RecipientKind{message.RecipientPhone, message.RecipientUser, message.RecipientGroup},
		MediaSources:    []capability.MediaSource{capability.MediaByLink, capability.MediaByID},
		MaxConcurrency:  maxConcurrency,
		Scheduling:      true,
		TextVariables:   true,
		ReplyContext:    true,
		Statuses:        []outcome.Status{outcome.StatusSent, outcome.StatusDelivered, outcome.StatusRead, outcome.StatusPlayed, outcome.StatusFailed},
		InboundTypes:    webhook.Types(),
		ReferenceLength: maxReference,
		IDScope:         capability.IDPerRecipient,
	}
	if c.account.mutant.capabilities != nil {
		c.account.mutant.capabilities(&caps)
	}
	return caps
}

// MaxRecipients returns acme's limit of recipients per request.
func (c *channel) MaxRecipients() int { return maxRecipients }

// Send sends one message like SendGroup.
func (c *channel) Send(ctx context.Context, req provider.SendRequest) outcome.Outcome {
	group := provider.GroupRequest{Message: req.Message, Deliveries: []message.Delivery{{DeliveryID: req.DeliveryID, To: req.To}}, Options: req.Options}
	return c.SendGroup(ctx, group)[0]
}

// SendGroup makes one request and returns an outcome for each recipient.
func (c *channel) SendGroup(ctx context.Context, req provider.GroupRequest) []outcome.Outcome {
	outcomes := c.sendAll(ctx, req)
	for i := range outcomes {
		if outcomes[i].Rejected == nil {
			outcomes[i].IgnoredFields = append(outcomes[i].IgnoredFields, missing(req.Message)...)
		}
	}
	if m := c.account.mutant.outcomes; m != nil {
		outcomes = m(ctx, c, req, outcomes)
	}
	for _, o := range outcomes {
		c.learn(o)
	}
	return outcomes
}

// sendAll sends a group with one request.
func (c *channel) sendAll(ctx context.Context, req provider.GroupRequest) []outcome.Outcome {
	if !c.account.mutant.loops {
		return c.send(ctx, req)
	}
	var outcomes []outcome.Outcome
	for _, d := range req.Deliveries {
		outcomes = append(outcomes, c.send(ctx, provider.GroupRequest{Message: req.Message, Deliveries: []message.Delivery{d}})...)
	}
	return outcomes
}

func (c *channel) send(ctx context.Context, req provider.GroupRequest) []outcome.Outcome {
	if c.account.mutant.refuse != nil {
		if o := c.account.mutant.refuse(req.Message); o != nil {
			return each(req.Deliveries, *o)
		}
	}
	if m := c.account.mutant; m.accept != nil && m.acceptKind == req.Message.Kind() {
		req.Message = proto.CloneOf(req.Message)
		m.accept(req.Message)
	}
	if err := message.Validate(req.Message, nil); err != nil {
		return each(req.Deliveries, invalid(err))
	}
	return c.request(ctx, req)
}

// request makes the vendor request.
func (c *channel) request(ctx context.Context, req provider.GroupRequest) []outcome.Outcome {
	body, err := c.body(req)
	if err != nil {
		return each(req.Deliveries, invalid(err))
	}
	r := vendorhttp.Request{
		Method: http.MethodPost, Path: sendPath, Body: body, ContentType: "application/json", Header: c.authorized(),
	}
	if c.account.api == apiV2 {
		r.Header.Set(keyHeader, idempotencyKey(req.Deliveries))
	}
	if m := c.account.mutant.request; m != nil {
		m(c, &r)
	}
	response, failure := c.account.post(ctx, r)
	if failure != nil {
		return each(req.Deliveries, failure.Outcome())
	}
	return c.classify(response, req.Deliveries)
}

// idempotencyKey returns the key of a set of deliveries. It does not depend on their order.
func idempotencyKey(deliveries []message.Delivery) string {
	var ids []string
	for _, d := range deliveries {
		ids = append(ids, d.DeliveryID)
	}
	slices.Sort(ids)
	sum := sha256.Sum256([]byte(strings.Join(ids, "\n")))
	return hex.EncodeToString(sum[:16])
}

// invalid returns the rejection of a message that is not valid, with its first problem.
func invalid(err error) outcome.Outcome {
	var e *message.InvalidError
	if errors.As(err, &e) && len(e.Problems) > 0 {
		return outcome.Reject(outcome.ReasonInvalidMessage, e.Problems[0].Path, "%s", e.Problems[0].Detail)
	}
	return outcome.Reject(outcome.ReasonInvalidMessage, "", "%s", err)
}

// each returns the same outcome for all deliveries.
func each(deliveries []message.Delivery, o outcome.Outcome) []outcome.Outcome {
	out := make([]outcome.Outcome, 0, len(deliveries))
	for _, d := range deliveries {
		o.DeliveryID = d.DeliveryID
		out = append(out, o)
	}
	return out
}

// body returns the body of acme's request: the message object of the Cloud API, with the sender and the recipients in
// fields beside it.
func (c *channel) body(req provider.GroupRequest) ([]byte, error) {
	data, err := message.Marshal(req.Message)
	if err != nil {
		return nil, err
	}
	var content map[string]any
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	if err := decoder.Decode(&content); err != nil {
		return nil, err
	}
	delete(content, "wahost")
	for _, path := range missing(req.Message) {
		drop(content, path)
	}
	extension := req.Message.GetWahost()
	body := map[string]any{"from": c.sender, "message": content}
	if c.callback != "" {
		body["callback_url"] = c.callback
	}
	if at := extension.GetSendAt(); at != nil {
		body["send_at"] = at.AsTime().Format(time.RFC3339Nano)
	}
	if v := extension.GetVariables(); len(v) > 0 {
		body["variables"] = v
	}
	if v := extension.GetCategory(); v != "" {
		body["category"] = v
	}
	var recipients []any
	for _, d := range req.Deliveries {
		recipients = append(recipients, map[string]any{"type": string(d.To.Kind), "to": d.To.Address, "reference": d.DeliveryID})
	}
	body["recipients"] = recipients
	c.settings.add(body, req.Options)
	if m := c.account.mutant.body; m != nil {
		m(c, req.Message, body)
	}
	var buf bytes.Buffer
	encoder := json.NewEncoder(&buf)
	encoder.SetEscapeHTML(false)
	err = encoder.Encode(body)
	return buf.Bytes(), err
}

// learn updates the health: the channel is unhealthy after a refusal of the credentials, and healthy after an accepted
// message.
func (c *channel) learn(o outcome.Outcome) {
	refused := c.refused.Load()
	switch {
	case o.Accepted != nil:
		refused = false
	case o.Rejected != nil && o.Rejected.Reason == outcome.ReasonUnauthenticated:
		refused = true
	}
	if c.refused.Swap(refused) != refused {
		select {
		case c.health <- struct{}{}:
		default:
		}
	}
}

// WatchHealth reports whether acme accepts the credentials, according to the sends so far.
func (c *channel) WatchHealth(ctx context.Context, report func(healthy bool, detail string)) {
	for {
		if c.refused.Load() {
			detail := "acme refuses the api_key"
			if m := c.account.mutant.health; m != nil {
				detail = m(c, detail)
			}
			report(false, detail)
		} else {
			report(true, "")
		}
		select {
		case <-c.health:
		case <-ctx.Done():
			return
		}
	}
}

// Close removes the channel from the account, unless another one was opened under its id before.
func (c *channel) Close() error {
	c.account.mu.Lock()
	defer c.account.mu.Unlock()
	if c.account.senders[c.id] == c || c.account.mutant.forgetsReopened {
		delete(c.account.senders, c.id)
	}
	return nil
}

func contains(list []string, word string) bool { return slices.Contains(list, word) }
