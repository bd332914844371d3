// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package report_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/internal/testbrowser"
)

// reportsFolder has two reports, and other files.
func reportsFolder(t *testing.T) fstest.MapFS {
	t.Helper()
	good, err := one().HTML()
	require.NoError(t, err)
	other := one()
	other.Provider.Name = "<b>acme"
	bad, err := other.HTML()
	require.NoError(t, err)
	at := time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)
	return fstest.MapFS{
		"first/report.html": {Data: good, ModTime: at}, "report.html": {Data: bad, ModTime: at}, "first/report.json": {Data: []byte("{}")},
		"notes.html": {Data: []byte("<title>Notes</title>")}, ".hidden/report.html": {Data: good}, "secret.txt": {Data: []byte("secret")},
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	all, err := report.Find(reportsFolder(t))
	require.NoError(t, err)
	require.Len(t, all, 2)
	want := one()
	require.Equal(t, []string{"<b>acme", "report.html"}, []string{all[0].Provider, all[0].Path})
	require.Equal(t, report.Found{"first/report.html", want.Provider.Name, want.Provider.Version, want.Verdict.Word, time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)}, all[1])
}

func TestHandler(t *testing.T) {
	t.Parallel()
	s := httptest.NewServer(report.Handler(reportsFolder(t)))
	t.Cleanup(s.Close)
	get := func(path string) (int, string) {
		t.Helper()
		answer, err := http.Get(s.URL + path) //nolint:gosec // the server of the test
		require.NoError(t, err)
		defer answer.Body.Close()
		body, err := io.ReadAll(answer.Body)
		require.NoError(t, err)
		require.Contains(t, answer.Header.Get("Content-Security-Policy"), "default-src 'none'")
		return answer.StatusCode, string(body)
	}
	status, index := get("/")
	require.Equal(t, http.StatusOK, status)
	require.Contains(t, index, `<a href="/reports/first/report.html">`)
	require.Contains(t, index, "&lt;b&gt;acme")
	require.NotContains(t, index, "<b>")
	status, page := get("/reports/first/report.html")
	require.Equal(t, http.StatusOK, status)
	require.Contains(t, page, "May this provider carry my messages?")
	for _, path := range []string{"/reports/notes.html", "/reports/secret.txt", "/reports/first/", "/reports/first/report.json", "/reports/nothing.html", "/reports/%2e%2e/report.html", "/x"} {
		status, body := get(path)
		assert.Equal(t, http.StatusNotFound, status, path)
		assert.NotContains(t, body, "secret")
	}
	empty := httptest.NewServer(report.Handler(fstest.MapFS{}))
	t.Cleanup(empty.Close)
	answer, err := http.Get(empty.URL)
	require.NoError(t, err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.Contains(t, string(body), "has no HTML reports")
}

func TestIndexInABrowser(t *testing.T) {
	t.Parallel()
	browser := testbrowser.Start(t)
	s := httptest.NewServer(report.Handler(reportsFolder(t)))
	t.Cleanup(s.Close)
	page := browser.Tab(t)
	page.Visit(s.URL)
	for _, view := range testbrowser.Views() {
		page.Look(view)
		assert.Empty(t, page.Overflow(), "%s", view)
		assert.Empty(t, page.Problems(), "%s", view)
		if folder := os.Getenv("WAHOST_TEST_SCREENSHOTS"); folder != "" {
			require.NoError(t, os.WriteFile(filepath.Join(folder, "reports-"+strings.ReplaceAll(view.String(), " ", "")+".png"), page.Shot(), 0o600))
		}
	}
	page.Click("th a")
	require.Contains(t, testbrowser.Evaluate[string](page, "document.body.innerText"), "May this provider carry my messages?")
	assert.Empty(t, page.Errors(), "nothing of a report is refused")
}
