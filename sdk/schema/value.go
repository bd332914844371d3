// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package schema

import (
	"fmt"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/zclconf/go-cty/cty"
)

// fault returns what is wrong with a value of the attribute's type, in words that continue "the argument". It is empty if
// nothing is, and for a value that is null or unknown. It does not contain the value.
func (a Attribute) fault(v cty.Value) string {
	if v.IsNull() || !v.IsKnown() {
		return ""
	}
	switch v.Type() {
	case cty.String:
		return a.textFault(v.AsString())
	case cty.Number:
		return a.rangeFault(v.AsBigFloat())
	}
	return ""
}

func (a Attribute) textFault(text string) string {
	if len(a.Allowed) > 0 && !slices.Contains(a.Allowed, text) {
		return "must be one of: " + strings.Join(a.Allowed, ", ")
	}
	if a.Pattern == "" {
		return ""
	}
	re, err := compilePattern(a.Pattern)
	switch {
	case err != nil, re.MatchString(text):
		return "" // Check reports a pattern that cannot be used
	case a.PatternHint != "":
		return "must be " + a.PatternHint
	}
	return fmt.Sprintf("must match the pattern %s", a.Pattern)
}

func (a Attribute) rangeFault(n *big.Float) string {
	low := a.Minimum != nil && n.Cmp(big.NewFloat(*a.Minimum)) < 0
	high := a.Maximum != nil && n.Cmp(big.NewFloat(*a.Maximum)) > 0
	switch {
	case !low && !high:
		return ""
	case a.Minimum == nil:
		return "must be at most " + formatBound(*a.Maximum)
	case a.Maximum == nil:
		return "must be at least " + formatBound(*a.Minimum)
	}
	return fmt.Sprintf("must be a number from %s to %s", formatBound(*a.Minimum), formatBound(*a.Maximum))
}

// formatBound returns a bound as a person would write it.
func formatBound(f float64) string {
	if f > -1e15 && f < 1e15 {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	return strconv.FormatFloat(f, 'g', -1, 64)
}

// Sensitive returns all texts within the values of sensitive attributes, also within blocks. Texts that are null or unknown
// are left out. The value is one of the schema and has no marks.
func (s Schema) Sensitive(value cty.Value) []string {
	if value == cty.NilVal || value.IsNull() || !value.IsKnown() || !value.Type().IsObjectType() {
		return nil
	}
	var out []string
	for _, a := range s.Attributes {
		if a.Sensitive && value.Type().HasAttribute(a.Name) {
			_ = cty.Walk(value.GetAttr(a.Name), func(_ cty.Path, leaf cty.Value) (bool, error) {
				if leaf.Type() == cty.String && leaf.IsKnown() && !leaf.IsNull() {
					out = append(out, leaf.AsString())
				}
				return true, nil
			})
		}
	}
	for _, b := range s.Blocks {
		if !value.Type().HasAttribute(b.Name) {
			continue
		}
		v := value.GetAttr(b.Name)
		switch {
		case v.IsNull() || !v.IsKnown():
		case b.Nesting != NestingList:
			out = append(out, b.Schema.Sensitive(v)...)
		case v.CanIterateElements():
			for _, body := range v.AsValueSlice() {
				out = append(out, b.Schema.Sensitive(body)...)
			}
		}
	}
	return out
}
