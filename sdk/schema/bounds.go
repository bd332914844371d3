// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package schema

import (
	"errors"
	"fmt"
	"strings"

	"github.com/zclconf/go-cty/cty"
)

// Bounds of a schema. They are far above what a provider needs. They protect the host's memory and time from a mistake in a
// provider.
const (
	// MaxAttributes is the largest number of attributes of a block.
	MaxAttributes = 500
	// MaxName is the largest length in bytes of the name of an attribute, also within an object type.
	MaxName = 128
	// MaxText is the largest length in bytes of a description or a deprecation.
	MaxText = 16 << 10
	// MaxAllowed is the largest number of allowed values, and MaxAllowedText the largest length of one in bytes.
	MaxAllowed     = 1000
	MaxAllowedText = 1 << 10
	// MaxTypeDepth is the largest number of levels of a type, and MaxTypeNodes the largest number of types in it.
	MaxTypeDepth = 16
	MaxTypeNodes = 1000
)

// maxExponent bounds the binary exponent of a number: about 1233 decimal digits before or after the point.
const maxExponent = 4096

// ErrNumberRange is the error of a number whose decimal form would be unreasonably long.
var ErrNumberRange = errors.New("a number between 1e-1200 and 1e1200 in size is required")

// CheckNumber returns ErrNumberRange if v is a known number that would be unreasonably long when written as a decimal,
// such as 1e333333339. Other values pass.
func CheckNumber(v cty.Value) error {
	v, _ = v.Unmark()
	if v.Type() != cty.Number || !v.IsKnown() || v.IsNull() {
		return nil
	}
	f := v.AsBigFloat()
	if f.IsInf() {
		return ErrNumberRange
	}
	if exponent := f.MantExp(nil); exponent > maxExponent || exponent < -maxExponent {
		return ErrNumberRange
	}
	return nil
}

// CheckNumbers calls CheckNumber for v and for every value in it.
func CheckNumbers(v cty.Value) error {
	if v == cty.NilVal {
		return nil
	}
	return cty.Walk(v, func(_ cty.Path, leaf cty.Value) (bool, error) { return true, CheckNumber(leaf) })
}

// CheckBounds returns an error if a part of the schema is too large or nested too deeply. Check calls CheckBounds too. A
// host calls it before it uses the schema of a provider.
func (s Schema) CheckBounds() error {
	if n := len(s.Attributes); n > MaxAttributes {
		return fmt.Errorf("the block has %d attributes, at most %d are allowed", n, MaxAttributes)
	}
	for _, a := range s.Attributes {
		if err := a.checkBounds(); err != nil {
			return fmt.Errorf("attribute %q: %w", shorten(a.Name), err)
		}
	}
	return nil
}

func (a Attribute) checkBounds() error {
	switch {
	case len(a.Name) > MaxName:
		return fmt.Errorf("the name has %d bytes, at most %d are allowed", len(a.Name), MaxName)
	case len(a.Description) > MaxText:
		return fmt.Errorf("the description has %d bytes, at most %d are allowed", len(a.Description), MaxText)
	case len(a.Deprecated) > MaxText:
		return fmt.Errorf("the deprecation has %d bytes, at most %d are allowed", len(a.Deprecated), MaxText)
	case len(a.Allowed) > MaxAllowed:
		return fmt.Errorf("%d values are listed as allowed, at most %d may be", len(a.Allowed), MaxAllowed)
	}
	for _, value := range a.Allowed {
		if len(value) > MaxAllowedText {
			return fmt.Errorf("an allowed value has %d bytes, at most %d are allowed", len(value), MaxAllowedText)
		}
	}
	if a.Type != cty.NilType {
		nodes := 0
		if err := checkType(a.Type, 1, &nodes); err != nil {
			return err
		}
	}
	if err := CheckNumbers(a.Default); err != nil {
		return fmt.Errorf("the default: %w", err)
	}
	return nil
}

func checkType(t cty.Type, depth int, nodes *int) error {
	if *nodes++; *nodes > MaxTypeNodes {
		return fmt.Errorf("the type has more than %d parts", MaxTypeNodes)
	}
	if depth > MaxTypeDepth {
		return fmt.Errorf("the type is nested more than %d levels deep", MaxTypeDepth)
	}
	switch {
	case t.IsCollectionType():
		return checkType(t.ElementType(), depth+1, nodes)
	case t.IsTupleType():
		for _, element := range t.TupleElementTypes() {
			if err := checkType(element, depth+1, nodes); err != nil {
				return err
			}
		}
	case t.IsObjectType():
		for name, attribute := range t.AttributeTypes() {
			if len(name) > MaxName {
				return fmt.Errorf("the type has a name of %d bytes, at most %d are allowed", len(name), MaxName)
			}
			if err := checkType(attribute, depth+1, nodes); err != nil {
				return err
			}
		}
	case t.IsCapsuleType():
		return errors.New("the type is not one that configuration can have")
	}
	return nil
}

// shorten returns a text, cut to a length that fits into an error.
func shorten(text string) string {
	const most = 60
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "..."
}
