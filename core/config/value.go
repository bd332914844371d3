// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

import "fmt"

// Value is what a provider or channel block says, in the form that the provider's client takes. It may hold secrets, so
// it is opaque: no way of formatting or encoding a Value shows anything of its content.
type Value struct {
	// reveal is a function because package fmt prints unexported fields of any other type.
	reveal func() any
}

// Hide returns a Value that holds v.
func Hide(v any) Value { return Value{reveal: func() any { return v }} }

// Reveal returns what v holds, for the provider and nobody else. It returns the zero T if v is the zero Value, as in a
// configuration that was loaded without the providers' schemas, or holds another type.
//
// Configurations that package load made hold a cty.Value of the type of the provider's schema, without marks. It conforms to
// the schema, and has its defaults.
func Reveal[T any](v Value) T {
	var zero T
	if v.reveal == nil {
		return zero
	}
	held, ok := v.reveal().(T)
	if !ok {
		return zero
	}
	return held
}

// held returns what v holds, or nil, to be compared and for nothing else.
func (v Value) held() any {
	if v.reveal == nil {
		return nil
	}
	return v.reveal()
}

// String returns the same text for every Value.
func (v Value) String() string { return "(configuration)" }

// Format writes the result of String, whatever the verb is.
func (v Value) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(v.String())) }
