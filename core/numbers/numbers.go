// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package numbers

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// The bounds that libphonenumber sets for the digits after the country code.
const minNational, maxNational = 2, 17

// world is what libphonenumber has in place of a region for numbers that belong to no country, such as those of +800.
const world = "001"

// Number is an international phone number with a country code that exists.
type Number struct {
	plan     *plan
	national string
}

// Parse reads "+" and digits. It returns false if the country code does not exist, if too few digits follow it, and for every other text. A
// digit that is dialled only within the country, such as the 0 of "+4901701234567", is not part of the number.
func Parse(address string) (Number, bool) {
	p, national := split(address)
	if p == nil || len(national) < minNational {
		return Number{}, false
	}
	// Without the digits it must have a possible length: otherwise they belong to a short number.
	if stripped := p.withoutPrefix(national); p.fits(len(stripped)) == possible || p.fits(len(stripped)) == tooLong {
		national = stripped
	}
	if len(national) < minNational || len(national) > maxNational {
		return Number{}, false
	}
	return Number{p, national}, true
}

// split returns the plan of a number, or nil, and the digits after the country code. No country code is the beginning of another.
func split(address string) (p *plan, national string) {
	digits, international := strings.CutPrefix(address, "+")
	if !international || strings.Trim(digits, "0123456789") != "" {
		return nil, ""
	}
	for n := 1; n <= min(3, len(digits)); n++ {
		i, found := slices.BinarySearchFunc(plans, digits[:n], func(p plan, code string) int { return strings.Compare(p.code, code) })
		if found {
			return &plans[i], digits[n:]
		}
	}
	return nil, ""
}

// E164 returns "+", the country code and the number.
func (n Number) E164() string { return "+" + n.plan.code + n.national }

// TooShort reports whether the number cannot be complete.
func (n Number) TooShort() bool { return n.plan.fits(len(n.national)) == tooShort }

// Possible reports whether the number is as long as numbers of its country are, with or without the code of an area.
func (n Number) Possible() bool {
	l := n.plan.fits(len(n.national))
	return l == possible || l == localOnly
}

// Region returns the letters of ISO 3166 of the country of a number in E.164, or "" if it belongs to no country.
func Region(address string) string {
	p, _ := split(address)
	if p == nil {
		return ""
	}
	// Most country codes belong to one country, which needs no look at the rest of the number.
	if len(p.regions) == 1 {
		return strings.TrimPrefix(p.regions[0].id, world)
	}
	n, ok := Parse(address)
	if !ok {
		return ""
	}
	for _, r := range p.regions {
		if r.has(n.national) {
			return r.id
		}
	}
	return ""
}

// IsRegion reports whether a text is the letters of ISO 3166 of a country that has phone numbers.
func IsRegion(id string) bool {
	return id != world && slices.ContainsFunc(plans, func(p plan) bool {
		return slices.ContainsFunc(p.regions, func(r region) bool { return r.id == id })
	})
}

// Zones returns the names of the time zones that a number in E.164 may be in, or nil if they are not known.
func Zones(address string) []string {
	n, ok := Parse(address)
	if !ok {
		return nil
	}
	digits := n.plan.code + n.national
	for length := min(len(digits), longestPrefix); length > 0; length-- {
		i, found := slices.BinarySearchFunc(prefixes, digits[:length], func(p prefix, digits string) int { return strings.Compare(p.digits, digits) })
		if found {
			return strings.Fields(zones[prefixes[i].zones])
		}
	}
	return nil
}

// length says what the number of digits of a number means.
type length int

const (
	tooShort length = iota
	// localOnly is the length of a number without the code of its area.
	localOnly
	possible
	between
	tooLong
)

// fits says what it means that a number has n digits after the country code.
func (p *plan) fits(n int) length {
	switch {
	case p.local.has(n):
		return localOnly
	case p.lengths.has(n):
		return possible
	case p.lengths&^(1<<n-1) == p.lengths:
		return tooShort
	case p.lengths>>n == 0:
		return tooLong
	}
	return between
}

// withoutPrefix returns a number without the digits that are dialled only within the country, and with those that are dialled from
// abroad in their place.
func (p *plan) withoutPrefix(national string) string {
	if p.prefix == "" {
		return national
	}
	pattern := compiled("^(?:" + p.prefix + ")")
	found := pattern.FindStringSubmatchIndex(national)
	if found == nil {
		return national
	}
	rest := national[found[1]:]
	if last := len(found) - 2; p.replacement != "" && found[last] >= 0 {
		rest = pattern.ReplaceAllString(national, p.replacement)
	}
	if whole(p.pattern, national) && !whole(p.pattern, rest) {
		return national
	}
	return rest
}

// has reports whether a number belongs to a region that shares its country code with others.
func (r region) has(national string) bool {
	if r.leading != "" {
		return compiled("^(?:" + r.leading + ")").MatchString(national)
	}
	return r.general.has(national) && slices.ContainsFunc(r.kinds, func(k kind) bool { return k.has(national) })
}

func (k kind) has(national string) bool {
	return (k.lengths == 0 || k.lengths.has(len(national))) && whole(k.pattern, national)
}

func (l lengths) has(n int) bool { return l>>n&1 == 1 }

// whole reports whether a pattern matches all of a number.
func whole(pattern, national string) bool {
	return compiled("^(?:" + pattern + ")$").MatchString(national)
}

// patterns are the regular expressions that were needed, by their text. There are at most as many as in the table.
var patterns sync.Map

func compiled(text string) *regexp.Regexp {
	if p, ok := patterns.Load(text); ok {
		return p.(*regexp.Regexp)
	}
	p := regexp.MustCompile(text)
	patterns.Store(text, p)
	return p
}
