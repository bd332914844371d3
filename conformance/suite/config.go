// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"fmt"
	"maps"
	"slices"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/schema"
)

// ConfigureError is the error if the provider refuses the dialect's configuration.
type ConfigureError struct{ err error }

// Error returns the call that failed and why.
func (e *ConfigureError) Error() string { return e.err.Error() }

// Unwrap returns the cause.
func (e *ConfigureError) Unwrap() error { return e.err }

// CallFailed returns a *ConfigureError if a call failed or returned diagnostics with errors, and otherwise nil.
func CallFailed(call string, diags diag.Diagnostics, err error) error {
	if err == nil {
		err = diags.Err()
	}
	if err != nil {
		return &ConfigureError{fmt.Errorf("%s: %w", call, err)}
	}
	return nil
}

// ConfigValue returns the value of a block as the host makes it: the values overridden by the changes, and the schema's
// defaults or null for all other arguments. A null change removes a value. The value of a nested block is an object or a list
// of objects. An argument that the schema does not have is an error. Whether the values are allowed is not checked.
func ConfigValue(s schema.Schema, values, changes map[string]cty.Value) (cty.Value, error) {
	all := maps.Clone(values)
	if all == nil {
		all = map[string]cty.Value{}
	}
	maps.Copy(all, changes)
	set := map[string]cty.Value{}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		v := all[name]
		if b, ok := s.Block(name); ok {
			if err := checkArguments(b.Schema, v); err != nil {
				return cty.NilVal, fmt.Errorf("block %q: %w", name, err)
			}
			if v != cty.NilVal {
				set[name] = v
			}
			continue
		}
		a, ok := s.Attribute(name)
		if !ok {
			return cty.NilVal, fmt.Errorf("the schema has no argument %q", name)
		}
		if v == cty.NilVal {
			continue
		}
		converted, err := convert.Convert(v, a.Type)
		if err != nil {
			return cty.NilVal, fmt.Errorf("argument %q: %w", name, err)
		}
		set[name] = converted
	}
	value, _ := s.Conform(cty.ObjectVal(set))
	return value, nil
}

// checkArguments returns an error for an argument of a nested block that its schema does not have, or whose value is of another
// type. The value is that of a block or of a list of blocks.
func checkArguments(s schema.Schema, v cty.Value) error {
	if v == cty.NilVal || v.IsNull() || !v.IsKnown() {
		return nil
	}
	if !v.Type().IsObjectType() {
		if !v.CanIterateElements() {
			return fmt.Errorf("a %s is not a block", v.Type().FriendlyName())
		}
		for _, body := range v.AsValueSlice() {
			if err := checkArguments(s, body); err != nil {
				return err
			}
		}
		return nil
	}
	for name, inner := range v.AsValueMap() {
		if b, ok := s.Block(name); ok {
			if err := checkArguments(b.Schema, inner); err != nil {
				return fmt.Errorf("block %q: %w", name, err)
			}
			continue
		}
		a, ok := s.Attribute(name)
		if !ok {
			return fmt.Errorf("the schema has no argument %q", name)
		}
		if _, err := convert.Convert(inner, a.Type); err != nil {
			return fmt.Errorf("argument %q: %w", name, err)
		}
	}
	return nil
}

// SensitiveValues returns the values of a configuration that must never appear in anything a provider writes.
func SensitiveValues(s schema.Schema, config cty.Value) []string { return s.Sensitive(config) }
