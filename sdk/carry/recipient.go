// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package carry

import (
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// Digits returns the digits of a phone number: "14155550123" for "+14155550123". The error refuses the message if the
// recipient is not a phone number.
func (f *Fields) Digits(to message.Recipient) (string, error) {
	switch to.Kind {
	case message.RecipientPhone:
	case message.RecipientGroup:
		return "", Refuse(outcome.ReasonUnsupported, "recipient_type", "%s sends to individuals only", f.Vendor)
	case message.RecipientUser:
		return "", Refuse(outcome.ReasonUnsupported, "recipient", "%s sends to phone numbers only", f.Vendor)
	default:
		return "", Refuse(outcome.ReasonInvalidRecipient, "to", "the kind of recipient is not known")
	}
	if !message.IsPhone(to.Address) {
		o := outcome.Reject(outcome.ReasonInvalidRecipient, "to", `expected a phone number in E.164, such as "+14155550123"`)
		o.Rejected.Scope = outcome.ScopeRecipient
		return "", &refusal{outcome: o}
	}
	return to.Address[1:], nil
}

// IsPhone reports whether a text is the digits of an international phone number, as message.IsPhone defines it.
func IsPhone(digits string) bool { return message.IsPhone("+" + digits) }
