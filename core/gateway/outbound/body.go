// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package outbound

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/wahost/wahost/core/gateway/graph"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// Numbers tells how a number is written in webhooks.
type Numbers interface {
	// Sender returns the number of a phone number id in any form, and the id of its WhatsApp Business account. Both may be empty.
	Sender(id string) (display, account string)
}

type wireBody struct {
	Object string      `json:"object"`
	Entry  []wireEntry `json:"entry"`
}

type wireEntry struct {
	ID      string       `json:"id"`
	Changes []wireChange `json:"changes"`
}

type wireChange struct {
	Value wireValue `json:"value"`
	Field string    `json:"field"`
}

type wireValue struct {
	Product  string            `json:"messaging_product"`
	Metadata wireMetadata      `json:"metadata"`
	Contacts []wireContact     `json:"contacts,omitempty"`
	Messages []json.RawMessage `json:"messages,omitempty"`
	Statuses []wireStatus      `json:"statuses,omitempty"`
}

type wireMetadata struct {
	Display string `json:"display_phone_number"`
	ID      string `json:"phone_number_id"`
}

type wireProfile struct {
	Name string `json:"name"`
}

type wireContact struct {
	Profile *wireProfile `json:"profile,omitempty"`
	WAID    string       `json:"wa_id,omitempty"`
	UserID  string       `json:"user_id,omitempty"`
}

type wireStatus struct {
	ID        string      `json:"id"`
	Status    string      `json:"status"`
	Timestamp string      `json:"timestamp"`
	Recipient string      `json:"recipient_id,omitempty"`
	Type      string      `json:"recipient_type,omitempty"`
	UserID    string      `json:"recipient_user_id,omitempty"`
	Group     string      `json:"group_id,omitempty"`
	Reference string      `json:"biz_opaque_callback_data,omitempty"`
	Errors    []wireError `json:"errors,omitempty"`
}

type wireError struct {
	Code    graph.Code     `json:"code"`
	Title   string         `json:"title"`
	Message string         `json:"message"`
	Data    *wireErrorData `json:"error_data,omitempty"`
}

type wireErrorData struct {
	Details string `json:"details"`
}

// Body returns the body of a webhook, as the Cloud API sends it (Meta's page "Webhooks" of the Cloud API). All its bytes are ASCII, so
// that a signature over the characters is the same as one over the bytes.
func Body(n *Notice, numbers Numbers) ([]byte, error) {
	display, account := numbers.Sender(n.Number)
	value := wireValue{Product: "whatsapp", Metadata: wireMetadata{digits(display), n.Number}}
	switch {
	case n.Status != nil:
		value.Statuses = []wireStatus{status(n)}
	case n.Inbound != nil:
		value.Contacts = []wireContact{contact(n.Inbound)}
		value.Messages = []json.RawMessage{n.Inbound.Message}
	}
	if account == "" {
		account = n.Number
	}
	raw, err := json.Marshal(wireBody{"whatsapp_business_account", []wireEntry{{account, []wireChange{{value, "messages"}}}}})
	if err != nil {
		return nil, err
	}
	return ascii(raw), nil
}

func status(n *Notice) wireStatus {
	s := n.Status
	w := wireStatus{ID: s.WAMID, Status: string(s.Status), Timestamp: strconv.FormatInt(n.At.Unix(), 10), Reference: s.Reference}
	switch s.To.Kind {
	case message.RecipientUser:
		w.UserID = s.To.Address
	case message.RecipientGroup:
		// Clients read either: whatsapp-api-js the recipient, others the group.
		w.Recipient, w.Type, w.Group = s.To.Address, "group", s.To.Address
	default:
		w.Recipient = s.To.Digits()
	}
	if s.Status == outcome.StatusFailed {
		w.Errors = []wireError{failure(n)}
	}
	return w
}

// failure returns why a message failed: the vendor's code if it is one of Meta's, and otherwise that of the reason.
func failure(n *Notice) wireError {
	f := n.Status.Failure
	r := &outcome.Rejected{Reason: outcome.Reason(f.Reason)}
	if code, err := strconv.Atoi(f.VendorCode); err == nil {
		if reason, _, _ := outcome.MetaReason(code); reason != outcome.ReasonVendorRejected {
			r.MetaCode = code
		}
	}
	code := graph.CodeOf(r)
	e := wireError{Code: code, Title: code.Title(), Message: code.Title()}
	if r.MetaCode != 0 && f.VendorMessage != "" {
		e.Title, e.Message = f.VendorMessage, f.VendorMessage
	}
	var details []string
	for _, text := range []string{f.Reason, f.Detail, f.VendorCode, f.VendorMessage} {
		if text != "" {
			details = append(details, text)
		}
	}
	if len(details) > 0 {
		e.Data = &wireErrorData{strings.Join(details, ": ")}
	}
	return e
}

func contact(in *Inbound) wireContact {
	var c wireContact
	if in.ProfileName != "" {
		c.Profile = &wireProfile{in.ProfileName}
	}
	if in.From.Kind == message.RecipientUser {
		c.UserID = in.From.Address
	} else {
		c.WAID = in.From.Digits()
	}
	return c
}

// digits returns a number as webhooks have it.
func digits(number string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, number)
}

// ascii returns JSON in which all other characters are escaped.
func ascii(raw []byte) []byte {
	if !slices.ContainsFunc(raw, func(b byte) bool { return b >= utf8.RuneSelf }) {
		return raw
	}
	out := make([]byte, 0, len(raw)+len(raw)/4)
	for len(raw) > 0 {
		r, size := utf8.DecodeRune(raw)
		switch {
		case r < utf8.RuneSelf:
			out = append(out, raw[0])
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			out = escape(escape(out, high), low)
		default:
			out = escape(out, r)
		}
		raw = raw[size:]
	}
	return out
}

func escape(out []byte, r rune) []byte {
	const hex = "0123456789abcdef"
	return append(out, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
}
