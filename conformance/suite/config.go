// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"fmt"
	"maps"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/schema"
)

// The ids under which the suite configures the provider and opens its first channel.
const (
	ProviderID = "conformance"
	ChannelID  = "conformance.main"
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

// ConfigValue returns the value of a block as the host makes it: the values overridden by the changes, and null for all
// other arguments. A null change removes a value. An argument that the schema does not have is an error.
func ConfigValue(s schema.Schema, values, changes map[string]cty.Value) (cty.Value, error) {
	all := maps.Clone(values)
	if all == nil {
		all = map[string]cty.Value{}
	}
	maps.Copy(all, changes)
	for name := range all {
		if _, ok := s.Attribute(name); !ok {
			return cty.NilVal, fmt.Errorf("the schema has no argument %q", name)
		}
	}
	typ := s.ImpliedType()
	attrs := map[string]cty.Value{}
	for name, t := range typ.AttributeTypes() {
		attrs[name] = cty.NullVal(t)
		if v, ok := all[name]; ok && v != cty.NilVal {
			converted, err := convert.Convert(v, t)
			if err != nil {
				return cty.NilVal, fmt.Errorf("argument %q: %w", name, err)
			}
			attrs[name] = converted
		}
	}
	return cty.ObjectVal(attrs), nil
}

// SensitiveValues returns the values of a configuration that must never appear in anything a provider writes.
func SensitiveValues(s schema.Schema, config cty.Value) []string {
	var out []string
	for _, a := range s.Attributes {
		if !a.Sensitive || a.Type != cty.String {
			continue
		}
		if v := config.GetAttr(a.Name); v.IsKnown() && !v.IsNull() {
			out = append(out, v.AsString())
		}
	}
	return out
}
