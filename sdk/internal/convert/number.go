// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package convert

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/sdk/schema"
)

const (
	// maxNumberText bounds the text of a number in bytes. The longest text that ConfigToProto and SchemaToProto write for
	// a number that schema.CheckNumber accepts is shorter.
	maxNumberText = 2048
	// maxExponentDigits bounds the digits of a decimal exponent, so that it can be read at all. CheckNumber bounds its value.
	maxExponentDigits = 4
)

var decimal = regexp.MustCompile(`^-?[0-9]+(?:\.[0-9]+)?(?:[eE]([+-]?[0-9]+))?$`)

// parseNumber reads a decimal number. The cost of reading and of writing it again is bounded, unlike that of
// cty.ParseNumberVal, which takes "1e333333339" and needs minutes to write it.
func parseNumber(text string) (cty.Value, error) {
	if len(text) > maxNumberText {
		return cty.NilVal, fmt.Errorf("a number of %d bytes, at most %d are allowed", len(text), maxNumberText)
	}
	parts := decimal.FindStringSubmatch(text)
	if parts == nil {
		return cty.NilVal, errors.New("a decimal number is required")
	}
	if exponent := parts[1]; exponent != "" {
		if len(exponent) > maxExponentDigits+1 {
			return cty.NilVal, schema.ErrNumberRange
		}
		if _, err := strconv.Atoi(exponent); err != nil {
			return cty.NilVal, schema.ErrNumberRange
		}
	}
	v, err := cty.ParseNumberVal(text)
	if err != nil {
		return cty.NilVal, err
	}
	return v, schema.CheckNumber(v)
}
