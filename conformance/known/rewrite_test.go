// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package known

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/conformance/report"
)

var knownDay = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

// failing is a report in which the ids with a message fail and those without one pass.
func failing(messages map[string]string) *report.Report {
	r := &report.Report{}
	for id, message := range messages {
		res := report.Result{ID: id, Level: report.Core, Status: report.Pass}
		if message != "" {
			res.Status, res.Findings = report.Fail, []report.Finding{{Actual: message}}
		}
		r.Planned, r.Results = append(r.Planned, id), append(r.Results, res)
	}
	return r
}

func TestRewrite(t *testing.T) {
	t.Parallel()
	r := failing(map[string]string{
		"send/list/fidelity": "dropped: footer", "send/button/fidelity": "dropped: footer", "send/text/fidelity": "",
		"send/list/minimal": "refused", "send/list/unicode": "refused", "error/scope": "refused",
		"retry/reset": "the answer of 127.0.0.1:4711 broke off", "old/gone": "", "old/kept": "still so",
	})
	r.Results = append(r.Results,
		report.Result{ID: "odd/silent", Level: report.Core, Status: report.Crash},
		report.Result{ID: "odd/flaky", Level: report.Core, Status: report.Flaky, Findings: []report.Finding{{Actual: "now and then"}}},
		report.Result{ID: "odd/advice", Level: report.Rec, Status: report.Fail, Findings: []report.Finding{{Actual: "advice"}}})
	const old = `# ours
old/gone "was so" T-1 2026-12-31

# keep this
old/kept "still" T-2 2026-12-31
send/list/fidelity "dropped" T-3 2026-05-31
error/scope "another message" T-4 2026-12-31
`
	text, unlisted, err := Rewrite(old, r, "https://t.example/9", knownDay)
	require.NoError(t, err)
	assert.Equal(t, `# ours

# keep this
old/kept "still" T-2 2026-12-31
send/list/fidelity "dropped" T-3 2026-07-01
send/button/fidelity "dropped: footer" https://t.example/9 2026-07-01
error/scope "refused" https://t.example/9 2026-07-01
send/list/minimal "refused" https://t.example/9 2026-07-01
send/list/unicode "refused" https://t.example/9 2026-07-01
retry/reset "the answer of" https://t.example/9 2026-07-01
`, text)
	assert.Equal(t, []string{"odd/silent"}, unlisted)

	k, err := load(t, text)
	require.NoError(t, err)
	var ids []string
	for _, res := range r.Results {
		ids = append(ids, res.ID)
	}
	w, err := k.Waive(ids, knownDay)
	require.NoError(t, err, "what is written can be read, and no entry is refused")
	for _, res := range w.Apply(slices.Clone(r.Results)) {
		assert.NotEqual(t, report.Fail, map[bool]report.Status{true: report.XFail, false: res.Status}[res.Level == report.Rec], res.ID)
		assert.NotEqual(t, report.XPass, res.Status, res.ID)
	}
	again, _, err := Rewrite(text, r, "https://t.example/9", knownDay)
	require.NoError(t, err)
	assert.Equal(t, text, again, "nothing changes where nothing changed")
}

func TestRewriteFewestPatterns(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		messages map[string]string
		want     []string
	}{
		"a whole kind":          {map[string]string{"send/list/a": "m", "send/list/b": "m", "send/text/a": ""}, []string{"send/list/*"}},
		"a check of each kind":  {map[string]string{"send/list/a": "m", "send/text/a": "m", "send/text/b": ""}, []string{"send/*/a"}},
		"one":                   {map[string]string{"send/list/a": "m"}, []string{"send/list/a"}},
		"never what passes":     {map[string]string{"g/a": "m", "g/b": "m", "g/c": ""}, []string{"g/a", "g/b"}},
		"never another message": {map[string]string{"g/a": "m", "g/b": "n"}, []string{"g/a", "g/b"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text, _, err := Rewrite("", failing(tt.messages), "https://t.example/9", knownDay)
			require.NoError(t, err)
			var got []string
			for line := range strings.SplitSeq(strings.TrimPrefix(text, knownHeader), "\n") {
				if pattern, _, ok := strings.Cut(line, " "); ok {
					got = append(got, pattern)
				}
			}
			assert.Equal(t, tt.want, got)
		})
	}
	wide := map[string]string{}
	for i := range maxWaived + 1 {
		wide["many/"+string(rune('a'+i))] = "m"
	}
	text, _, err := Rewrite("", failing(wide), "https://t.example/9", knownDay)
	require.NoError(t, err)
	assert.NotContains(t, text, "*", "an entry waives at most twenty")
}

func TestRewriteRefusesPartialRuns(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*report.Report){
		"selectors":   func(r *report.Report) { r.Run.Selectors = []string{"send/**"} },
		"interrupted": func(r *report.Report) { r.Run.Interrupted = true },
		"skipped":     func(r *report.Report) { r.Verdict.Counts = map[report.Status]int{report.Skipped: 1} },
	} {
		r := failing(map[string]string{"g/a": "m"})
		change(r)
		_, _, err := Rewrite("", r, "https://t.example/9", knownDay)
		assert.ErrorContains(t, err, "full run", name)
	}
	_, _, err := Rewrite("nonsense", failing(map[string]string{"g/a": "m"}), "https://t.example/9", knownDay)
	assert.ErrorContains(t, err, "line 1")
}

func TestTicket(t *testing.T) {
	t.Parallel()
	for ticket, say := range map[string]string{
		"https://t.example/12": "", "http://t.example/x?id=1#c2": "",
		"": "not a URL", "T-12": "not a URL", "no-ticket": "not a URL", "https://": "not a URL", "ftp://t.example/1": "not a URL",
		"https://t.example/a b": "not a URL", "https://t.example/a\n": "not a URL", "https://me:secret@t.example/1": "credentials",
	} {
		err := CheckTicket(ticket)
		if say == "" {
			assert.NoError(t, err, ticket)
			continue
		}
		require.ErrorContains(t, err, say, ticket)
		assert.NotContains(t, err.Error(), "secret")
		_, _, err = Rewrite("", failing(map[string]string{"g/a": "m"}), ticket, knownDay)
		assert.ErrorContains(t, err, say)
	}
}
