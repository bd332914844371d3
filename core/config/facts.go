// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

import "github.com/wahost/wahost/sdk/message"

// Facts are what a route may know about a message and one of its recipients.
type Facts struct {
	// Message is the content of the message. Its recipient fields do not count, because one content may go to many
	// recipients: To is the recipient. It must not be changed.
	Message *message.Message
	// Kind, Category and Template are those of the message. Category is "" if it is not known, and Template is "" if the message
	// has no template. Template is the name as the message has it, before a vendor's name replaces it.
	Kind, Category, Template string
	// To is the recipient.
	To message.Recipient
	// Country is the recipient's country in ISO 3166 letters, or "" if it is not known or the recipient is not a phone number.
	Country string
}

// Address returns the recipient as the recipient fields of a Cloud API message have it: the inverse of
// message.RecipientOf. A phone number is in E.164 with "+".
func (f *Facts) Address() (to, recipient, recipientType string) {
	switch f.To.Kind {
	case message.RecipientUser:
		return "", f.To.Address, "individual"
	case message.RecipientGroup:
		return f.To.Address, "", "group"
	}
	return f.To.Address, "", "individual"
}

// Condition decides whether a route takes a message. An error means that the condition could not be decided; its text
// holds nothing of the message.
type Condition func(*Facts) (bool, error)
