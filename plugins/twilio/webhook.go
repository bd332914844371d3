// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package twilio

import (
	"cmp"
	"context"
	"crypto/sha1" //nolint:gosec // Twilio signs with it, and HMAC does not depend on its collisions
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/webhook"
)

// reply answers a webhook. Twilio sends a text in the reply to an inbound message to its sender, and nothing for this one
// (https://www.twilio.com/docs/messaging/twiml).
var reply = provider.WebhookReply{Status: http.StatusOK, ContentType: "text/xml", Body: []byte("<Response></Response>")}

// HandleWebhook checks who calls and translates the event. A call is one status or one inbound message.
func (a *account) HandleWebhook(_ context.Context, req provider.WebhookRequest) provider.WebhookResponse {
	form, err := url.ParseQuery(string(req.Body))
	if err != nil || !utf8.Valid(req.Body) {
		return provider.WebhookResponse{Problem: "the webhook is not a form"}
	}
	if err := a.verify(req, form); err != nil {
		return provider.WebhookResponse{Problem: err.Error()}
	}
	get := form.Get
	number := get("To")
	if get("MessageStatus") != "" {
		number = get("From")
	}
	channelID, remark := a.channelOf(strings.TrimPrefix(number, prefix), req.ChannelIDs)
	event, problem := a.event(get)
	event.ChannelID, event.Raw = channelID, req.Body
	if event.ChannelNotice != nil {
		sum := sha256.Sum256(req.Body)
		event.ID = "sha256:" + hex.EncodeToString(sum[:])
	}
	return provider.WebhookResponse{
		Authenticated: true, Reply: reply, Events: []provider.Event{*event}, Problem: a.client.Redact(cmp.Or(problem, remark)),
	}
}

// event returns the event of a call, and a remark if it is not understood.
func (a *account) event(get func(string) string) (*provider.Event, string) {
	sid, word := get("MessageSid"), status(get("MessageStatus"))
	switch is, known := statuses[word]; {
	case sid == "":
		return notice("unknown", get), "the webhook has no MessageSid"
	case known:
		event := a.statusEvent(sid, word, is, get("ErrorCode"), cmp.Or(get("ChannelStatusMessage"), get("ErrorMessage")))
		event.Correlation.Recipient, _ = webhook.Sender(strings.TrimPrefix(get("To"), prefix))
		return event, ""
	case word != "":
		return notice("status", get), "the status " + strconv.Quote(string(word)) + " is not known"
	}
	return inbound(get)
}

// notice returns an event about a call that is neither a status nor a message.
func notice(kind string, get func(string) string) *provider.Event {
	return &provider.Event{ChannelNotice: &provider.ChannelNotice{Kind: kind, Detail: get("MessageStatus")}}
}

// verify checks the signature. Twilio's own libraries try the URL with and without its port, because Twilio signs either
// (twilio-go, client/request_validator.go).
func (a *account) verify(req provider.WebhookRequest, form url.Values) error {
	var content strings.Builder
	for _, name := range slices.Sorted(maps.Keys(form)) {
		if len(form[name]) > 1 {
			return errors.New("a name of the form occurs twice")
		}
		content.WriteString(name + form.Get(name))
	}
	var err error
	for _, address := range []string{req.URL, otherPort(req.URL)} {
		check := webhook.HMAC{
			Secret: a.authToken, Argument: "auth_token", Hash: sha1.New, Encodings: []webhook.Encoding{webhook.Base64},
			Read: func(req provider.WebhookRequest) (webhook.Signature, error) {
				s, err := webhook.BodySignature("X-Twilio-Signature", "")(req)
				s.Signed = []byte(address + content.String())
				return s, err
			},
		}
		if err = check.Verify(req); err == nil {
			return nil
		}
	}
	return err
}

// otherPort returns a URL without its port, or with the port of its scheme if it has none. The rest is not changed.
func otherPort(address string) string {
	u, err := url.Parse(address)
	scheme, rest, ok := strings.Cut(address, "://")
	if err != nil || !ok || !strings.HasPrefix(rest, u.Host) {
		return address
	}
	host := strings.TrimSuffix(u.Host, ":"+u.Port())
	if u.Port() == "" {
		host += map[string]string{"https": ":443", "http": ":80"}[scheme]
	}
	return scheme + "://" + host + rest[len(u.Host):]
}

// channelOf returns the id of the open channel of a number, or "" and a remark if no channel or more than one has it. An empty among
// means all channels.
func (a *account) channelOf(number string, among []string) (id, remark string) {
	a.mu.RLock()
	defer a.mu.RUnlock()
	var found []string
	for id, c := range a.channels {
		if c.from == number && (len(among) == 0 || slices.Contains(among, id)) {
			found = append(found, id)
		}
	}
	if len(found) == 1 {
		return found[0], ""
	}
	return "", "the webhook is about the number " + strconv.Quote(number) + ", which belongs to no channel or to several"
}
