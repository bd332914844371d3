// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/webhook"
)

const (
	signatureHeader = "X-Acme-Signature"
	signaturePrefix = "sha256="
	secretArgument  = "webhook_secret"
	// timeHeader is the header with the time that the second generation of the API signs, in seconds since 1970.
	timeHeader    = "X-Acme-Timestamp"
	timeSeparator = "."
	// window is the largest accepted difference between that time and now, in either direction.
	window = 5 * time.Minute
)

type webhookBody struct {
	Events []json.RawMessage `json:"events"`
}

// webhookStatus is the status of a message in a webhook and in the answer to a lookup. Only a lookup has its time here.
type webhookStatus struct {
	ID        string          `json:"id"`
	WAMID     string          `json:"wamid"`
	To        string          `json:"to"`
	Status    string          `json:"status"`
	Time      json.RawMessage `json:"time"`
	Reference string          `json:"reference"`
	Error     *vendorError    `json:"error"`
}

// webhookEvent is an event of acme. Kind is the name of the content that is set.
type webhookEvent struct {
	ID   string          `json:"id"`
	Time json.RawMessage `json:"time"`
	// Account is the business phone number.
	Account  string          `json:"account"`
	Kind     string          `json:"kind"`
	Status   *webhookStatus  `json:"status"`
	Message  json.RawMessage `json:"message"`
	Profile  string          `json:"profile"`
	Template *struct {
		ID       string `json:"id"`
		Name     string `json:"name"`
		Language string `json:"language"`
		Category string `json:"category"`
		Status   string `json:"status"`
		Reason   string `json:"reason"`
	} `json:"template"`
}

// HandleWebhook checks the signature over the raw body and translates all events.
func (a *account) HandleWebhook(_ context.Context, req provider.WebhookRequest) provider.WebhookResponse {
	if m := a.mutant.webhook; m != nil {
		return m(a, req)
	}
	return a.handle(req)
}

func (a *account) handle(req provider.WebhookRequest) provider.WebhookResponse {
	if req.Method == http.MethodGet {
		return a.challenge(req.URL)
	}
	if problem := a.verify(req); problem != "" {
		return provider.WebhookResponse{Problem: problem}
	}
	return a.parse(req)
}

// challenge answers the request by which acme verifies a webhook's URL.
func (a *account) challenge(address string) provider.WebhookResponse {
	u, err := url.Parse(address)
	if err != nil {
		return provider.WebhookResponse{Problem: "the URL of the challenge is malformed"}
	}
	q := u.Query()
	if a.verifyToken == "" || q.Get("hub.mode") != "subscribe" ||
		subtle.ConstantTimeCompare([]byte(q.Get("hub.verify_token")), []byte(a.verifyToken)) != 1 {
		return provider.WebhookResponse{Problem: "the challenge does not carry verify_token"}
	}
	return provider.WebhookResponse{Authenticated: true, Reply: provider.WebhookReply{
		Status: http.StatusOK, ContentType: "text/plain", Body: []byte(q.Get("hub.challenge")),
	}}
}

// verify describes what is wrong with the signature. It returns "" if the signature is valid.
func (a *account) verify(req provider.WebhookRequest) string {
	check := webhook.HMAC{Secret: a.webhookSecret, Argument: secretArgument, Read: webhook.BodySignature(signatureHeader, signaturePrefix)}
	if a.api == apiV2 {
		check.Read = webhook.TimedSignature(signatureHeader, signaturePrefix, timeHeader, timeSeparator)
		check.Window = a.window
	}
	if err := check.Verify(req); err != nil {
		return err.Error()
	}
	return ""
}

// signed returns the bytes of a webhook that acme signs.
func (a *account) signed(req provider.WebhookRequest) []byte {
	if a.api != apiV2 {
		return req.Body
	}
	return append([]byte(http.Header(req.Header).Get(timeHeader)+timeSeparator), req.Body...)
}

func sign(secret string, body []byte) []byte {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return mac.Sum(nil)
}

func (a *account) parse(req provider.WebhookRequest) provider.WebhookResponse {
	malformed := provider.WebhookResponse{Authenticated: true, Reply: provider.WebhookReply{Status: http.StatusBadRequest}}
	var body webhookBody
	if !utf8.Valid(req.Body) {
		malformed.Problem = "the webhook is not UTF-8"
		return malformed
	}
	if json.Unmarshal(req.Body, &body) != nil || len(body.Events) == 0 {
		malformed.Problem = "the webhook is not a JSON object with events"
		return malformed
	}
	out := provider.WebhookResponse{Authenticated: true}
	for _, raw := range body.Events {
		event, problem := a.event(raw, req.ChannelIDs)
		out.Events = append(out.Events, event)
		if problem != "" {
			out.Problem = problem
		}
	}
	return out
}

func (a *account) event(raw json.RawMessage, channels []string) (event provider.Event, problem string) {
	event.Raw = raw
	var e webhookEvent
	err := json.Unmarshal(raw, &e)
	event.ID = e.ID
	event.Time, problem = timeOf(e.Time)
	if event.ID == "" {
		sum := sha256.Sum256(raw)
		event.ID = "sha256:" + hex.EncodeToString(sum[:])
	}
	event.ChannelID = a.channelOf(e.Account, channels)
	if event.ChannelID == "" {
		problem = "an event is for a number without a channel"
	}
	switch {
	case err != nil:
		problem = "a part of an event could not be read"
		event.ChannelNotice = &provider.ChannelNotice{Kind: "unknown"}
	case e.Kind == "status" && e.Status != nil:
		a.status(&event, e)
	case e.Kind == "message" && len(e.Message) > 0:
		if err := a.inbound(&event, e); err != nil {
			problem = "an inbound message could not be read: " + err.Error()
			event.ChannelNotice = &provider.ChannelNotice{Kind: e.Kind}
		}
	case e.Kind == "template" && e.Template != nil:
		t := e.Template
		event.TemplateStatus = &provider.TemplateStatus{TemplateID: t.ID, TemplateName: t.Name, Language: t.Language,
			Category: t.Category, Status: t.Status, Reason: t.Reason}
	default:
		event.ChannelNotice = &provider.ChannelNotice{Kind: e.Kind}
	}
	return event, problem
}

func (a *account) status(event *provider.Event, e webhookEvent) {
	s := e.Status
	event.Correlation = provider.Correlation{ProviderMessageID: s.ID, WAMID: s.WAMID, Reference: s.Reference, Recipient: phone(s.To)}
	status := outcome.Status(s.Status)
	if !slices.Contains([]outcome.Status{outcome.StatusAccepted, outcome.StatusSent, outcome.StatusDelivered,
		outcome.StatusRead, outcome.StatusPlayed, outcome.StatusFailed}, status) {
		event.ChannelNotice = &provider.ChannelNotice{Kind: "status", Detail: s.Status}
		return
	}
	event.DeliveryStatus = &provider.DeliveryStatus{Status: status, VendorStatus: s.Status}
	if status != outcome.StatusFailed {
		return
	}
	r := outcome.Reject(outcome.ReasonVendorRejected, "", "acme reports a failed delivery").Rejected
	if s.Error != nil {
		r.VendorCode, r.VendorMessage = s.Error.Code, s.Error.Title
		if m, ok := meanings[s.Error.Code]; ok {
			r.Reason, r.Retry, r.Scope = m.reason, m.retry, m.scope
		}
	}
	event.DeliveryStatus.Error = r
}

// timeOf reads a time. The problem is "" if it can be read or the event has no time.
func timeOf(raw json.RawMessage) (at time.Time, problem string) {
	at, err := webhook.ParseTimeJSON(raw, nil)
	if err != nil {
		problem = err.Error()
	}
	return at, problem
}

// inbound reads a message from a WhatsApp user, which acme passes on in the form of the Cloud API. The time is acme's.
func (a *account) inbound(event *provider.Event, e webhookEvent) error {
	in, err := webhook.FromCloudAPI(e.Message, event.Time)
	if err != nil {
		return err
	}
	in.To, in.ProfileName = e.Account, e.Profile
	var m struct {
		ID string `json:"id"`
	}
	if err := json.Unmarshal(in.Message, &m); err != nil {
		return err
	}
	event.Correlation = provider.Correlation{WAMID: m.ID, Recipient: in.From}
	event.InboundMessage = in
	return nil
}

// phone parses a number in digits, with or without "+". It returns the zero recipient for anything else.
func phone(s string) message.Recipient {
	number := digits(s)
	if number == "" || strings.Trim(number, "0123456789") != "" {
		return message.Recipient{}
	}
	return message.Recipient{Kind: message.RecipientPhone, Address: "+" + number}
}
