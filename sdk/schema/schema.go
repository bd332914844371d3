// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package schema describes the configuration of a provider: the attributes and nested blocks of its `provider` and `channel`
// blocks, and the options that a message has for the vendor. The host decodes HCL with it, checks values against it, and fills
// in the defaults.
//
// Start with the type Schema.
package schema

import (
	"regexp"
	"slices"

	"github.com/zclconf/go-cty/cty"
)

// Role is the purpose of an attribute, if the host or the conformance suite must know it.
type Role int

const (
	// RoleNone is an ordinary attribute.
	RoleNone Role = iota
	// RoleEndpoint is the base URL of the vendor's API. The provider sends all its requests there, and the SDK checks that
	// the value is a URL.
	RoleEndpoint
)

// Attribute is an argument of a block.
type Attribute struct {
	// Name is the name of the argument. It matches ^[a-z_][a-z0-9_]*$ and is not in Reserved.
	Name string
	// Type is the type to which the value is converted.
	Type cty.Type
	// Description says what the argument is for, in a sentence or more.
	Description string
	// Required is true if the argument must be set and not null. A required argument has no default.
	Required bool
	// Sensitive is true if the value must never be shown in output, logs or diagnostics.
	Sensitive bool
	// Default is the value of an argument that is not set. If it is cty.NilVal, there is no default.
	Default cty.Value
	// Allowed lists the values that a string may have. If it is empty, all are allowed.
	Allowed []string
	// Role is the purpose of the attribute. The zero value is an ordinary one.
	Role Role
	// Deprecated says what to use instead. It is empty if the attribute is not deprecated.
	Deprecated string
	// ConflictsWith lists the attributes and blocks of the same body that must not be set together with this attribute. Naming
	// one of two is enough. Neither of the two may be required or have a default.
	ConflictsWith []string
	// Pattern is a regular expression of package regexp that a whole string must match. If it is empty, all values are
	// allowed.
	Pattern string
	// PatternHint says what a value that matches Pattern is, in words that continue "must be", such as "a phone number with
	// +". If it is empty, the pattern itself is shown.
	PatternHint string
	// Minimum and Maximum are the bounds of a number, both included. Nil means that there is no bound.
	Minimum, Maximum *float64
}

// Schema describes the body of a block.
type Schema struct {
	Attributes []Attribute
	// Blocks are the blocks within the block.
	Blocks []NestedBlock
	// ExactlyOneOf lists groups of at least two attributes and blocks. Exactly one of each group is set.
	ExactlyOneOf [][]string
}

// Reserved lists the names that an attribute must not have, because the host uses them in every block.
var Reserved = []string{
	"alias", "provider", "count", "for_each", "depends_on", "lifecycle", "version", "source",
	"rate_limit", "shared_sender", "max_concurrency", "certificate", "require_certificate",
}

var validName = regexp.MustCompile(`^[a-z_][a-z0-9_]*$`)

// Attribute returns the attribute with the given name.
func (s Schema) Attribute(name string) (Attribute, bool) {
	i := slices.IndexFunc(s.Attributes, func(a Attribute) bool { return a.Name == name })
	if i < 0 {
		return Attribute{}, false
	}
	return s.Attributes[i], true
}

// Endpoint returns the name of the attribute with RoleEndpoint, or "" if no attribute has it.
func (s Schema) Endpoint() string {
	for _, a := range s.Attributes {
		if a.Role == RoleEndpoint {
			return a.Name
		}
	}
	return ""
}

// ImpliedType returns the object type of values of the schema.
func (s Schema) ImpliedType() cty.Type {
	types := make(map[string]cty.Type, len(s.Attributes)+len(s.Blocks))
	for _, a := range s.Attributes {
		types[a.Name] = a.Type
	}
	for _, b := range s.Blocks {
		types[b.Name] = b.ImpliedType()
	}
	return cty.Object(types)
}

// Empty reports whether the schema has neither attributes nor blocks.
func (s Schema) Empty() bool { return len(s.Attributes) == 0 && len(s.Blocks) == 0 }

// Names returns the names of all attributes and blocks, in the order of the schema.
func (s Schema) Names() []string {
	var names []string
	for _, a := range s.Attributes {
		names = append(names, a.Name)
	}
	for _, b := range s.Blocks {
		names = append(names, b.Name)
	}
	return names
}
