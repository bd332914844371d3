// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package ctynumber bounds numbers. A number such as 1e333333339 is short, and its decimal form has 333 million digits.
package ctynumber

import (
	"errors"

	"github.com/zclconf/go-cty/cty"
)

// maxExponent bounds the binary exponent of a number: about 1233 decimal digits before or after the point.
const maxExponent = 4096

// ErrRange is the error of a number whose decimal form would be unreasonably long.
var ErrRange = errors.New("a number between 1e-1200 and 1e1200 in size is required")

// Check returns ErrRange if v is a known number that would be unreasonably long when written as a decimal, such as
// 1e333333339. Other values pass.
func Check(v cty.Value) error {
	v, _ = v.Unmark()
	if v.Type() != cty.Number || !v.IsKnown() || v.IsNull() {
		return nil
	}
	f := v.AsBigFloat()
	if f.IsInf() {
		return ErrRange
	}
	if exponent := f.MantExp(nil); exponent > maxExponent || exponent < -maxExponent {
		return ErrRange
	}
	return nil
}
