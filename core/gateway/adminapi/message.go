// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package adminapi

import (
	"encoding/json"
	"time"

	"github.com/wahost/wahost/core/gateway/store"
)

// Message is a message as the API shows it.
type Message struct {
	ID            string     `json:"id" doc:"The id of the message, as the sender got it." example:"wamid.01k9sqv3c0e1g7p5d2m8r4t6ba"`
	PhoneNumberID string     `json:"phone_number_id" doc:"The number that the application sent from."`
	To            string     `json:"to" doc:"The recipient: a phone number, a user id or a group id. Only its ends are shown unless the request asks to reveal it. It is empty if the recipient was erased."`
	State         string     `json:"state" enum:"ready,accepted,unknown,dead" doc:"Where the message stands in the gateway. It is ready while it waits or is under way, and unknown if it may have reached a vendor."`
	Status        string     `json:"status,omitempty" enum:"accepted,sent,delivered,read,played,failed" doc:"The best that is known from vendors. It is absent until a vendor accepted the message."`
	Lane          string     `json:"lane" doc:"The sending identity, or the channel if the identity is not known."`
	Class         string     `json:"class" enum:"authentication,transactional,marketing"`
	Category      string     `json:"category,omitempty"`
	Key           string     `json:"key" doc:"The name of the key that the message came with."`
	Campaign      string     `json:"campaign,omitempty" doc:"The campaign that the message belongs to."`
	Reference     string     `json:"reference,omitempty" doc:"biz_opaque_callback_data of the message."`
	Route         string     `json:"route,omitempty"`
	Channel       string     `json:"channel,omitempty" doc:"The channel of the last attempt."`
	Attempts      int        `json:"attempts" doc:"How many attempts have an outcome."`
	Failure       *Failure   `json:"failure,omitempty"`
	AcceptedAt    time.Time  `json:"accepted_at" doc:"When the gateway took the message."`
	DueAt         *time.Time `json:"due_at,omitempty" doc:"When a ready message is to be sent."`
	ExpiresAt     *time.Time `json:"expires_at,omitempty"`
	SentAt        *time.Time `json:"sent_at,omitempty"`
	DeliveredAt   *time.Time `json:"delivered_at,omitempty"`
	ReadAt        *time.Time `json:"read_at,omitempty"`
	FailedAt      *time.Time `json:"failed_at,omitempty"`
	RedriveOf     string     `json:"redrive_of,omitempty" doc:"The dead message that this one was sent in place of."`
	RedrivenAs    string     `json:"redriven_as,omitempty" doc:"The message that was sent in place of this one."`
}

// Failure says why a message or an attempt failed.
type Failure struct {
	Reason        string `json:"reason,omitempty" doc:"A reason of wahost, such as vendor_rejected, expired, canceled or campaign_canceled."`
	VendorCode    string `json:"vendor_code,omitempty"`
	VendorMessage string `json:"vendor_message,omitempty"`
	Detail        string `json:"detail,omitempty"`
}

// Attempt is one attempt to send a message.
type Attempt struct {
	ID      string     `json:"id" doc:"The id that the vendor got, if it takes one."`
	Number  int        `json:"number"`
	Channel string     `json:"channel"`
	Outcome string     `json:"outcome" enum:"under_way,accepted,rejected,unknown"`
	Failure *Failure   `json:"failure,omitempty"`
	BeganAt *time.Time `json:"began_at,omitempty"`
	EndedAt *time.Time `json:"ended_at,omitempty"`
	Ignored []string   `json:"ignored,omitempty" doc:"The fields of the message that the provider did not pass on."`
}

// MessageDetail is all that is known of a message.
type MessageDetail struct {
	Message
	History []Attempt       `json:"history" nullable:"false" doc:"The attempts, in order."`
	Content json.RawMessage `json:"content,omitempty" doc:"The message as the gateway understood it. It is absent unless the request asks to reveal it."`
}

// classNames are the names of the classes.
var classNames = [store.Classes]string{"authentication", "transactional", "marketing"}

func className(c store.Class) string {
	if c < 0 || int(c) >= len(classNames) {
		return ""
	}
	return classNames[c]
}

// view returns a message as the API shows it.
func view(l *store.Life) Message {
	m := Message{
		ID: l.ID.Wamid(), PhoneNumberID: l.Sender, To: l.To.Address, State: l.State.String(), Status: string(l.Status), Lane: l.Lane,
		Class: className(l.Class), Category: l.Category, Key: l.APIKey, Campaign: l.Campaign, Reference: l.Reference, Route: l.Route, Channel: l.Channel,
		Attempts: l.Attempts, Failure: failureView(l.Failure), AcceptedAt: l.Accepted.UTC(), ExpiresAt: at(l.Expires),
		SentAt: at(l.Sent), DeliveredAt: at(l.Delivered), ReadAt: at(l.Read), FailedAt: at(l.Failed),
	}
	if l.State == store.StateReady {
		m.DueAt = at(l.Due)
	}
	if !l.Origin.IsZero() {
		m.RedriveOf = l.Origin.Wamid()
	}
	if !l.Successor.IsZero() {
		m.RedrivenAs = l.Successor.Wamid()
	}
	return m
}

// Detail returns all that is known of a message as the API shows it.
func Detail(l *store.Life) MessageDetail {
	d := MessageDetail{Message: view(l), History: []Attempt{}, Content: l.Body}
	attempts := l.History
	if l.UnderWay != nil {
		attempts = append(attempts, *l.UnderWay)
	}
	for _, a := range attempts {
		v := Attempt{
			ID: l.ID.Attempt(a.N), Number: a.N, Channel: a.Channel, Outcome: a.Outcome, Failure: failureView(a.Failure),
			BeganAt: at(a.Began), EndedAt: at(a.Ended), Ignored: a.Ignored,
		}
		if v.Outcome == "" {
			v.Outcome = "under_way"
		}
		d.History = append(d.History, v)
	}
	return d
}

func failureView(f store.Failure) *Failure {
	if f == (store.Failure{}) {
		return nil
	}
	return &Failure{f.Reason, f.VendorCode, f.VendorMessage, f.Detail}
}

// at returns a time as the API shows it, or nil for the zero time.
func at(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}
