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

	"github.com/wahost/wahost/conformance/reference"
	"github.com/wahost/wahost/conformance/reference/evidence"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/suite"
)

// expected returns for each mutant the checks that must find it.
func expected(t *testing.T) map[string][]evidence.Finder {
	t.Helper()
	m, err := evidence.Load()
	require.NoError(t, err)
	return m.Finders
}

// TestEveryMutantHasFinders checks that each mutant is named by a check and that each named mutant exists.
func TestEveryMutantHasFinders(t *testing.T) {
	t.Parallel()
	byMutant := expected(t)
	for _, m := range reference.Mutants() {
		assert.NotEmpty(t, byMutant[m.Name], "no check names the mutant %s", m.Name)
	}
	for name, finders := range byMutant {
		_, ok := reference.MutantOf(name)
		assert.True(t, ok, "%s names the mutant %s, which does not exist", finders[0].Check, name)
	}
}

// TestEveryCheckHasAMutant checks that each check names a mutant unless it is provisional. A check without a mutant may
// be vacuous.
func TestEveryCheckHasAMutant(t *testing.T) {
	t.Parallel()
	named := map[string]bool{}
	for _, finders := range expected(t) {
		for _, f := range finders {
			named[evidence.Family(f.Check)] = true
		}
	}
	list, _, err := evidence.Catalogue(reference.Capabilities())
	require.NoError(t, err)
	for _, c := range list {
		if c.Provisional || c.Level == report.Info {
			continue
		}
		assert.True(t, named[evidence.Family(c.ID)], "%s names no mutant: name one, or make the check provisional and give the reason in its note", c.ID)
	}
}

// aboutStarting are the checks whose requirement is that the provider starts, each with the reason. Only for these
// checks a provider that does not start counts as found: every other check would fail as well, which proves nothing
// about the check.
var aboutStarting = map[string]string{
	"proto/handshake-line":     "a provider that starts prints the line",
	"proto/clean-env":          "the environment is what the provider must start in",
	"conc/two-instances":       "two processes must start beside each other",
	"life/no-state-dependency": "a process must start after one that was killed",
}

// TestKillMatrix runs each mutant against the checks that name it. At least one of the checks must fail because of its
// own findings, and each check must fail in this way for at least one of the mutants that it names.
func TestKillMatrix(t *testing.T) {
	t.Parallel()
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
				finders := byMutant[m.Name]
				require.NotEmpty(t, finders, "no check names it")
				found, missed := killers(t, m.Name, finders)
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
		t.Skip("the findings of the checks are complete only if all mutants run")
	}
	all, found := map[string]bool{}, map[string]bool{}
	for _, finders := range byMutant {
		for _, f := range finders {
			all[evidence.Family(f.Check)] = true
		}
	}
	for id := range kills {
		found[evidence.Family(id)] = true
	}
	for _, id := range slices.Sorted(maps.Keys(all)) {
		assert.True(t, found[id], "%s finds none of the mutants that it names", id)
	}
}

// killers runs the finders of a mutant, and returns the ids of the checks that found it, and of the others with what they
// reported instead.
func killers(t *testing.T, mutant string, finders []evidence.Finder) (found, missed []string) {
	t.Helper()
	byDialect := map[string][]string{}
	for _, f := range finders {
		byDialect[f.Dialect] = append(byDialect[f.Dialect], f.Check)
	}
	for file, ids := range byDialect {
		rep, err := runWith(t, file, "wahost-provider-acme", ids, reference.EnvMutant+"="+mutant)
		if err != nil {
			require.ErrorContains(t, err, "provider")
			for _, id := range ids {
				if aboutStarting[id] != "" {
					found = append(found, id)
				} else {
					missed = append(missed, id+" (the provider does not start: "+err.Error()+")")
				}
			}
			continue
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
	}
	return found, missed
}

// killed reports whether a check failed because of its own findings. A flaky result proves nothing, and a process that
// did not start counts only if the check is about starting.
func killed(res report.Result) bool {
	if !slices.Contains([]report.Status{report.Fail, report.Crash, report.Timeout}, res.Status) {
		return false
	}
	return slices.ContainsFunc(res.Findings, func(f report.Finding) bool {
		return f.At != suite.AtStart || aboutStarting[res.ID] != ""
	})
}
