// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reports

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/internal/testbrowser"
)

// TestAll reads the published reports: the verdict follows from the statuses, and the digest fits.
func TestAll(t *testing.T) {
	t.Parallel()
	all, err := All()
	require.NoError(t, err)
	var names []string
	for _, p := range all {
		names = append(names, p.Name)
		assert.Equal(t, "1/"+p.Name, p.Folder)
		assert.Contains(t, []string{report.Conformant, report.ConformantWithAdvice}, p.Verdict, p.Name)
		assert.NotEmpty(t, p.Kinds(), p.Name)
		assert.GreaterOrEqual(t, len(p.Profiles), 7, p.Name)
		assert.Equal(t, report.Pass, p.Kind("template"), p.Name)
	}
	assert.Subset(t, names, []string{"acme", "innopaas", "innopaas-mmlite", "pushwoosh"})
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	files := func(change ...string) fs.FS {
		out := fstest.MapFS{}
		for _, name := range []string{"README.md", "statuses.txt", "summary.md"} {
			data, err := published.ReadFile("1/acme/" + name)
			require.NoError(t, err)
			out[name] = &fstest.MapFile{Data: []byte(strings.NewReplacer(change...).Replace(string(data)))}
		}
		return out
	}
	_, err := Read(files())
	require.NoError(t, err)
	for name, tt := range map[string]struct {
		change []string
		want   string
	}{
		"another status":  {[]string{"send/text/minimal pass", "send/text/minimal fail"}, "result digest"},
		"another seed":    {[]string{"| seed | 7 |", "| seed | 8 |"}, "result digest"},
		"no digest":       {[]string{"| result digest |", "| digest |"}, `no row "result digest"`},
		"not a status":    {[]string{"send/text/minimal pass", "send/text/minimal good"}, "expected the id of a check"},
		"a check twice":   {[]string{"send/text/minimal pass", "send/text/minimal pass\nsend/text/minimal pass"}, "twice"},
		"no profiles":     {[]string{"| profile |", "| x |"}, "no table of profiles"},
		"binary unhashed": {[]string{"| binary | sha256:", "| binary | md5:"}, `no sha256 in the row "binary"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Read(files(tt.change...))
			assert.ErrorContains(t, err, tt.want)
		})
	}
}

func TestMatrix(t *testing.T) {
	t.Parallel()
	m := NewMatrix([]Published{
		{Folder: "1/a", Name: "a", Version: "1", Verdict: report.Conformant, Suite: "1.0.0", Tier: TierSelf, Isolation: "namespaces", Date: "2026-11-26",
			Statuses: map[string]report.Status{"send/text/minimal": report.Pass, "send/list/minimal": report.NA},
			Profiles: []report.ProfileVerdict{{Name: "notify", Word: report.Conformant}, {Name: "bulk", Word: report.NotDeclared}}},
		{Folder: "1/b", Name: "b", Version: "2", Verdict: report.ConformantWithAdvice, Suite: "1.0.0", Tier: TierProject,
			Statuses: map[string]report.Status{"send/text/minimal": report.Pass, "send/list/minimal": report.Pass, "send/list/whitespace": report.Fail},
			Profiles: []report.ProfileVerdict{{Name: "notify", Word: report.ConformantWithAdvice}}},
	})
	assert.Equal(t, `| provider | verdict | isolation | tier | suite | date | checks |
| --- | --- | --- | --- | --- | --- | --- |
| [a](../../conformance/reports/1/a/README.md) 1 | conformant | namespaces | self | 1.0.0 | 2026-11-26 | 1 pass, 1 na |
| [b](../../conformance/reports/1/b/README.md) 2 | conformant_with_advice | not recorded | reproduced here | 1.0.0 | not recorded | 2 pass, 0 na |

| profile | a | b |
| --- | --- | --- |
| notify | conformant | conformant_with_advice |
| bulk |  | not recorded |

| kind | a | b |
| --- | --- | --- |
| list |  | fail |
| text | pass | pass |`, m.Markdown())
}

func TestMatrixInABrowser(t *testing.T) {
	t.Parallel()
	browser := testbrowser.Start(t)
	all, err := All()
	require.NoError(t, err)
	html, err := NewMatrix(all).HTML()
	require.NoError(t, err)
	page := browser.Open(t, html)
	for _, view := range testbrowser.Views() {
		page.Look(view)
		assert.Empty(t, page.Overflow(), view)
		assert.Empty(t, page.Problems(), view)
	}
}
