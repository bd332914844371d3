// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"path/filepath"
	"testing"

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
	assert.Equal(t, `image image.link moved from - to $.url
list interactive.action.button moved from - to $.button
list interactive.body.text moved from $.body to $.text
list interactive.footer.text moved from $.footer to -
text text.body moved from $.text to -
`, stdout)
}

// Checks that a narrowed run left out are not a change, whichever of the two runs comes first.
func TestConformanceDiffOfANarrowedRun(t *testing.T) {
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
	narrowed := write("narrowed.json", nil, map[string]report.Status{
		"send/text/fidelity": report.Skipped, "send/text/minimal": report.Skipped, "send/text/repeat": report.Skipped, "send/text/unicode": report.Pass,
	})
	const skipped = "not comparable: skipped in one of the reports or in both: 3\n"
	for name, test := range map[string]struct {
		before, after string
		code          int
		say           string
	}{
		"narrowed after full":   {full, narrowed, cli.ExitOK, "fixes\n  send/text/unicode: pass, was fail\n" + skipped},
		"full after narrowed":   {narrowed, full, cli.ExitNegative, "regressions\n  send/text/unicode: fail, was pass\n" + skipped},
		"narrowed and narrowed": {narrowed, narrowed, cli.ExitOK, skipped + "no differences\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			code, stdout, stderr := command(t.Context(), "conformance", "diff", test.before, test.after)
			assert.Equal(t, test.code, code, stderr)
			assert.Equal(t, test.say, stdout)
		})
	}
}
