// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"regexp/syntax"
	"strconv"
	"strings"

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
	case a.Type == cty.String:
		text := matching(a.Pattern, r)
		return cty.StringVal(text), text, text != ""
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

// matching returns a text that a pattern matches as a whole, or "" if the pattern is not one of characters, choices and
// repetitions.
func matching(pattern string, r *rand.Rand) string {
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return ""
	}
	var b strings.Builder
	generate(tree, r, &b)
	if whole, err := regexp.Compile("^(?:" + pattern + ")$"); err != nil || !whole.MatchString(b.String()) {
		return ""
	}
	return b.String()
}

func generate(t *syntax.Regexp, r *rand.Rand, b *strings.Builder) {
	times := func(low, high int) {
		if high < low {
			high = low + 3
		}
		for range low + r.IntN(high-low+1) {
			generate(t.Sub[0], r, b)
		}
	}
	switch t.Op {
	case syntax.OpLiteral:
		b.WriteString(string(t.Rune))
	case syntax.OpCharClass:
		i := 2 * r.IntN(len(t.Rune)/2)
		b.WriteRune(t.Rune[i] + rune(r.IntN(int(min(t.Rune[i+1]-t.Rune[i], 25))+1))) //nolint:gosec // at most 25
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		b.WriteByte('x')
	case syntax.OpCapture, syntax.OpConcat:
		for _, sub := range t.Sub {
			generate(sub, r, b)
		}
	case syntax.OpAlternate:
		generate(t.Sub[r.IntN(len(t.Sub))], r, b)
	case syntax.OpRepeat:
		times(t.Min, t.Max)
	case syntax.OpStar:
		times(0, 3)
	case syntax.OpPlus:
		times(1, 4)
	case syntax.OpQuest:
		times(0, 1)
	}
}
