// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package send

import (
	"regexp"
	"slices"

	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/trace"
)

// coordinates are the fields of a location that are numbers.
var coordinates = [2]string{"location.latitude", "location.longitude"}

// numeral is a number in a text.
var numeral = regexp.MustCompile(`-?[0-9]+(?:\.[0-9]+)?`)

// arrives reports whether a text is on the wire as it is, or as a number in a longer text if the dialect says that the field is in one.
// The map may be nil.
func arrives(declared *dialect.Map, pairs []trace.Pair, path, want string) bool {
	folded := declared != nil && slices.Contains(declared.Fold, path)
	return slices.ContainsFunc(pairs, func(p trace.Pair) bool {
		return p.Value == want || folded && slices.Contains(numeral.FindAllString(p.Value, -1), want)
	})
}

// exchanged reports whether a latitude and a longitude are in one text, but not in the order in which the dialect's fold lists them.
// Coordinates in texts of their own have places, which other checks compare.
func exchanged(declared *dialect.Map, pairs []trace.Pair, values [2]string) bool {
	if declared == nil {
		return false
	}
	latitude, longitude := slices.Index(declared.Fold, coordinates[0]), slices.Index(declared.Fold, coordinates[1])
	if latitude < 0 || longitude < 0 {
		return false
	}
	return slices.ContainsFunc(pairs, func(p trace.Pair) bool {
		numbers := numeral.FindAllString(p.Value, -1)
		first, second := slices.Index(numbers, values[0]), slices.Index(numbers, values[1])
		return first >= 0 && second >= 0 && (first < second) != (latitude < longitude)
	})
}
