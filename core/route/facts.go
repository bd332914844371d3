// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package route

import (
	"fmt"
	"strconv"
	"strings"
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

// Miss is the reason a route did not match.
type Miss struct {
	Route string
	Why   string
}

// Misses explains, for people, why the routes before the one that was chosen do not match.
func (t *Table) Misses(f *Facts, chosen string) []Miss {
	var misses []Miss
	for i := range t.rules {
		r := &t.rules[i]
		if r.Name == chosen {
			break
		}
		if why := r.why(f); why != "" {
			misses = append(misses, Miss{Route: r.Name, Why: why})
		}
	}
	return misses
}

func (r *rule) why(f *Facts) string {
	for _, c := range []struct {
		name, value string
		allowed     words
	}{
		{"category", f.Category, r.categories}, {"kind", f.Kind, r.kinds}, {"country", f.Country, r.countries},
		{"recipient", f.To.Address, newWords(r.Match.Recipients)}, {"template", f.Template, newWords(r.Match.Templates)},
	} {
		if !c.allowed.allow(c.value) {
			return fmt.Sprintf("%s is %s, the route wants %s", c.name, orUnknown(c.value), strings.Join(c.allowed, ", "))
		}
	}
	if r.When == nil {
		return ""
	}
	switch ok, err := r.When(&f.Facts); {
	case err != nil:
		return "its condition could not be decided: " + err.Error()
	case !ok:
		return "its condition is false"
	}
	return ""
}

func orUnknown(s string) string {
	if s == "" {
		return "not known"
	}
	return s
}
