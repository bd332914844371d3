// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package hclmeter bounds the evaluation of HCL expressions. An expression is short, and what it computes may be huge. Limit
// changes the expressions of a file so that they tell a meter what they make, and Functions returns functions that do.
package hclmeter

import (
	"errors"
	"reflect"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/internal/ctynumber"
)

const (
	// MaxValue is the largest size of one value, or of all arguments of a function.
	MaxValue = 4 << 20
	// perValue is what a value counts for besides its text.
	perValue = 16
)

// Meter is what is left of the work that may be done. It counts the bytes of what is made, and each value at 16 bytes. It is
// for one goroutine.
type Meter struct {
	left int64
	// Reported is set once somebody was told that nothing is left.
	Reported bool
}

// New returns a meter with an amount of work.
func New(work int64) *Meter { return &Meter{left: work} }

var (
	errTooLarge = errors.New("the value would be too large: a value has at most 4 MiB")
	errTooMuch  = errors.New("the expressions compute too much")
	// ErrInfinite is the error about a number that is infinite.
	ErrInfinite = errors.New("a number is infinite, as after a division by zero")
)

// Reset sets the amount of work that is left.
func (m *Meter) Reset(work int64) { m.left, m.Reported = work, false }

// Spend counts work. The result is false once nothing is left.
func (m *Meter) Spend(n int64) bool {
	if m.left >= 0 {
		m.left -= n
	}
	return m.left >= 0
}

// Size returns how much a value counts for. It stops counting above the limit.
func Size(v cty.Value, limit int64) int64 {
	n, _ := Inspect(v, limit)
	return n
}

// Inspect returns how much a value counts for, and an error if a number in it is infinite or could not be written out. It
// stops above the limit.
func Inspect(v cty.Value, limit int64) (int64, error) {
	v, _ = v.Unmark()
	n := int64(perValue)
	switch ty := v.Type(); {
	case !v.IsKnown() || v.IsNull():
	case ty == cty.String:
		n += int64(len(v.AsString()))
	case ty == cty.Number:
		if v.AsBigFloat().IsInf() {
			return n, ErrInfinite
		}
		return n, ctynumber.Check(v)
	case ty.IsCollectionType() || ty.IsTupleType() || ty.IsObjectType():
		for it := v.ElementIterator(); n <= limit && it.Next(); {
			key, element := it.Element()
			if key, _ := key.Unmark(); key.Type() == cty.String && !ty.IsSetType() {
				n += int64(len(key.AsString()))
			}
			more, err := Inspect(element, limit-n)
			if n += more; err != nil {
				return n, err
			}
		}
	}
	return n, nil
}

// Name is the name of the meter among the variables of an evaluation. No expression can refer to it.
const Name = " meter"

var meterType = cty.Capsule("meter", reflect.TypeFor[Meter]())

// Value returns the meter as the value of the variable Name.
func (m *Meter) Value() cty.Value { return cty.CapsuleVal(meterType, m) }

// meterOf returns the meter of an evaluation, or nil if it has no meter.
func meterOf(ctx *hcl.EvalContext) *Meter {
	for ; ctx != nil; ctx = ctx.Parent() {
		if v, ok := ctx.Variables[Name]; ok {
			return v.EncapsulatedValue().(*Meter)
		}
	}
	return nil
}
