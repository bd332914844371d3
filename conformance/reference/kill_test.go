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

// TestKillMatrix runs each mutant against the checks that name it. One of them at least must fail, and each check must
// fail with one at least of the mutants that it names.
func TestKillMatrix(t *testing.T) {
	if testing.Short() {
		t.Skip("runs every mutant")
	}
	byMutant := expected(t)
	var mu sync.Mutex
	kills := map[string]bool{}
	t.Run("mutants", func(t *testing.T) {
		for _, m := range reference.Mutants() {
			t.Run(m.Name, func(t *testing.T) {
				t.Parallel()
				ids := byMutant[m.Name]
				require.NotEmpty(t, ids, "no check names it")
				rep, err := run(t, "wahost-provider-acme", ids, reference.EnvMutant+"="+m.Name)
				if err != nil {
					// A provider that cannot even be started is found by the suite as a whole.
					assert.ErrorContains(t, err, "provider")
					mu.Lock()
					defer mu.Unlock()
					for _, id := range ids {
						kills[id] = true
					}
					return
				}
				var found, missed []string
				for _, res := range rep.Results {
					if !slices.Contains(ids, res.ID) {
						continue
					}
					if killed(res.Status) {
						found = append(found, res.ID)
					} else {
						missed = append(missed, res.ID+" ("+string(res.Status)+")")
					}
				}
				mu.Lock()
				for _, id := range found {
					kills[id] = true
				}
				mu.Unlock()
				assert.NotEmpty(t, found, "%s; not found by %s", m.Defect, strings.Join(missed, ", "))
			})
		}
	})
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

func killed(s report.Status) bool {
	return slices.Contains([]report.Status{report.Fail, report.Crash, report.Timeout, report.Flaky}, s)
}
