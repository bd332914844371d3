// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/conformance/report"
)

func TestConformanceDiffWireMap(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name string, wire map[string]map[string]string) string {
		r := &report.Report{FormatVersion: report.FormatVersion, Planned: []string{"a/b"}, Results: []report.Result{{ID: "a/b", Group: "a", Level: report.Core, Status: report.Pass}}}
		r.Dialect.WireMap = wire
		r.Judge()
		path := filepath.Join(dir, name)
		require.NoError(t, r.WriteFile("json", path))
		return path
	}
	before := write("before.json", map[string]map[string]string{
		"text": {"text.body": "$.text"},
		"list": {"interactive.body.text": "$.body", "interactive.footer.text": "$.footer", "interactive.header.text": "$.header"},
	})
	after := write("after.json", map[string]map[string]string{
		"list":  {"interactive.body.text": "$.text", "interactive.header.text": "$.header", "interactive.action.button": "$.button"},
		"image": {"image.link": "$.url"},
	})
	code, stdout, stderr := command(t.Context(), "conformance", "diff", before, after)
	assert.Equal(t, cli.ExitOK, code, stderr)
	assert.Equal(t, fmt.Sprintf(`old    of unknown bytes, dialect  , suite , seed 0,  of unknown date, conformant (%s)
new    of unknown bytes, dialect  , suite , seed 0,  of unknown date, conformant (%s)
image image.link moved from - to $.url
list interactive.action.button moved from - to $.button
list interactive.body.text moved from $.body to $.text
list interactive.footer.text moved from $.footer to -
text text.body moved from $.text to -
`, before, after), stdout)
}

// Checks that a run had to skip are not a change, whichever of the two runs comes first.
func TestConformanceDiffOfSkippedChecks(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name string, wire map[string]map[string]string, statuses map[string]report.Status) string {
		r := &report.Report{FormatVersion: report.FormatVersion}
		for id, status := range statuses {
			r.Planned = append(r.Planned, id)
			r.Results = append(r.Results, report.Result{ID: id, Group: "send", Level: report.Core, Status: status})
		}
		r.Dialect.WireMap = wire
		r.Judge()
		path := filepath.Join(dir, name)
		require.NoError(t, r.WriteFile("json", path))
		return path
	}
	full := write("full.json", map[string]map[string]string{"text": {"text.body": "$.text"}}, map[string]report.Status{
		"send/text/fidelity": report.Pass, "send/text/minimal": report.Pass, "send/text/repeat": report.Fail, "send/text/unicode": report.Fail,
	})
	attached := write("attached.json", nil, map[string]report.Status{
		"send/text/fidelity": report.Skipped, "send/text/minimal": report.Skipped, "send/text/repeat": report.Skipped, "send/text/unicode": report.Pass,
	})
	const skipped = "not comparable: skipped in one of the reports or in both: 3\n"
	for name, test := range map[string]struct {
		before, after string
		code          int
		say           string
	}{
		"attached after full":   {full, attached, cli.ExitOK, "fixes\n  send/text/unicode: pass, was fail\n" + skipped},
		"full after attached":   {attached, full, cli.ExitNegative, "regressions\n  send/text/unicode: fail, was pass\n" + skipped},
		"attached and attached": {attached, attached, cli.ExitOK, skipped + "no differences\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, stdout, stderr := command(t.Context(), "conformance", "diff", test.before, test.after)
			assert.Equal(t, test.code, code, stderr)
			_, sides, _ := strings.Cut(stdout, "\nnew  ")
			_, changes, _ := strings.Cut(sides, "\n")
			assert.Equal(t, test.say, changes)
		})
	}
}

// Both sides are named, and a report that cannot be compared is refused, whichever of the two it is.
func TestConformanceDiffSides(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name string, change func(*report.Report)) string {
		r := &report.Report{FormatVersion: report.FormatVersion, Planned: []string{"a/b"}, Results: []report.Result{{ID: "a/b", Group: "a", Level: report.Core, Status: report.Pass}}}
		r.Provider.Name, r.Provider.Version, r.Provider.SHA256 = "acme", "1.0.0", strings.Repeat("ab", 32)
		r.Dialect.Name, r.Dialect.Digest, r.Suite.Version, r.Run.Seed, r.Run.Mode = "acme", strings.Repeat("cd", 32), "1.0.0", 7, report.ModeOpen
		r.Run.Started = time.Date(2026, 11, 26, 3, 4, 5, 0, time.UTC)
		change(r)
		r.Judge()
		path := filepath.Join(dir, name)
		require.NoError(t, r.WriteFile("json", path))
		return path
	}
	before := write("before.json", func(*report.Report) {})
	after := write("after.json", func(r *report.Report) {
		r.Provider.Version, r.Provider.SHA256, r.Run.Seed = "1.1.0", strings.Repeat("ef", 32), 8
	})
	narrowed := write("narrowed.json", func(r *report.Report) { r.Run.Selectors = []string{"send/**"} })
	interrupted := write("interrupted.json", func(r *report.Report) { r.Run.Interrupted = true })

	code, stdout, stderr := command(t.Context(), "conformance", "diff", before, after)
	assert.Equal(t, cli.ExitOK, code, stderr)
	assert.Equal(t, fmt.Sprintf(`old  acme 1.0.0 sha256:abababababab, dialect acme cdcdcdcdcdcd, suite 1.0.0, seed 7, open of 2026-11-26 03:04:05, conformant (%s)
new  acme 1.1.0 sha256:efefefefefef, dialect acme cdcdcdcdcdcd, suite 1.0.0, seed 8, open of 2026-11-26 03:04:05, conformant (%s)
not the same in both: version, binary, seed
no differences
`, before, after), stdout)

	for _, args := range [][]string{{narrowed, after}, {before, narrowed}, {interrupted, after}, {before, interrupted}} {
		code, _, stderr := command(t.Context(), append([]string{"conformance", "diff"}, args...)...)
		assert.Equal(t, cli.ExitUsage, code)
		assert.Contains(t, stderr, "compare reports of whole runs")
	}
}
