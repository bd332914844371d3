// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
	"strings"
	"unicode"
)

const groupRecipient = "group"

// RecipientOf returns the recipient of a message: the phone number in `to`, the group id in `to` with recipient_type
// "group", or the business-scoped user id in `recipient`. If both `to` and `recipient` are set, `to` is the recipient, as
// in the Cloud API. The error is an *InvalidError.
func RecipientOf(m *Message) (Recipient, error) {
	var ps problems
	to, user, group := m.GetTo(), m.GetRecipient(), m.GetRecipientType() == groupRecipient
	switch {
	case m.GetRecipientType() != "" && m.GetRecipientType() != "individual" && !group:
		ps.add("recipient_type", `The value must be "individual" or "group".`)
	case to == "" && user == "":
		ps.add("to", "The message has no recipient. Set to (a phone number) or recipient (a user id).")
	case group && to == "":
		ps.add("to", `With recipient_type "group", the group id must be in to, not in recipient.`)
	case group:
		checkID(&ps, "to", to)
		return Recipient{Kind: RecipientGroup, Address: to}, ps.err()
	case to == "":
		checkID(&ps, "recipient", user)
		return Recipient{Kind: RecipientUser, Address: user}, ps.err()
	default:
		address, detail := phone(to)
		if detail != "" {
			ps.add("to", detail)
		}
		return Recipient{Kind: RecipientPhone, Address: address}, ps.err()
	}
	return Recipient{}, ps.err()
}

// ParseRecipient reads a phone number as a person writes it on a command line: country code and number, with or without
// "+", spaces, hyphens and parentheses. The error is an *InvalidError.
func ParseRecipient(s string) (Recipient, error) {
	address, detail := phone(strings.TrimSpace(s))
	if detail != "" {
		return Recipient{}, &InvalidError{Problems: []Problem{{Path: "to", Detail: detail}}}
	}
	return Recipient{Kind: RecipientPhone, Address: address}, nil
}

// The number of digits of an E.164 number. E.164 (ITU-T) allows at most 15. No international number has less than 6.
const minPhone, maxPhone = 6, 15

// IsPhone reports whether an address is a valid address of a RecipientPhone: "+" and 6 to 15 digits, of which the first
// is not 0.
func IsPhone(address string) bool {
	number, ok := strings.CutPrefix(address, "+")
	if !ok || len(number) < minPhone || len(number) > maxPhone || number[0] == '0' {
		return false
	}
	for i := range len(number) {
		if number[i] < '0' || number[i] > '9' {
			return false
		}
	}
	return true
}

// phonePunctuation removes what the Cloud API allows between the digits of a number: "Plus signs (+), hyphens (-),
// parenthesis ((,)), and spaces ( ) are supported" (Meta's page "Messages" of the Cloud API reference).
var phonePunctuation = strings.NewReplacer(" ", "", "-", "", "(", "", ")", "")

// phone returns an E.164 number with "+", or the detail of a problem. Country codes never begin with 0.
func phone(s string) (address, detail string) {
	const want = ` Write the country code and the number in 6 to 15 digits, such as "+4915112345678".`
	number := strings.TrimPrefix(phonePunctuation.Replace(s), "+")
	for _, r := range number {
		if r < '0' || r > '9' {
			return "", "A phone number has only digits, spaces, hyphens and parentheses, after an optional plus sign." + want
		}
	}
	switch {
	case len(number) < minPhone || len(number) > maxPhone:
		return "", "The phone number has the wrong length." + want
	case number[0] == '0':
		return "", "The phone number begins with 0, which no country code does." + want
	}
	return "+" + number, ""
}

func checkID(ps *problems, path, id string) {
	if strings.ContainsFunc(id, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
		ps.add(path, "An id has no spaces and no control characters.")
	}
}
