// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference_test

import (
	"maps"
	"reflect"
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
	"github.com/wahost/wahost/sdk/capability"
)

// catalogue returns the checks of the suite for the reference provider with the capabilities, and by id the dialect that
// each applies to: the first dialect if possible, and "" for a check that applies to neither.
func catalogue(t *testing.T, capabilities capability.Capabilities) (list []suite.Check, dialectOf map[string]string) {
	t.Helper()
	p := reference.New(nil)
	dialectOf = map[string]string{}
	for _, file := range []string{secondDialect, firstDialect} {
		facts := &suite.Facts{Metadata: p.Metadata(), Schema: p.Schema(), SendStream: true, Capabilities: capabilities, Dialect: acmeDialect(t, file)}
		var err error
		list, err = suite.Catalogue(facts, checks.All()...)
		require.NoError(t, err)
		for _, c := range list {
			if c.Needs == nil || c.Needs(facts) == "" {
				dialectOf[c.ID] = file
			}
		}
	}
	return list, dialectOf
}

// finder is a check that must find a mutant, with the dialect that the check applies to.
type finder struct{ id, dialect string }

// expected returns for each mutant the checks that must find it. Checks that apply only to what a mutant declares are
// among them.
func expected(t *testing.T) map[string][]finder {
	t.Helper()
	byMutant := map[string][]finder{}
	list, dialectOf := catalogue(t, reference.Capabilities())
	for _, c := range list {
		if dialectOf[c.ID] == "" {
			continue
		}
		for _, name := range c.Kills {
			byMutant[name] = append(byMutant[name], finder{c.ID, dialectOf[c.ID]})
		}
	}
	for _, m := range reference.Mutants() {
		declared := m.Capabilities()
		if reflect.DeepEqual(declared, reference.Capabilities()) {
			continue
		}
		list, dialectOf := catalogue(t, declared)
		for _, c := range list {
			f := finder{c.ID, dialectOf[c.ID]}
			if f.dialect != "" && slices.Contains(c.Kills, m.Name) && !slices.Contains(byMutant[m.Name], f) {
				byMutant[m.Name] = append(byMutant[m.Name], f)
			}
		}
	}
	return byMutant
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
		assert.True(t, ok, "%s names the mutant %s, which does not exist", finders[0].id, name)
	}
}

// TestEveryCheckHasAMutant checks that each check names a mutant unless it is provisional. A check without a mutant may
// be vacuous.
func TestEveryCheckHasAMutant(t *testing.T) {
	t.Parallel()
	named := map[string]bool{}
	for _, finders := range expected(t) {
		for _, f := range finders {
			named[family(f.id)] = true
		}
	}
	list, _ := catalogue(t, reference.Capabilities())
	for _, c := range list {
		if c.Provisional || c.Level == report.Info {
			continue
		}
		assert.True(t, named[family(c.ID)], "%s names no mutant: name one, or make the check provisional and give the reason in its note", c.ID)
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
			all[family(f.id)] = true
		}
	}
	for id := range kills {
		found[family(id)] = true
	}
	for _, id := range slices.Sorted(maps.Keys(all)) {
		assert.True(t, found[id], "%s finds none of the mutants that it names", id)
	}
}

// killers runs the finders of a mutant, and returns the ids of the checks that found it, and of the others with what they
// reported instead.
func killers(t *testing.T, mutant string, finders []finder) (found, missed []string) {
	t.Helper()
	byDialect := map[string][]string{}
	for _, f := range finders {
		byDialect[f.dialect] = append(byDialect[f.dialect], f.id)
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

// family returns the same name for checks that run the same code for several kinds of message or rows of data.
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
