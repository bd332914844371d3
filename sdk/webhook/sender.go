// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"regexp"
	"strings"
	"sync"

	"github.com/wahost/wahost/sdk/message"
)

// userID is the form of a business-scoped user id: the country of the user, a period and up to 128 letters and digits, such
// as "US.13491208655302741918". An id of several businesses has ENT after the country. The source is Meta's page
// "Business-scoped user IDs".
var userID = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Z]{2}\.(?:ENT\.)?[0-9A-Za-z]{1,128}$`) })

// Sender reads the sender of a message: a phone number in digits, with or without "+", or a business-scoped user id. It
// returns false for anything else.
func Sender(text string) (message.Recipient, bool) {
	if number := "+" + strings.TrimPrefix(text, "+"); message.IsPhone(number) {
		return message.Recipient{Kind: message.RecipientPhone, Address: number}, true
	}
	if userID().MatchString(text) {
		return message.Recipient{Kind: message.RecipientUser, Address: text}, true
	}
	return message.Recipient{}, false
}
