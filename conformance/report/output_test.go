// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package report_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/conformance/report"
)

// one has a result of each status at each level, with texts that every format must escape.
func one() *report.Report {
	r := conformantReport()
	for _, level := range []report.Level{report.Core, report.Rec, report.Info} {
		for _, s := range report.Statuses() {
			add(r, "life/"+string(level)+"-"+string(s), level, s)
		}
	}
	for i := range r.Results {
		r.Results[i].Requirement = `says <b>"so"</b> & more | than that`
		r.Results[i].Findings = []report.Finding{{Expected: "]]> é😀", Actual: "\x00\x1b[31m</td><script>alert(1)</script>", At: "form/Body#0"}}
	}
	r.Results[0].Exchanges = []int{1}
	r.Exchanges = []report.Exchange{{ID: 1, Method: "POST", Path: "/v1", Request: "<script>alert(2)</script>", Status: 200}}
	r.Dialect.WireMap = map[string]map[string]string{"text": {"text.body": "$.message.text.body"}}
	r.Judge()
	return r
}

func TestRenderAgreesWithTheModel(t *testing.T) {
	t.Parallel()
	for _, format := range report.Formats() {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			data, err := one().Render(format)
			require.NoError(t, err)
			again, err := one().Render(format)
			require.NoError(t, err)
			assert.True(t, bytes.Equal(data, again), "equal reports give equal bytes")
		})
	}
	_, err := one().Render("pdf")
	assert.ErrorContains(t, err, "json, junit, html, md")
}

func TestJUnitHasElements(t *testing.T) {
	t.Parallel()
	data, err := one().Render("junit")
	require.NoError(t, err)
	// Core: fail, crash, timeout, flaky and xpass are failures; error and blocked are errors. Rec: xpass is a failure, and
	// all but pass, skipped and na are failures of the suite of advice.
	assert.Equal(t, 5+8, strings.Count(string(data), "<failure "))
	assert.Equal(t, 2, strings.Count(string(data), "<error "))
	assert.NotContains(t, string(data), "\x00")
}

func TestHTMLStandsAlone(t *testing.T) {
	t.Parallel()
	data, err := one().Render("html")
	require.NoError(t, err)
	assert.NotRegexp(t, regexp.MustCompile(`(?i)src\s*=|href\s*=\s*"[^#]|url\(|@import|https?://`), string(data), "no external references")
	assert.NotContains(t, string(data), "<script>alert", "texts are escaped")
	assert.Contains(t, string(data), "$.message.text.body")
}

func TestMarkdownKeepsItsTable(t *testing.T) {
	t.Parallel()
	for line := range strings.Lines(string(one().Markdown())) {
		if strings.HasPrefix(line, "| `life") {
			assert.Equal(t, 6, strings.Count(strings.ReplaceAll(line, `\|`, ""), "|"), line)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	whole, err := conformantReport().JSON()
	require.NoError(t, err)
	judged := conformantReport()
	judged.Judge()
	good, err := judged.JSON()
	require.NoError(t, err)
	_, err = report.Read(good)
	require.NoError(t, err)
	for name, tt := range map[string]struct {
		data []byte
		want string
	}{
		"not JSON":       {[]byte("{"), "not JSON"},
		"other version":  {bytes.Replace(good, []byte(`"`+report.FormatVersion+`"`), []byte(`"2.0"`), 1), "format version"},
		"no version":     {[]byte(`{}`), "format version"},
		"unknown field":  {bytes.Replace(good, []byte(`"seed"`), []byte(`"sead"`), 1), "sead"},
		"not judged":     {whole, "was changed"},
		"status changed": {bytes.Replace(good, []byte(`"status": "na"`), []byte(`"status": "pass"`), 1), "digest"},
		"word changed":   {bytes.Replace(good, []byte(`"word": "conformant"`), []byte(`"word": "nonconformant"`), 1), "verdict"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := report.Read(tt.data)
			assert.ErrorContains(t, err, tt.want)
		})
	}
}

// TestReadNewer: a reader of 1.x reads what a later version added, and does not lose what it knows.
func TestReadNewer(t *testing.T) {
	t.Parallel()
	r := one()
	good, err := r.JSON()
	require.NoError(t, err)
	newer := bytes.Replace(good, []byte(`"`+report.FormatVersion+`"`), []byte(`"1.999"`), 1)
	for _, object := range []string{`"suite": {`, `"run": {`, `"provider": {`, `"verdict": {`, `"results": [
    {`, `"findings": [
        {`, `"exchanges": [
    {`, `"capabilities": {`} {
		require.Contains(t, string(newer), object)
		newer = bytes.Replace(newer, []byte(object), []byte(object+` "added_later": {"a": [1]},`), 1)
	}
	got, err := report.Read(newer)
	require.NoError(t, err)
	assert.Equal(t, r.Verdict, got.Verdict)
	assert.Equal(t, r.Results, got.Results)
}

func TestWriteFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, one().WriteFile("md", filepath.Join(dir, "summary.md")))
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Len(t, left, 1, "no temporary file is left")
	require.NoError(t, one().WriteFile("md", filepath.Join(dir, "missing", "too", "summary.md")), "folders are made")
	assert.FileExists(t, filepath.Join(dir, "missing", "too", "summary.md"))
	assert.Error(t, one().WriteFile("md", filepath.Join(dir, "summary.md", "summary.md")), "a file is no folder")
	require.NoError(t, os.Mkdir(filepath.Join(dir, "folder"), 0o755))
	assert.Error(t, one().WriteFile("md", filepath.Join(dir, "folder")))
}
