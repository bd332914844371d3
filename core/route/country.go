// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package route

import (
	"strconv"
	"sync"

	"github.com/nyaruka/phonenumbers"

	"github.com/wahost/wahost/sdk/message"
)

// Country returns the ISO letters of the country of a phone number, according to libphonenumber. It returns "" if the
// number belongs to no country or the recipient is not a phone number.
func Country(to message.Recipient) string {
	if to.Kind != message.RecipientPhone {
		return ""
	}
	// Most calling codes belong to one country, which needs no look at the rest of the number.
	digits := to.Digits()
	for n := 1; n <= min(3, len(digits)); n++ {
		if region, ok := loneRegions()[digits[:n]]; ok {
			return region
		}
	}
	number, err := phonenumbers.Parse(to.Address, "")
	if err != nil {
		return ""
	}
	region := phonenumbers.GetRegionCodeForNumber(number)
	if region == "ZZ" || region == "001" {
		return ""
	}
	return region
}

// loneRegions returns the calling codes that belong to one country, with that country. No calling code is the
// beginning of another.
var loneRegions = sync.OnceValue(func() map[string]string {
	lone := map[string]string{}
	for region := range phonenumbers.GetSupportedRegions() {
		code := phonenumbers.GetCountryCodeForRegion(region)
		if len(phonenumbers.GetRegionCodesForCountryCode(code)) == 1 {
			lone[strconv.Itoa(code)] = region
		}
	}
	return lone
})
