// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

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
	assert.Equal(t, exitDone, code, stderr)
	assert.Equal(t, `image image.link moved from - to $.url
list interactive.action.button moved from - to $.button
list interactive.body.text moved from $.body to $.text
list interactive.footer.text moved from $.footer to -
text text.body moved from $.text to -
`, stdout)
}
