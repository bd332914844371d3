// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package schema describes the configuration of a provider: the attributes of its `provider` and `channel` blocks. The host
// decodes HCL with it.
//
// Start with the type Schema.
package schema

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/wahost/wahost/sdk/diag"
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
}

// Schema describes the body of a block.
type Schema struct {
	Attributes []Attribute
}

// Reserved lists the names that an attribute must not have, because the host uses them in every block.
var Reserved = []string{
	"alias", "provider", "count", "for_each", "depends_on", "lifecycle", "version", "source",
	"rate_limit", "shared_sender", "certificate", "require_certificate",
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

// Endpoint returns the name of the attribute with RoleEndpoint, or "".
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
	types := make(map[string]cty.Type, len(s.Attributes))
	for _, a := range s.Attributes {
		types[a.Name] = a.Type
	}
	return cty.Object(types)
}

// Check returns an error if the schema itself is wrong, which is a mistake of the provider's author.
func (s Schema) Check() error {
	if err := s.CheckBounds(); err != nil {
		return err
	}
	seen := map[string]bool{}
	endpoints := 0
	for _, a := range s.Attributes {
		switch {
		case !validName.MatchString(a.Name):
			return fmt.Errorf("attribute %q: a name must match %s", a.Name, validName)
		case slices.Contains(Reserved, a.Name):
			return fmt.Errorf("attribute %q: the name is reserved for the host", a.Name)
		case seen[a.Name]:
			return fmt.Errorf("attribute %q is declared twice", a.Name)
		case a.Type == cty.NilType:
			return fmt.Errorf("attribute %q has no type", a.Name)
		case a.Required && a.Default != cty.NilVal:
			return fmt.Errorf("attribute %q is required and has a default: choose one", a.Name)
		case len(a.Allowed) > 0 && a.Type != cty.String:
			return fmt.Errorf("attribute %q lists allowed values and is not a string", a.Name)
		}
		if a.Default != cty.NilVal {
			if _, err := convert.Convert(a.Default, a.Type); err != nil {
				return fmt.Errorf("attribute %q: the default is not a %s", a.Name, a.Type.FriendlyName())
			}
		}
		if a.Role == RoleEndpoint {
			endpoints++
		}
		seen[a.Name] = true
	}
	if endpoints > 1 {
		return fmt.Errorf("%d attributes have the role endpoint, at most one is allowed", endpoints)
	}
	return nil
}

// Conform checks a value of the implied type and returns it with defaults. Unknown values are accepted.
func (s Schema) Conform(value cty.Value) (cty.Value, diag.Diagnostics) {
	var diags diag.Diagnostics
	attrs := make(map[string]cty.Value, len(s.Attributes))
	for _, a := range s.Attributes {
		v := cty.NullVal(a.Type)
		if value != cty.NilVal && !value.IsNull() && value.IsKnown() && value.Type().HasAttribute(a.Name) {
			v = value.GetAttr(a.Name)
		}
		converted, err := convert.Convert(v, a.Type)
		if err != nil {
			diags = append(diags, diag.AttributeError(a.Name, "Incorrect argument type",
				fmt.Sprintf("The argument %q must be a %s.", a.Name, a.Type.FriendlyName())))
			attrs[a.Name] = cty.NullVal(a.Type)
			continue
		}
		v = converted
		if v.IsNull() && a.Default != cty.NilVal {
			v, _ = convert.Convert(a.Default, a.Type)
		}
		diags = append(diags, a.check(v)...)
		attrs[a.Name] = v
	}
	return cty.ObjectVal(attrs), diags
}

func (a Attribute) check(v cty.Value) diag.Diagnostics {
	switch {
	case !v.IsKnown():
		return nil
	case v.IsNull() && a.Required:
		return diag.Diagnostics{diag.AttributeError(a.Name, "Missing required argument",
			fmt.Sprintf("The argument %q is required, but no value was given.", a.Name))}
	case v.IsNull():
		return nil
	case len(a.Allowed) > 0 && v.Type() == cty.String && !slices.Contains(a.Allowed, v.AsString()):
		detail := fmt.Sprintf("The argument %q must be one of: %s.", a.Name, strings.Join(a.Allowed, ", "))
		if !a.Sensitive {
			detail += fmt.Sprintf(" It is %q.", v.AsString())
		}
		return diag.Diagnostics{diag.AttributeError(a.Name, "Invalid argument value", detail)}
	case a.Deprecated != "":
		return diag.Diagnostics{diag.AttributeWarning(a.Name, "Deprecated argument", a.Deprecated)}
	}
	return nil
}
