// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package hclmeter

import (
	"errors"
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/internal/ctynumber"
)

// costs holds the costs of the functions whose result may be much larger than their arguments, and of those whose time
// does not grow with the size of the arguments alone.
var costs = map[string]func([]cty.Value) (int64, error){
	"distinct": func(args []cty.Value) (int64, error) { return product(elements(args[0]), elements(args[0])) / 4, nil },
	"format": func(args []cty.Value) (int64, error) {
		if err := numerals(args[1:]); err != nil {
			return 0, err
		}
		return widths(text(args[0]))
	},
	"formatlist": func(args []cty.Value) (int64, error) {
		one, err := widths(text(args[0]))
		longest := int64(1)
		if err == nil {
			err = numerals(args[1:])
		}
		for _, arg := range args[1:] {
			longest = max(longest, elements(arg))
		}
		return product(one+int64(len(text(args[0]))), longest), err
	},
	"indent": func(args []cty.Value) (int64, error) {
		return product(whole(args[0]), int64(strings.Count(text(args[1]), "\n"))), nil
	},
	"join": func(args []cty.Value) (int64, error) {
		var n int64
		for _, list := range args[1:] {
			n += elements(list)
		}
		return product(int64(len(text(args[0]))), n), nil
	},
	"parseint": func(args []cty.Value) (int64, error) {
		if len(text(args[0])) > maxPattern {
			return 0, errors.New("the text has too many digits")
		}
		return 0, nil
	},
	"regex":    func(args []cty.Value) (int64, error) { return 0, pattern(args[0]) },
	"regexall": func(args []cty.Value) (int64, error) { return 0, pattern(args[0]) },
	"replace": func(args []cty.Value) (int64, error) {
		return product(int64(strings.Count(text(args[0]), text(args[1]))), int64(len(text(args[2])))), nil
	},
	"trim": func(args []cty.Value) (int64, error) {
		return product(int64(len(text(args[0]))), int64(len(text(args[1])))) / 16, nil
	},
}

// maxPattern is the largest length of a regular expression or a number in bytes.
const maxPattern = 4096

func pattern(v cty.Value) error {
	if len(text(v)) > maxPattern {
		return errors.New("the regular expression is too long")
	}
	return nil
}

// numerals returns an error if a text in one of the values is a number that could not be written out: a format may read it
// as a number.
func numerals(values []cty.Value) error {
	for _, v := range values {
		v, _ = v.Unmark()
		if elements(v) > 0 {
			if err := numerals(v.AsValueSlice()); err != nil {
				return err
			}
			continue
		}
		if number, err := cty.ParseNumberVal(text(v)); err == nil {
			if err := ctynumber.Check(number); err != nil {
				return err
			}
		}
	}
	return nil
}

// text returns a known string, and "" for anything else.
func text(v cty.Value) string {
	v, _ = v.Unmark()
	if v.Type() != cty.String || !v.IsKnown() || v.IsNull() {
		return ""
	}
	return v.AsString()
}

// whole returns a known number that is not negative, and 0 for anything else.
func whole(v cty.Value) int64 {
	v, _ = v.Unmark()
	if v.Type() != cty.Number || !v.IsKnown() || v.IsNull() {
		return 0
	}
	n, _ := v.AsBigFloat().Int64()
	return max(n, 0)
}

// elements returns the number of elements of a known collection, and 0 for anything else.
func elements(v cty.Value) int64 {
	v, _ = v.Unmark()
	if !v.IsKnown() || v.IsNull() || !v.CanIterateElements() {
		return 0
	}
	return int64(v.LengthInt())
}

// product returns a * b, or the largest number if that is more.
func product(a, b int64) int64 {
	if a > 0 && b > math.MaxInt64/a {
		return math.MaxInt64
	}
	return a * b
}

var formatNumber = regexp.MustCompile(`[0-9]+`)

// widths returns the sum of all widths and precisions in a format.
func widths(format string) (int64, error) {
	var sum int64
	for i, verb := range strings.Split(format, "%") {
		if i == 0 {
			continue
		}
		end := strings.IndexFunc(verb, func(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' })
		if end < 0 {
			continue
		}
		for _, digits := range formatNumber.FindAllString(verb[:end], -1) {
			n, err := strconv.ParseInt(digits, 10, 32)
			if err != nil {
				return 0, errTooLarge
			}
			sum += n
		}
	}
	return sum, nil
}
