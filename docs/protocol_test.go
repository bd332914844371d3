// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package docs_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/registry/verify"
)

var (
	proof        = regexp.MustCompile("`([^`]+)`")
	testFunction = regexp.MustCompile(`(?m)^func (Test\w+)\(t \*testing\.T\)`)
)

// TestProtocol checks that each rule of docs/providers/protocol.md names what proves it, or says why nothing does, and that all checks
// and tests that it names exist. A rule outside of the tables would have no proof, so that the prose has none.
func TestProtocol(t *testing.T) {
	t.Parallel()
	src, err := os.ReadFile("providers/protocol.md")
	require.NoError(t, err)
	ids, tests := map[string]bool{}, testNames(t)
	for _, c := range verify.CatalogueOf(1).Checks() {
		ids[c.ID] = true
	}
	rules, inRules := 0, false
	for line := range strings.Lines(string(src)) {
		line = strings.TrimSpace(line)
		switch {
		case line == "| rule | proven by |":
			inRules = true
			continue
		case !strings.HasPrefix(line, "|"):
			inRules = false
			assert.NotContains(t, line, " must not ", "a rule that no check proves")
			continue
		case !inRules || strings.HasPrefix(line, "|---"):
			continue
		}
		rules++
		cells := strings.Split(strings.ReplaceAll(line, `\|`, ""), "|")
		if !assert.Len(t, cells, 4, line) {
			continue
		}
		rule, by := strings.TrimSpace(cells[1]), strings.TrimSpace(cells[2])
		assert.True(t, strings.HasSuffix(rule, "."), "the rule is a sentence: %s", rule)
		if reason, ok := strings.CutPrefix(by, "not checked: "); ok {
			assert.NotEmpty(t, reason, rule)
			continue
		}
		found := proof.FindAllStringSubmatch(by, -1)
		assert.NotEmpty(t, found, "nothing proves: %s", rule)
		for _, m := range found {
			assert.True(t, tests[m[1]] || ids[m[1]], "there is no check or test %s, which is to prove: %s", m[1], rule)
		}
	}
	assert.Greater(t, rules, 50)
}

// testNames returns the names of all tests of the repository.
func testNames(t *testing.T) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	for _, tree := range []string{"../core", "../conformance", "../cmd", "../sdk"} {
		require.NoError(t, filepath.WalkDir(tree, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !strings.HasSuffix(path, "_test.go") {
				return err
			}
			src, err := os.ReadFile(path)
			for _, m := range testFunction.FindAllStringSubmatch(string(src), -1) {
				all[m[1]] = true
			}
			return err
		}))
	}
	return all
}
