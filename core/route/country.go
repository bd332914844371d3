// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package route

import (
	"github.com/wahost/wahost/core/numbers"
	"github.com/wahost/wahost/sdk/message"
)

// Country returns the ISO letters of the country of a phone number, according to libphonenumber. It returns "" if the
// number belongs to no country or the recipient is not a phone number.
func Country(to message.Recipient) string {
	if to.Kind != message.RecipientPhone {
		return ""
	}
	return numbers.Region(to.Address)
}
