// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference_test

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/conformance/checks"
	"github.com/wahost/wahost/conformance/reference"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/suite"
)

// expected gives for each mutant the checks that must find it.
func expected(t *testing.T) map[string][]string {
	t.Helper()
	p := reference.New(nil)
	facts := &suite.Facts{Metadata: p.Metadata(), Schema: p.Schema(), Capabilities: reference.Capabilities(), Dialect: acmeDialect(t)}
	catalogue, err := suite.Catalogue(facts, checks.All()...)
	require.NoError(t, err)
	byMutant := map[string][]string{}
	for _, c := range catalogue {
		if c.Needs != nil && c.Needs(facts) != "" {
			continue // it does not apply to the reference provider, and so not to a mutant of it
		}
		for _, name := range c.Kills {
			byMutant[name] = append(byMutant[name], c.ID)
		}
	}
	var ids []string
	for _, c := range catalogue {
		ids = append(ids, c.ID)
	}
	for _, m := range reference.Mutants() {
		if len(m.Finders()) == 0 {
			continue
		}
		named := map[string]bool{}
		for _, pattern := range m.Finders() {
			// A kind's refusal is checked where the kind is not declared, and the reference provider declares it.
			if strings.HasPrefix(pattern, "cap/undeclared-refused/") {
				named[pattern] = true
				continue
			}
			chosen, err := suite.Select(ids, []string{pattern})
			require.NoError(t, err, m.Name)
			maps.Copy(named, chosen)
		}
		for _, id := range slices.Sorted(maps.Keys(named)) {
			if !slices.Contains(byMutant[m.Name], id) {
				byMutant[m.Name] = append(byMutant[m.Name], id)
			}
		}
	}
	return byMutant
}

// TestEveryMutantHasFinders needs no process: the names on both sides must fit.
func TestEveryMutantHasFinders(t *testing.T) {
	t.Parallel()
	byMutant := expected(t)
	for _, m := range reference.Mutants() {
		assert.NotEmpty(t, byMutant[m.Name], "no check finds the mutant %s", m.Name)
	}
	for name, ids := range byMutant {
		_, ok := reference.MutantOf(name)
		assert.True(t, ok, "%v name the mutant %s, which does not exist", ids[:1], name)
	}
}

// aboutStarting are the checks whose requirement is that the provider starts, each with the reason. For them alone it
// is a finding that it does not: every other check would fail as well, and so would prove nothing about itself.
var aboutStarting = map[string]string{
	"proto/handshake-line":     "a provider that starts prints the line",
	"proto/clean-env":          "the environment is what the provider must start in",
	"conc/two-instances":       "two processes must start beside each other",
	"life/no-state-dependency": "a process must start after one that was killed",
}

// TestKillMatrix runs each mutant against the checks that name it. One of them at least must fail by what it found
// itself, and each check must fail so with one at least of the mutants that it names.
func TestKillMatrix(t *testing.T) {
	if testing.Short() {
		t.Skip("runs every mutant")
	}
	byMutant := expected(t)
	var mu sync.Mutex
	ran, kills := 0, map[string]bool{}
	t.Run("mutants", func(t *testing.T) {
		for _, m := range reference.Mutants() {
			t.Run(m.Name, func(t *testing.T) {
				t.Parallel()
				ids := byMutant[m.Name]
				require.NotEmpty(t, ids, "no check names it")
				found, missed := killers(t, m.Name, ids)
				mu.Lock()
				ran++
				for _, id := range found {
					kills[id] = true
				}
				mu.Unlock()
				assert.NotEmpty(t, found, "%s; not found by %s", m.Defect, strings.Join(missed, ", "))
			})
		}
	})
	if ran < len(reference.Mutants()) {
		t.Skip("what the checks find shows only where all mutants run")
	}
	all, found := map[string]bool{}, map[string]bool{}
	for _, ids := range byMutant {
		for _, id := range ids {
			all[family(id)] = true
		}
	}
	for id := range kills {
		found[family(id)] = true
	}
	for _, id := range slices.Sorted(maps.Keys(all)) {
		assert.True(t, found[id], "%s finds none of the mutants that it names", id)
	}
}

// killers runs checks against a mutant and gives those that found it, and the others with what they said instead.
func killers(t *testing.T, mutant string, ids []string) (found, missed []string) {
	t.Helper()
	rep, err := run(t, "wahost-provider-acme", ids, reference.EnvMutant+"="+mutant)
	if err != nil {
		require.ErrorContains(t, err, "provider")
		for _, id := range ids {
			if aboutStarting[id] != "" {
				found = append(found, id)
			} else {
				missed = append(missed, id+" (the provider does not start: "+err.Error()+")")
			}
		}
		return found, missed
	}
	for _, res := range rep.Results {
		switch {
		case !slices.Contains(ids, res.ID):
		case killed(res):
			found = append(found, res.ID)
		default:
			missed = append(missed, res.ID+" ("+string(res.Status)+")")
		}
	}
	return found, missed
}

// family joins checks that are one piece of code for several kinds of message or rows of data.
func family(id string) string {
	parts := strings.Split(id, "/")
	switch {
	case len(parts) == 3 && parts[0] == "send" && slices.Contains(suite.Kinds(), parts[1]):
		return "send/*/" + parts[2]
	case len(parts) == 3 && parts[0] != "send":
		return parts[0] + "/" + parts[1] + "/*"
	}
	return id
}

// killed reports whether a check failed by what it found itself. A result that came and went proves nothing, and that a
// process did not come up counts only where the check is about that.
func killed(res report.Result) bool {
	if !slices.Contains([]report.Status{report.Fail, report.Crash, report.Timeout}, res.Status) {
		return false
	}
	return slices.ContainsFunc(res.Findings, func(f report.Finding) bool {
		return f.At != suite.AtStart || aboutStarting[res.ID] != ""
	})
}
