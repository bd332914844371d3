// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cloudapi

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/webhook"
)

// contact is the profile of a sender. A user who hides the number has a business-scoped id only.
type contact struct {
	Profile struct {
		Name string `json:"name"`
	} `json:"profile"`
	WAID   string `json:"wa_id"`
	UserID string `json:"user_id"`
}

// inbound has the parts of a message that its event needs. FromCloudAPI reads the rest.
type inbound struct {
	ID         string          `json:"id"`
	From       string          `json:"from"`
	FromUserID string          `json:"from_user_id"`
	Time       json.RawMessage `json:"timestamp"`
}

// message adds a message of a WhatsApp user, as it is. One whose content cannot be read is passed on as unknown.
func (t *translation) message(raw json.RawMessage, channelID string, v value) {
	var m inbound
	if json.Unmarshal(raw, &m) != nil {
		t.remark("a message of the webhook cannot be read")
		t.notice(raw, channelID, "message")
		return
	}
	object := raw
	if m.From == "" && m.FromUserID == "" && len(v.Contacts) == 1 && v.Contacts[0].UserID != "" {
		m.FromUserID = v.Contacts[0].UserID
		object = withUser(raw, m.FromUserID)
	}
	event := provider.Event{ID: "message:" + m.ID, Time: t.time(m.Time), ChannelID: channelID, Raw: raw}
	in, err := webhook.FromCloudAPI(object, time.Time{})
	if err != nil {
		t.remark("the content of an inbound message is not passed on: " + err.Error())
		unknown := webhook.Inbound{ID: m.ID, Time: event.Time, Content: webhook.Unknown{}}
		unknown.From, _ = webhook.Sender(m.From + m.FromUserID)
		if in, err = unknown.Message(); err != nil {
			// Without an id or a sender there is no message that anybody could answer.
			t.notice(raw, channelID, "message")
			return
		}
	}
	in.To, in.ProfileName = provider.SenderOf(v.Metadata.Number), profile(v.Contacts, in.From)
	event.InboundMessage = in
	event.Correlation = provider.Correlation{WAMID: m.ID, Recipient: in.From}
	t.events = append(t.events, event)
}

// withUser returns a message object with the id of its sender.
func withUser(raw json.RawMessage, id string) json.RawMessage {
	var object map[string]json.RawMessage
	if json.Unmarshal(raw, &object) != nil {
		return raw
	}
	object["from_user_id"], _ = json.Marshal(id) // a string can always be written
	changed, err := json.Marshal(object)
	if err != nil {
		return raw
	}
	return changed
}

// profile returns the name of a sender, or "" if the contacts do not have it.
func profile(contacts []contact, from message.Recipient) string {
	for _, c := range contacts {
		if c.WAID == strings.TrimPrefix(from.Address, "+") || c.UserID == from.Address {
			return c.Profile.Name
		}
	}
	if len(contacts) == 1 {
		return contacts[0].Profile.Name
	}
	return ""
}

// time reads a time of the vendor, in seconds since 1970. It returns the zero time for one that cannot be read.
func (t *translation) time(raw json.RawMessage) time.Time {
	at, err := webhook.ParseTimeJSON(raw, nil)
	if err != nil {
		t.remark(err.Error())
	}
	return at
}

// channelOf returns the id of the open channel with a phone number id, or "" if no channel or more than one has it. An empty among
// means all channels.
func (a *account) channelOf(number string, among []string) string {
	a.mu.RLock()
	defer a.mu.RUnlock()
	found := ""
	for id, c := range a.channels {
		if c.number != number || len(among) > 0 && !slices.Contains(among, id) {
			continue
		}
		if found != "" {
			return ""
		}
		found = id
	}
	return found
}
