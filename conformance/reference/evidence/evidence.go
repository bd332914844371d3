// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package evidence says how the suite itself is tested: which mutants of the reference provider each check must find, and
// which checks must find each mutant. The kill matrix, the commands and the published page have it from here.
package evidence

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/wahost/wahost/conformance/checks"
	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/reference"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/sdk/capability"
)

// Dialects are the files of the reference provider's dialects: the first, the second and the third generation of its vendor's API.
func Dialects() []string { return []string{"dialect.hcl", "dialect-v2.hcl", "dialect-v3.hcl"} }

// Finder is a check that must find a mutant, with the dialect that the check applies to.
type Finder struct{ Check, Dialect string }

// Matrix is which check must find which mutant.
type Matrix struct {
	// Checks are all checks that apply to the reference provider or to one of its mutants, by id.
	Checks map[string]suite.Check
	// Finders are the checks that must find a mutant, by its name.
	Finders map[string][]Finder
}

// Load returns the matrix. It is the same at every call and must not be changed.
var Load = sync.OnceValues(load)

func load() (*Matrix, error) {
	m := &Matrix{Checks: map[string]suite.Check{}, Finders: map[string][]Finder{}}
	usual := reference.Capabilities()
	if err := m.add(usual, ""); err != nil {
		return nil, err
	}
	for _, mutant := range reference.Mutants() {
		// Checks that apply only to what a mutant declares can find it as well.
		if declared := mutant.Capabilities(); !reflect.DeepEqual(declared, usual) {
			if err := m.add(declared, mutant.Name); err != nil {
				return nil, err
			}
		}
	}
	return m, nil
}

// add adds the checks of a provider with the capabilities, and what they must find: everything, or only the named mutant.
func (m *Matrix) add(declared capability.Capabilities, only string) error {
	list, dialectOf, err := Catalogue(declared)
	if err != nil {
		return err
	}
	for _, c := range list {
		file := dialectOf[c.ID]
		if file == "" {
			continue
		}
		if _, ok := m.Checks[c.ID]; !ok {
			m.Checks[c.ID] = c
		}
		for _, name := range c.Kills {
			f := Finder{c.ID, file}
			if (only == "" || only == name) && !slices.Contains(m.Finders[name], f) {
				m.Finders[name] = append(m.Finders[name], f)
			}
		}
	}
	return nil
}

// Catalogue returns the checks of the suite for the reference provider with the capabilities, and by id the dialect that each
// applies to: the first dialect if possible, and "" for a check that applies to neither.
func Catalogue(declared capability.Capabilities) (list []suite.Check, dialectOf map[string]string, err error) {
	loaded, err := dialects()
	if err != nil {
		return nil, nil, err
	}
	p := reference.New(nil)
	dialectOf = map[string]string{}
	for _, file := range slices.Backward(Dialects()) {
		facts := &suite.Facts{Metadata: p.Metadata(), Schema: p.Schema(), SendStream: true, Capabilities: declared, Dialect: loaded[file]}
		if list, err = suite.Catalogue(facts, checks.All()...); err != nil {
			return nil, nil, fmt.Errorf("the catalogue: %w", err)
		}
		for _, c := range list {
			if c.Needs == nil || c.Needs(facts) == "" {
				dialectOf[c.ID] = file
			}
		}
	}
	return list, dialectOf, nil
}

var dialects = sync.OnceValues(func() (map[string]*dialect.Dialect, error) {
	out := map[string]*dialect.Dialect{}
	for _, file := range Dialects() {
		d, diags := dialect.LoadFS(reference.Dialect, file)
		if diags.HasErrors() {
			return nil, fmt.Errorf("the reference dialect: %w", diags)
		}
		out[file] = d
	}
	return out, nil
})

// Family returns the same name for checks that run the same code for several kinds of message or rows of data.
func Family(id string) string {
	parts := strings.Split(id, "/")
	switch {
	case len(parts) == 3 && parts[0] == "send" && slices.Contains(suite.Kinds(), parts[1]):
		return "send/*/" + parts[2]
	case len(parts) == 3 && parts[0] != "send":
		return parts[0] + "/" + parts[1] + "/*"
	}
	return id
}

// Mutants returns the names of the mutants that a check must find, sorted. A check that names none itself runs the code of its
// family for another kind of message or row of data, so the mutants of the family are those of the check.
func (m *Matrix) Mutants(id string) []string {
	own, family := map[string]bool{}, map[string]bool{}
	for name, finders := range m.Finders {
		for _, f := range finders {
			own[name] = own[name] || f.Check == id
			family[name] = family[name] || Family(f.Check) == Family(id)
		}
	}
	names := func(set map[string]bool) []string {
		out := []string{}
		for name, in := range set {
			if in {
				out = append(out, name)
			}
		}
		slices.Sort(out)
		return out
	}
	if out := names(own); len(out) > 0 {
		return out
	}
	return names(family)
}
