// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package message

import (
	"regexp"
	"strconv"
	"strings"
)

// maxExponent bounds the exponents that plainDecimal writes out: no coordinate and no amount needs more.
const maxExponent = 30

var scientific = regexp.MustCompile(`^(-?)([0-9]+)(?:\.([0-9]+))?[eE]([+-]?[0-9]{1,3})$`)

// plainDecimal returns a JSON number without an exponent and without losing a digit: "1e-05" becomes "0.00001".
// Python writes small coordinates so. Any other text, and a number whose exponent is beyond 30, is returned as it is.
func plainDecimal(number string) string {
	if !strings.ContainsAny(number, "eE") {
		return number
	}
	parts := scientific.FindStringSubmatch(number)
	if parts == nil {
		return number
	}
	exponent, err := strconv.Atoi(parts[4])
	if err != nil || exponent > maxExponent || exponent < -maxExponent {
		return number
	}
	digits, point := parts[2]+parts[3], len(parts[2])+exponent
	if point <= 0 {
		digits, point = strings.Repeat("0", 1-point)+digits, 1
	}
	if missing := point - len(digits); missing > 0 {
		digits += strings.Repeat("0", missing)
	}
	whole, fraction := strings.TrimLeft(digits[:point-1], "0")+digits[point-1:point], strings.TrimRight(digits[point:], "0")
	if fraction == "" {
		return parts[1] + whole
	}
	return parts[1] + whole + "." + fraction
}
