// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package docs_test

import (
	"os"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/conformance/reference/evidence"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/core/config/load"
)

// generated finds the parts of a page that are written from the code, each with its name.
var generated = regexp.MustCompile(`(?s)(<!-- generated: ([a-z-]+) -->\n).*?(<!-- end of generated -->)`)

// generators return the parts, by name.
var generators = map[string]func(*testing.T) string{
	"blocks":     func(*testing.T) string { return blocksOf(load.Blocks()) },
	"tests":      func(*testing.T) string { return blocksOf(load.TestBlocks()) },
	"facts":      factsPart,
	"functions":  functionsPart,
	"reasons":    reasonsPart,
	"exit-codes": exitCodesPart,
	"sending":    sendingTimesPart,
	"processes":  processTimesPart,
	"reserved":   reservedPart,
	"variables":  allowedVariablesPart,
	"matrix":     matrixPart,
	"profiles":   profilesPart,
	"evidence":   evidenceSummary,
	"kills":      evidencePart((*evidence.Matrix).Kills),
	"found":      evidencePart((*evidence.Matrix).Found),
	"operations": operationsPart,
	"statuses":   func(*testing.T) string { return wordsPart(report.StatusWords()) },
	"levels":     func(*testing.T) string { return wordsPart(report.LevelWords()) },
	"verdicts":   func(*testing.T) string { return wordsPart(report.VerdictWords()) },
}

// TestGenerated compares the parts of pages that follow from the code with the code. With -update it writes them.
func TestGenerated(t *testing.T) {
	t.Parallel()
	used := map[string]bool{}
	for _, page := range pages(t) {
		src, err := os.ReadFile(page)
		require.NoError(t, err)
		fresh := generated.ReplaceAllStringFunc(string(src), func(part string) string {
			found := generated.FindStringSubmatch(part)
			generate := generators[found[2]]
			if !assert.NotNil(t, generate, "%s has a generated part %q, and nothing generates it", page, found[2]) {
				return part
			}
			used[found[2]] = true
			return found[1] + "\n" + generate(t) + "\n" + found[3]
		})
		if *update && fresh != string(src) {
			require.NoError(t, os.WriteFile(page, []byte(fresh), 0o600))
			continue
		}
		assert.Equal(t, fresh, string(src), "%s is stale: run make docs", page)
	}
	for name := range generators {
		assert.True(t, used[name], "the generated part %q is in no page", name)
	}
}
