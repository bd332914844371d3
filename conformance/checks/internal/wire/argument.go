// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"fmt"
	"math/rand/v2"
	"strconv"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/sdk/schema"
)

// Value returns an allowed value of an argument or option, drawn from the source, and the text by which a request shows
// it. It returns false if the schema does not say enough: for patterns, lists and the like.
func Value(a schema.Attribute, r *rand.Rand) (v cty.Value, shown string, ok bool) {
	switch {
	case a.Role == schema.RoleEndpoint:
	case a.Type == cty.String && len(a.Allowed) > 0:
		word := a.Allowed[r.IntN(len(a.Allowed))]
		return cty.StringVal(word), word, true
	case a.Type == cty.String && a.Pattern == "":
		text := fmt.Sprintf("a%08x-Zz%d", r.Uint32(), r.IntN(10))
		return cty.StringVal(text), text, true
	case a.Type == cty.Bool:
		on := a.Default == cty.NilVal || a.Default.IsNull() || a.Default.False()
		return cty.BoolVal(on), strconv.FormatBool(on), true
	case a.Type == cty.Number:
		low, high := int64(1), int64(1_000_000)
		if a.Minimum != nil {
			low = int64(*a.Minimum) + 1
			high = low + 1_000_000
		}
		if a.Maximum != nil {
			high = int64(*a.Maximum)
		}
		n := low + r.Int64N(max(1, high-low))
		return cty.NumberIntVal(n), strconv.FormatInt(n, 10), true
	}
	return cty.NilVal, "", false
}
