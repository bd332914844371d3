// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/wahost/wahost/internal/suggest"
)

// Fault is one way to answer a request wrongly. ParseFault returns one.
type Fault struct {
	name string
	// number, row, then and text hold the argument, depending on the kind of fault. second is the second number of a
	// fault that takes two.
	number, second int
	row            string
	then           *Fault
	text           string
	run            func(c *call, f Fault) answer
}

// maxFault bounds the length of a fault's text, and so its nesting.
const maxFault = 200

// ParseFault parses a fault in the notation of FaultNames and String, such as "reset_after_request", "status(503)",
// "error(rate_limited)" or "deliver_then(hang)".
func ParseFault(text string) (Fault, error) {
	if len(text) > maxFault {
		return Fault{}, fmt.Errorf("the fault is longer than %d characters", maxFault)
	}
	name, argument, called := strings.Cut(strings.TrimSpace(text), "(")
	argument, closed := strings.CutSuffix(argument, ")")
	if called != closed {
		return Fault{}, fmt.Errorf("the fault %q has an unclosed bracket", text)
	}
	name, argument = strings.TrimSpace(name), strings.TrimSpace(argument)
	entry, ok := catalogue[name]
	if !ok {
		return Fault{}, fmt.Errorf("there is no fault %q%s; the faults are %s", name, aside(name), strings.Join(FaultNames(), ", "))
	}
	if called != (entry.argument != nil) {
		return Fault{}, fmt.Errorf("the fault is written as %s", entry.usage)
	}
	f := Fault{name: name, run: entry.run}
	if entry.argument != nil {
		if err := entry.argument(&f, argument); err != nil {
			return Fault{}, fmt.Errorf("the fault is written as %s: %w", entry.usage, err)
		}
	}
	return f, nil
}

// MustFault is like ParseFault, but panics if the fault is invalid. It is for faults that are constants of a program.
func MustFault(text string) Fault {
	f, err := ParseFault(text)
	if err != nil {
		panic(err)
	}
	return f
}

// FaultNames returns all faults in the notation of ParseFault, sorted.
func FaultNames() []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(catalogue)) {
		names = append(names, catalogue[name].usage)
	}
	return names
}

// String returns the fault in the notation of ParseFault.
func (f Fault) String() string {
	switch {
	case f.then != nil:
		return f.name + "(" + f.then.String() + ")"
	case f.row != "":
		return f.name + "(" + f.row + ")"
	case f.text != "":
		return f.name + "(" + f.text + ")"
	case f.number != 0:
		return f.name + "(" + strconv.Itoa(f.number) + ")"
	}
	return f.name
}

// rows returns the names of the error rows that a fault uses.
func (f Fault) rows() []string {
	if f.then != nil {
		return f.then.rows()
	}
	if f.row != "" {
		return []string{f.row}
	}
	return nil
}

// numberFrom returns a parser of an argument that is a whole number from low to high.
func numberFrom(low, high int) func(*Fault, string) error {
	return func(f *Fault, text string) error {
		n, err := strconv.Atoi(text)
		if err != nil || n < low || n > high {
			return fmt.Errorf("%q is not a whole number from %d to %d", text, low, high)
		}
		f.number = n
		return nil
	}
}

// numbersFrom returns a parser of an argument that is two whole numbers, such as "3, 10".
func numbersFrom(low, high int) func(*Fault, string) error {
	return func(f *Fault, text string) error {
		first, second, _ := strings.Cut(text, ",")
		var other Fault
		read := numberFrom(low, high)
		if err := errors.Join(read(f, strings.TrimSpace(first)), read(&other, strings.TrimSpace(second))); err != nil {
			return err
		}
		f.second = other.number
		f.text = strconv.Itoa(f.number) + ", " + strconv.Itoa(f.second)
		return nil
	}
}

// oneOf returns a parser of an argument that is one of the words.
func oneOf(words ...string) func(*Fault, string) error {
	return func(f *Fault, text string) error {
		if !slices.Contains(words, text) {
			return fmt.Errorf("%q is not one of %s", text, strings.Join(words, ", "))
		}
		f.text = text
		return nil
	}
}

func rowName(f *Fault, text string) error {
	if text == "" || strings.ContainsAny(text, "()") {
		return fmt.Errorf("%q is not the name of an error row", text)
	}
	f.row = text
	return nil
}

// aside returns a suggestion of the fault with the most similar name, in parentheses, or "" if no name is similar.
func aside(name string) string {
	similar := suggest.Similar(name, slices.Sorted(maps.Keys(catalogue)))
	if len(similar) == 0 {
		return ""
	}
	return fmt.Sprintf(" (did you mean %q?)", similar[0])
}
