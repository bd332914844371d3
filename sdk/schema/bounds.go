// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package schema

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/internal/ctynumber"
)

// Bounds of a schema. They are far above what a provider needs. They protect the host's memory and time from a mistake in a
// provider.
const (
	// MaxAttributes is the largest number of attributes of a block, and MaxBlocks that of nested blocks.
	MaxAttributes = 500
	MaxBlocks     = 100
	// MaxBlockDepth is the largest number of levels of nested blocks, and MaxParts the largest number of attributes and
	// blocks in a schema with all its nested blocks.
	MaxBlockDepth = 8
	MaxParts      = 2000
	// MaxGroups is the largest number of groups of which exactly one is set. MaxNames is the largest number of names in a
	// group or in a list of conflicts.
	MaxGroups = 100
	MaxNames  = 100
	// MaxName is the largest length in bytes of the name of an attribute, also within an object type.
	MaxName = 128
	// MaxText is the largest length in bytes of a description, a deprecation or a hint.
	MaxText = 16 << 10
	// MaxPattern is the largest length of a pattern in bytes.
	MaxPattern = 1 << 10
	// MaxItems is the largest number that bounds how often a block occurs.
	MaxItems = 1_000_000
	// MaxAllowed is the largest number of allowed values, and MaxAllowedText the largest length of one in bytes.
	MaxAllowed     = 1000
	MaxAllowedText = 1 << 10
	// MaxTypeDepth is the largest number of levels of a type, and MaxTypeNodes the largest number of types in it.
	MaxTypeDepth = 16
	MaxTypeNodes = 1000
)

// maxPatternSize is the largest number of instructions of a compiled pattern, about.
const maxPatternSize = 10_000

// ErrNumberRange is the error of a number whose decimal form would be unreasonably long.
var ErrNumberRange = ctynumber.ErrRange

// CheckNumber returns ErrNumberRange if v is a known number that would be unreasonably long when written as a decimal,
// such as 1e333333339. Other values pass.
func CheckNumber(v cty.Value) error { return ctynumber.Check(v) }

// CheckNumbers calls CheckNumber for v and for every value in it.
func CheckNumbers(v cty.Value) error {
	if v == cty.NilVal {
		return nil
	}
	return cty.Walk(v, func(_ cty.Path, leaf cty.Value) (bool, error) { return true, CheckNumber(leaf) })
}

// CheckBounds returns an error if a part of the schema is too large or nested too deeply, or its values would have no type.
// Check calls CheckBounds too. A host calls it before it uses the schema of a provider.
func (s Schema) CheckBounds() error {
	parts := 0
	return s.checkBounds(0, false, &parts)
}

// checkBounds checks a body at a depth. Listed is true within a block of NestingList. It adds the parts of the body to parts.
func (s Schema) checkBounds(depth int, listed bool, parts *int) error {
	if n := len(s.Attributes); n > MaxAttributes {
		return fmt.Errorf("the block has %d attributes, at most %d are allowed", n, MaxAttributes)
	}
	if n := len(s.Blocks); n > MaxBlocks {
		return fmt.Errorf("the block has %d nested blocks, at most %d are allowed", n, MaxBlocks)
	}
	if *parts += len(s.Attributes) + len(s.Blocks); *parts > MaxParts {
		return fmt.Errorf("the schema has more than %d attributes and blocks", MaxParts)
	}
	if n := len(s.ExactlyOneOf); n > MaxGroups {
		return fmt.Errorf("the block has %d groups of which exactly one is set, at most %d are allowed", n, MaxGroups)
	}
	for _, group := range s.ExactlyOneOf {
		if err := checkNames("a group of which exactly one is set", group); err != nil {
			return err
		}
	}
	for _, a := range s.Attributes {
		if err := a.checkBounds(); err != nil {
			return fmt.Errorf("attribute %q: %w", shorten(a.Name), err)
		}
		if listed && a.Type != cty.NilType && a.Type.HasDynamicTypes() {
			return fmt.Errorf("attribute %q: a type that is known only with the value is not allowed in a list of blocks", shorten(a.Name))
		}
	}
	for _, b := range s.Blocks {
		if err := b.checkBounds(depth+1, listed, parts); err != nil {
			return fmt.Errorf("block %q: %w", shorten(b.Name), err)
		}
	}
	return nil
}

func (b NestedBlock) checkBounds(depth int, listed bool, parts *int) error {
	switch {
	case depth > MaxBlockDepth:
		return fmt.Errorf("blocks are nested more than %d levels deep", MaxBlockDepth)
	case len(b.Name) > MaxName:
		return fmt.Errorf("the name has %d bytes, at most %d are allowed", len(b.Name), MaxName)
	case len(b.Description) > MaxText:
		return fmt.Errorf("the description has %d bytes, at most %d are allowed", len(b.Description), MaxText)
	case len(b.Deprecated) > MaxText:
		return fmt.Errorf("the deprecation has %d bytes, at most %d are allowed", len(b.Deprecated), MaxText)
	case b.MinItems < 0 || b.MinItems > MaxItems || b.MaxItems < 0 || b.MaxItems > MaxItems:
		return fmt.Errorf("the number of blocks is bounded by %d and %d, which must be between 0 and %d", b.MinItems, b.MaxItems, MaxItems)
	}
	return b.Schema.checkBounds(depth, listed || b.Nesting == NestingList, parts)
}

func checkNames(what string, names []string) error {
	if n := len(names); n > MaxNames {
		return fmt.Errorf("%s has %d names, at most %d are allowed", what, n, MaxNames)
	}
	for _, name := range names {
		if len(name) > MaxName {
			return fmt.Errorf("%s has a name of %d bytes, at most %d are allowed", what, len(name), MaxName)
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
	case len(a.PatternHint) > MaxText:
		return fmt.Errorf("the hint about the pattern has %d bytes, at most %d are allowed", len(a.PatternHint), MaxText)
	case len(a.Pattern) > MaxPattern:
		return fmt.Errorf("the pattern has %d bytes, at most %d are allowed", len(a.Pattern), MaxPattern)
	case len(a.Allowed) > MaxAllowed:
		return fmt.Errorf("%d values are listed as allowed, at most %d may be", len(a.Allowed), MaxAllowed)
	}
	for _, value := range a.Allowed {
		if len(value) > MaxAllowedText {
			return fmt.Errorf("an allowed value has %d bytes, at most %d are allowed", len(value), MaxAllowedText)
		}
	}
	if err := checkNames("the list of conflicts", a.ConflictsWith); err != nil {
		return err
	}
	for _, bound := range []*float64{a.Minimum, a.Maximum} {
		if bound != nil && (math.IsNaN(*bound) || math.IsInf(*bound, 0)) {
			return fmt.Errorf("the minimum or the maximum is %v, and must be a finite number", *bound)
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
