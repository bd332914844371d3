// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package evidence

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/wahost/wahost/conformance/reference"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/suite"
)

// Runs is the record of repeated runs of the whole suite against the reference provider, which TestRepeatedRuns writes.
type Runs struct {
	// Date is the day of the runs; empty if there is no record.
	Date     string `json:"date"`
	Suite    string `json:"suite"`
	Platform string `json:"platform"`
	// Runs is how many there were, Flaky how many results in them were flaky, and Deviating how many runs had another verdict
	// than conformant, or another result digest than the first.
	Runs      int `json:"runs"`
	Flaky     int `json:"flaky"`
	Deviating int `json:"deviating"`
	// Seconds is how long a run took on average.
	Seconds int `json:"seconds"`
}

//go:embed runs.json
var recorded []byte

// Recorded returns the record of repeated runs.
func Recorded() (Runs, error) {
	var r Runs
	err := json.Unmarshal(recorded, &r)
	return r, err
}

// Summary returns the numbers of the evidence as a table.
func (m *Matrix) Summary() (string, error) {
	runs, err := Recorded()
	if err != nil {
		return "", err
	}
	cheats := reference.Cheats()
	counted := 0
	for _, c := range m.Checks {
		if !c.Provisional && c.Level != report.Info {
			counted++
		}
	}
	var b strings.Builder
	row := func(what, format string, args ...any) {
		fmt.Fprintf(&b, "| %s | %s |\n", what, fmt.Sprintf(format, args...))
	}
	b.WriteString("| evidence | suite " + suite.Version + " |\n| --- | --- |\n")
	row("checks that apply to the reference provider or a mutant", "%d, of which %d count for the verdict", len(m.Checks), counted)
	row("mutants, each of which must be found by a check that names it", "%d", len(reference.Mutants()))
	row("mutants that cheat: they behave in ordinary tests", "%d of these", len(cheats))
	row("checks that count and must find no mutant", "%d", len(m.vacuous()))
	row("null providers, which must pass no check about messages", "%d: %s", len(reference.Nulls()), strings.Join(reference.Nulls(), ", "))
	if runs.Runs == 0 {
		row("repeated runs of the reference provider", "not recorded")
	} else {
		row("repeated runs of the reference provider", "%d on %s (%s, suite %s, %d s each): %d flaky results, %d runs with another verdict or digest",
			runs.Runs, runs.Date, runs.Platform, runs.Suite, runs.Seconds, runs.Flaky, runs.Deviating)
	}
	return strings.TrimRight(b.String(), "\n"), nil
}

// vacuous returns the ids of checks that count and find no mutant.
func (m *Matrix) vacuous() []string {
	var out []string
	for id, c := range m.Checks {
		if !c.Provisional && c.Level != report.Info && len(m.Mutants(id)) == 0 {
			out = append(out, id)
		}
	}
	return out
}

// Kills returns the kill matrix as a table: each mutant with the families of checks that must find it.
func (m *Matrix) Kills() string {
	cheats := map[string]bool{}
	for _, c := range reference.Cheats() {
		cheats[c.Name] = true
	}
	var b strings.Builder
	b.WriteString("| mutant | defect | found by |\n| --- | --- | --- |\n")
	for _, mutant := range reference.Mutants() {
		name := "`" + mutant.Name + "`"
		if cheats[mutant.Name] {
			name += " (cheat)"
		}
		families := map[string]bool{}
		for _, f := range m.Finders[mutant.Name] {
			families["`"+Family(f.Check)+"`"] = true
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", name, strings.ReplaceAll(mutant.Defect, "|", `\|`), strings.Join(slices.Sorted(maps.Keys(families)), ", "))
	}
	return strings.TrimRight(b.String(), "\n")
}

// Found returns the kill matrix from the other side: each family of checks with the number of its checks and its mutants.
func (m *Matrix) Found() string {
	count, names := map[string]int{}, map[string]map[string]bool{}
	for id := range m.Checks {
		family := Family(id)
		count[family]++
		if names[family] == nil {
			names[family] = map[string]bool{}
		}
		for _, name := range m.Mutants(id) {
			names[family]["`"+name+"`"] = true
		}
	}
	var b strings.Builder
	b.WriteString("| checks | how many | mutants that they must find |\n| --- | ---: | --- |\n")
	for _, family := range slices.Sorted(maps.Keys(count)) {
		mutants := strings.Join(slices.Sorted(maps.Keys(names[family])), ", ")
		if mutants == "" {
			mutants = "none: it is provisional, or only reported"
		}
		fmt.Fprintf(&b, "| `%s` | %d | %s |\n", family, count[family], mutants)
	}
	return strings.TrimRight(b.String(), "\n")
}
