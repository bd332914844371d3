// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"slices"
)

// row is one line of the result.
type row struct {
	Name     string  `json:"name"`
	Measured float64 `json:"measured"`
	// Unit is "x" for a ratio.
	Unit string `json:"unit"`
	// Control is the range of the A/A control. It is nil for a value that is measured once.
	Control *control `json:"control,omitempty"`
	// Goal is nil if the measurement is only told.
	Goal *goal `json:"goal,omitempty"`
	// Met is nil if there is no goal.
	Met *bool `json:"met,omitempty"`
	// Figures are what the measured value consists of.
	Figures []figure `json:"figures,omitempty"`
}

// control is what the same thing measured against itself gave: the lowest and the highest ratio of a round.
type control struct {
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

func (c *control) String() string {
	if c == nil {
		return ""
	}
	return fmt.Sprintf("%.2f-%.2f", c.Low, c.High)
}

// goal is a bound of the design.
type goal struct {
	// Is is "<=" or ">=".
	Is    string  `json:"is"`
	Value float64 `json:"value"`
}

func atMost(value float64) *goal  { return &goal{"<=", value} }
func atLeast(value float64) *goal { return &goal{">=", value} }

func (g *goal) met(value float64) bool {
	if g.Is == "<=" {
		return value <= g.Value
	}
	return value >= g.Value
}

// figure is a value that explains a row.
type figure struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
}

// newRow returns a row for a value of each round, and the control's value of each round.
func newRow(name, unit string, values, controls []float64, g *goal, figures ...figure) row {
	r := row{Name: name, Measured: median(values), Unit: unit, Goal: g, Figures: figures}
	if len(controls) > 0 {
		r.Control = &control{slices.Min(controls), slices.Max(controls)}
	}
	if g != nil {
		met := g.met(r.Measured)
		r.Met = &met
	}
	return r
}

// median returns the middle of the values, or the mean of the two in the middle.
func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	if n == 0 {
		return 0
	}
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// quantile returns the value that the part q of the values does not exceed.
func quantile(values []float64, q float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(int(q*float64(len(sorted))), len(sorted)-1)]
}
