// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package console

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/wahost/wahost/core/gateway/adminapi"
)

const (
	// curveWidth and curveHeight are the size of a curve in the units of its picture, which is as wide as its place on the page.
	curveWidth, curveHeight = 360, 64
	// joined is how many samples a point of a curve is of, since a sample of few messages jumps.
	joined = 3
)

// curve is something over the last hour.
type curve struct {
	// Title says what, and Tone is the class of CSS.
	Title, Tone string
	// Now is the value of the last minute, and Most the upper end of the picture, both for people.
	Now, Most string
	// Line and Area are paths of SVG. They are empty if nothing is known.
	Line, Area string
}

// Label is what a person hears who does not see the picture.
func (c *curve) Label() string {
	return fmt.Sprintf("%s over the last hour: %s now, on a scale up to %s", c.Title, c.Now, c.Most)
}

// curves returns what the overview shows of the last hour.
func curves(h *adminapi.HourState) []curve {
	rate := func(of func(*adminapi.Sample) int) []float64 {
		var all []float64
		for _, s := range h.Samples {
			all = append(all, float64(of(&s))/float64(max(1, h.StepSeconds)))
		}
		return all
	}
	var waiting []float64
	for _, s := range h.Samples {
		v := math.NaN()
		if s.Waiting != nil {
			v = float64(*s.Waiting)
		}
		waiting = append(waiting, v)
	}
	minute := max(1, 60/max(1, h.StepSeconds))
	return []curve{
		newCurve("Taken per second", "open", rate(func(s *adminapi.Sample) int { return s.Taken }), minute),
		newCurve("Accepted per second", "good", rate(func(s *adminapi.Sample) int { return s.Accepted }), minute),
		newCurve("Failed per second", "bad", rate(func(s *adminapi.Sample) int { return s.Failed }), minute),
		newCurve("Waiting", "advice", waiting, 1),
	}
}

// newCurve returns the curve of values, of which NaN is not known. Its present value is the mean of the last ones.
func newCurve(title, tone string, values []float64, last int) curve {
	points := make([]float64, 0, len(values)/joined)
	most := 0.0
	for len(values) >= joined {
		v, ok := mean(values[:joined])
		if !ok {
			v = math.NaN()
		}
		most = max(most, valueOr(v, 0))
		points, values = append(points, v), values[joined:]
	}
	c := curve{Title: title, Tone: tone, Now: "–"}
	scale := nice(most)
	c.Most = figure(scale)
	if tail := points[max(0, len(points)-max(1, last/joined)):]; len(tail) > 0 {
		if v, ok := mean(tail); ok {
			c.Now = figure(v)
		}
	}
	c.Line, c.Area = paths(points, scale)
	return c
}

// paths returns the line through points and the area below it. What is not known is a gap.
func paths(points []float64, scale float64) (line, area string) {
	var l, a strings.Builder
	x := func(i int) float64 { return curveWidth * float64(i) / float64(max(1, len(points)-1)) }
	for i := 0; i < len(points); {
		if math.IsNaN(points[i]) {
			i++
			continue
		}
		begin := i
		for command := "M"; i < len(points) && !math.IsNaN(points[i]); i, command = i+1, "L" {
			y := curveHeight - 1 - (curveHeight-4)*points[i]/scale
			fmt.Fprintf(&l, "%s%.0f %.1f", command, x(i), y)
			if command == "M" {
				fmt.Fprintf(&a, "M%.0f %d", x(i), curveHeight)
			}
			fmt.Fprintf(&a, "L%.0f %.1f", x(i), y)
		}
		if i > begin {
			fmt.Fprintf(&a, "L%.0f %dZ", x(i-1), curveHeight)
		}
	}
	return l.String(), a.String()
}

// mean returns the mean of the values that are known, and whether there is one.
func mean(values []float64) (float64, bool) {
	sum, n := 0.0, 0
	for _, v := range values {
		if !math.IsNaN(v) {
			sum, n = sum+v, n+1
		}
	}
	return sum / float64(max(1, n)), n > 0
}

func valueOr(v, other float64) float64 {
	if math.IsNaN(v) {
		return other
	}
	return v
}

// nice returns the smallest of 1, 2 and 5 times a power of ten that is not below a value. It is 1 at least.
func nice(v float64) float64 {
	if v <= 1 {
		return 1
	}
	power := math.Pow(10, math.Floor(math.Log10(v)))
	for _, x := range []float64{1, 2, 5} {
		if v <= x*power {
			return x * power
		}
	}
	return 10 * power
}

// figure returns a number for people.
func figure(v float64) string {
	switch {
	case v == 0:
		return "0"
	case v < 10:
		return strings.TrimSuffix(strconv.FormatFloat(v, 'f', 1, 64), ".0")
	}
	return grouped(int(math.Round(v)))
}

// grouped returns a whole number with a thin space between each three digits.
func grouped(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "\u202f" + s[i:]
	}
	return s
}
