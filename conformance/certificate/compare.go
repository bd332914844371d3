// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package certificate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/wahost/wahost/core/registry/verify"
	"github.com/wahost/wahost/internal/printable"
)

// A Difference is a field of somebody else's statement that is not what an own run found.
type Difference struct {
	// Field is the path of the field, such as "predicate.capabilities".
	Field string
	// Theirs and Ours describe the values. A list is described by what only one of them has.
	Theirs, Ours string
}

// String returns the difference in words.
func (d Difference) String() string {
	return fmt.Sprintf("%s: the certificate has %s, this run has %s", d.Field, d.Theirs, d.Ours)
}

// ignored are the fields that may differ: whoever reproduces a run does so later, and with a build of its own.
var ignored = []string{
	"predicate.startedOn", "predicate.finishedOn", "predicate.validity.notBefore", "predicate.validity.notAfter",
	"predicate.runner.version", "predicate.runner.revision", "predicate.runner.go", "predicate.runner.sha256",
}

// Compare returns the fields in which a statement differs from the statement about an own run, sorted. Times are not compared with
// those of the own run, but must be those of a certificate that this program writes.
func Compare(theirs, ours *verify.Statement) []Difference {
	var out []Difference
	a, b := fields(theirs), fields(ours)
	names := slices.Collect(maps.Keys(a))
	for name := range b {
		if _, ok := a[name]; !ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		if slices.Contains(ignored, name) || reflect.DeepEqual(a[name], b[name]) {
			continue
		}
		only, other := describe(a[name], b[name])
		out = append(out, Difference{name, only, other})
	}
	return append(out, times(theirs.Predicate, ours.Predicate)...)
}

// times returns the times of a statement that no run of this program leads to.
func times(theirs, ours verify.Predicate) []Difference {
	var out []Difference
	show := func(t time.Time) string { return t.UTC().Format(time.RFC3339) }
	if theirs.StartedOn.After(ours.FinishedOn) || theirs.FinishedOn.After(ours.FinishedOn) {
		out = append(out, Difference{"predicate.finishedOn", show(theirs.FinishedOn), show(ours.FinishedOn) + ", which is earlier"})
	}
	if theirs.FinishedOn.Before(theirs.StartedOn) {
		out = append(out, Difference{"predicate.finishedOn", show(theirs.FinishedOn), "no end before the start " + show(theirs.StartedOn)})
	}
	if begin := theirs.Validity.NotBefore; begin.Sub(theirs.StartedOn).Abs() > time.Second {
		out = append(out, Difference{"predicate.validity.notBefore", show(begin), "the start of the run, " + show(theirs.StartedOn)})
	}
	if span := theirs.Validity.NotAfter.Sub(theirs.Validity.NotBefore); span != DefaultValidity {
		out = append(out, Difference{"predicate.validity.notAfter", show(theirs.Validity.NotAfter),
			fmt.Sprintf("an end %s after the beginning", DefaultValidity)})
	}
	return out
}

// fields returns the values of a statement by their paths. Lists are one value.
func fields(s *verify.Statement) map[string]any {
	data, _ := json.Marshal(s) // a statement always has a JSON form
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var all map[string]any
	_ = dec.Decode(&all)
	out := map[string]any{}
	flatten("", all, out)
	return out
}

func flatten(prefix string, object, into map[string]any) {
	for name, value := range object {
		path := strings.TrimPrefix(prefix+"."+name, ".")
		if inner, ok := value.(map[string]any); ok {
			flatten(path, inner, into)
			continue
		}
		into[path] = value
	}
}

// describe returns both values in words.
func describe(a, b any) (theirs, ours string) {
	listA, okA := a.([]any)
	listB, okB := b.([]any)
	if okA && okB {
		return onlyIn(listA, listB), onlyIn(listB, listA)
	}
	return word(a), word(b)
}

// onlyIn describes the elements of a list that another one lacks.
func onlyIn(list, other []any) string {
	var words []string
	for _, x := range list {
		if !slices.ContainsFunc(other, func(y any) bool { return reflect.DeepEqual(x, y) }) {
			words = append(words, word(x))
		}
	}
	const most = 5
	switch n := len(words); {
	case n == 0:
		return fmt.Sprintf("nothing more, among %d", len(list))
	case n > most:
		return fmt.Sprintf("%s and %d more", strings.Join(words[:most], ", "), n-most)
	}
	return strings.Join(words, ", ")
}

// word describes one value. Texts of somebody else's statement are quoted and bounded.
func word(x any) string {
	if x == nil {
		return "nothing"
	}
	data, _ := json.Marshal(x) // it was read from JSON
	const most = 200
	if len(data) > most {
		return printable.Line(strings.ToValidUTF8(string(data[:most]), "")) + "..."
	}
	return printable.Line(string(data))
}
