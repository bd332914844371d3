// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package schema

import (
	"fmt"
	"slices"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/wahost/wahost/sdk/diag"
)

// Conform checks a value of the implied type and returns it with defaults, also within blocks. Unknown values are accepted. An
// attribute that is not in the value, or is null, is not set. The diagnostics have no sensitive values. Conforming the
// result again changes nothing.
func (s Schema) Conform(value cty.Value) (cty.Value, diag.Diagnostics) {
	return s.conform(nil, value)
}

// presence says whether an attribute or a block is set.
type presence int

const (
	absent presence = iota
	undecided
	present
)

// conform does the work of Conform for the body at a path.
func (s Schema) conform(at cty.Path, value cty.Value) (cty.Value, diag.Diagnostics) {
	var diags diag.Diagnostics
	values := make(map[string]cty.Value, len(s.Attributes)+len(s.Blocks))
	given := make(map[string]presence, len(s.Attributes)+len(s.Blocks))
	object := value != cty.NilVal && !value.IsNull() && value.IsKnown() && value.Type().IsObjectType()
	get := func(name string) cty.Value {
		if object && value.Type().HasAttribute(name) {
			return value.GetAttr(name)
		}
		return cty.NilVal
	}
	for _, a := range s.Attributes {
		var found diag.Diagnostics
		values[a.Name], given[a.Name], found = a.conform(join(at, a.Name), get(a.Name))
		diags = append(diags, found...)
	}
	for _, b := range s.Blocks {
		var found diag.Diagnostics
		values[b.Name], given[b.Name], found = b.conform(join(at, b.Name), get(b.Name))
		diags = append(diags, found...)
	}
	diags = append(diags, s.checkConflicts(at, given)...)
	return cty.ObjectVal(values), append(diags, s.checkGroups(at, given)...)
}

// join returns a path with a name added. It never shares memory with at.
func join(at cty.Path, name string) cty.Path { return at.Copy().GetAttr(name) }

func errorAt(at cty.Path, summary, format string, args ...any) diag.Diagnostic {
	return diag.Diagnostic{Severity: diag.Error, Summary: summary, Detail: fmt.Sprintf(format, args...), Path: at}
}

// conform returns the value of the attribute with its default.
func (a Attribute) conform(at cty.Path, v cty.Value) (cty.Value, presence, diag.Diagnostics) {
	plain := a.Type.WithoutOptionalAttributesDeep()
	if v == cty.NilVal {
		v = cty.NullVal(plain)
	}
	converted, err := convert.Convert(v, a.Type)
	switch {
	case err != nil:
		return cty.NullVal(plain), undecided, diag.Diagnostics{
			errorAt(at, "Incorrect argument type", "The argument %q must be a %s.", a.Name, a.Type.FriendlyName())}
	case !converted.IsKnown():
		return converted, undecided, nil
	case converted.IsNull() && a.Required:
		return cty.NullVal(plain), absent, diag.Diagnostics{
			errorAt(at, "Missing required argument", "The argument %q is required, but no value was given.", a.Name)}
	case converted.IsNull() && a.Default != cty.NilVal:
		if converted, err = convert.Convert(a.Default, a.Type); err == nil {
			return converted, absent, nil
		}
		return cty.NullVal(plain), absent, nil
	case converted.IsNull():
		return cty.NullVal(plain), absent, nil
	}
	if fault := a.fault(converted); fault != "" {
		detail := fmt.Sprintf("The argument %q %s.", a.Name, fault)
		if shown := a.show(converted); shown != "" {
			detail += fmt.Sprintf(" It is %s.", shown)
		}
		return converted, present, diag.Diagnostics{{Severity: diag.Error, Summary: "Invalid argument value", Detail: detail, Path: at}}
	}
	// A default that the host filled in is not what a person wrote.
	if a.Deprecated != "" && !a.isDefault(converted) {
		return converted, present, diag.Diagnostics{{Severity: diag.Warning, Summary: "Deprecated argument", Detail: a.Deprecated, Path: at}}
	}
	return converted, present, nil
}

func (a Attribute) isDefault(v cty.Value) bool {
	if a.Default == cty.NilVal {
		return false
	}
	d, err := convert.Convert(a.Default, a.Type)
	return err == nil && d.RawEquals(v)
}

// show returns a value for a diagnostic, or "" if it must not be shown.
func (a Attribute) show(v cty.Value) string {
	switch {
	case a.Sensitive:
		return ""
	case v.Type() == cty.String:
		return fmt.Sprintf("%q", shorten(v.AsString()))
	case v.Type() == cty.Number:
		return shorten(v.AsBigFloat().Text('g', 20))
	}
	return ""
}

// conform returns the value of the block: an object or null, or a list.
func (b NestedBlock) conform(at cty.Path, v cty.Value) (cty.Value, presence, diag.Diagnostics) {
	typ := b.ImpliedType().WithoutOptionalAttributesDeep()
	none := cty.NullVal(typ)
	if b.Nesting == NestingList {
		none = cty.ListValEmpty(typ.ElementType())
	}
	if v != cty.NilVal && !v.IsKnown() {
		return cty.UnknownVal(typ), undecided, nil
	}
	var bodies []cty.Value
	switch {
	case v == cty.NilVal || v.IsNull():
	case b.Nesting != NestingList && v.Type().IsObjectType():
		bodies = []cty.Value{v}
	case b.Nesting == NestingList && (v.Type().IsListType() || v.Type().IsTupleType() || v.Type().IsSetType()):
		bodies = v.AsValueSlice()
	default:
		return none, undecided, diag.Diagnostics{errorAt(at, "Incorrect block type", "The block %q must be %s.", b.Name, b.shape())}
	}
	if len(bodies) == 0 {
		return none, absent, b.checkCount(at, 0)
	}
	var diags diag.Diagnostics
	values := make([]cty.Value, len(bodies))
	for i, body := range bodies {
		place := at
		if b.Nesting == NestingList {
			place = at.Copy().IndexInt(i)
		}
		var found diag.Diagnostics
		values[i], found = b.conformBody(place, body)
		diags = append(diags, found...)
	}
	diags = append(diags, b.checkCount(at, len(bodies))...)
	if b.Deprecated != "" {
		diags = append(diags, diag.Diagnostic{Severity: diag.Warning, Summary: "Deprecated block", Detail: b.Deprecated, Path: at})
	}
	if b.Nesting == NestingList {
		return cty.ListVal(values), present, diags
	}
	return values[0], present, diags
}

// conformBody returns the value of one of the blocks.
func (b NestedBlock) conformBody(at cty.Path, body cty.Value) (cty.Value, diag.Diagnostics) {
	switch {
	case !body.IsKnown():
		return cty.UnknownVal(b.Schema.ImpliedType().WithoutOptionalAttributesDeep()), nil
	case !body.IsNull() && !body.Type().IsObjectType():
		value, _ := b.Schema.conform(at, cty.NilVal)
		return value, diag.Diagnostics{errorAt(at, "Incorrect block type", "The block %q must be %s.", b.Name, b.shape())}
	}
	return b.Schema.conform(at, body)
}

func (b NestedBlock) shape() string {
	if b.Nesting == NestingList {
		return "a list of objects"
	}
	return "an object"
}

// checkCount returns an error if there are too many or too few blocks.
func (b NestedBlock) checkCount(at cty.Path, n int) diag.Diagnostics {
	switch {
	case n == 0 && b.MinItems == 1:
		return diag.Diagnostics{errorAt(at, "Missing required block", "A block %q is required.", b.Name)}
	case n < b.MinItems:
		return diag.Diagnostics{errorAt(at, "Too few blocks", "At least %d blocks %q are required, and there are %d.", b.MinItems, b.Name, n)}
	case b.Nesting == NestingList && b.MaxItems > 0 && n > b.MaxItems:
		return diag.Diagnostics{errorAt(at.Copy().IndexInt(b.MaxItems), "Too many blocks", "At most %d blocks %q are allowed, and there are %d.", b.MaxItems, b.Name, n)}
	}
	return nil
}

// checkConflicts returns an error for each two attributes and blocks that are set and must not be set together.
func (s Schema) checkConflicts(at cty.Path, given map[string]presence) diag.Diagnostics {
	var diags diag.Diagnostics
	reported := map[[2]string]bool{}
	for _, a := range s.Attributes {
		for _, other := range a.ConflictsWith {
			pair := [2]string{min(a.Name, other), max(a.Name, other)}
			if given[a.Name] != present || given[other] != present || reported[pair] {
				continue
			}
			reported[pair] = true
			diags = append(diags, errorAt(join(at, a.Name), "Conflicting arguments",
				"The argument %q and the %s %q must not be set together. Remove one of the two.", a.Name, s.kindOf(other), other))
		}
	}
	return diags
}

// checkGroups returns an error for each group of which not exactly one is set.
func (s Schema) checkGroups(at cty.Path, given map[string]presence) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, group := range s.ExactlyOneOf {
		var set []string
		open := false
		for _, name := range group {
			switch given[name] {
			case present:
				set = append(set, name)
			case undecided:
				open = true
			}
		}
		switch {
		case len(set) == 0 && !open:
			diags = append(diags, errorAt(at.Copy(), "Missing required argument", "Exactly one of %s must be set, and none is.", quotedList(group)))
		case len(set) > 1:
			diags = append(diags, errorAt(join(at, set[1]), "Conflicting arguments",
				"Exactly one of %s must be set, and these are: %s.", quotedList(group), quotedList(set)))
		}
	}
	return diags
}

// kindOf returns the word for what the name is the name of.
func (s Schema) kindOf(name string) string {
	if slices.ContainsFunc(s.Blocks, func(b NestedBlock) bool { return b.Name == name }) {
		return "block"
	}
	return "argument"
}
