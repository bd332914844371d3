// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package known

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/conformance/report"
)

func load(t *testing.T, text string) (*List, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "known")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return Load(path)
}

func TestRefused(t *testing.T) {
	t.Parallel()
	ids := make([]string, 0, 31)
	for i := range 30 {
		ids = append(ids, fmt.Sprintf("many/c%02d", i))
	}
	ids = append(ids, "send/list/fidelity")
	now := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	tests := []struct{ name, text, want string }{
		{"no entry", "# nothing", "no entry"},
		{"no quotes", "send/list/fidelity dropped t 2026-12-31", "not in quotes"},
		{"empty message", `send/list/fidelity "" t 2026-12-31`, "message is empty"},
		{"no ticket", `send/list/fidelity "dropped" 2026-12-31`, "ticket and a date"},
		{"not a date", `send/list/fidelity "dropped" t soon`, "not a date"},
		{"expired", `send/list/fidelity "dropped" t 2026-05-31`, "expired"},
		{"unmatched", `send/list/fidelty "dropped" t 2026-12-31`, "did you mean send/list/fidelity"},
		{"too wide", `many/* "dropped" t 2026-12-31`, "at most 20"},
		{"twice", "send/list/* \"a\" t 2026-12-31\nsend/*/fidelity \"b\" t 2026-12-31", "already in line 1"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			k, err := load(t, test.text)
			if err == nil {
				_, err = k.Waive(ids, now)
			}
			require.ErrorContains(t, err, test.want)
		})
	}
	k, err := load(t, `send/list/fidelity "dropped" t 2026-06-01`)
	require.NoError(t, err)
	w, err := k.Waive(ids, now)
	require.NoError(t, err, "the last day counts")
	assert.Len(t, w, 1)
}

func TestApply(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		status  report.Status
		message string
		want    report.Status
	}{
		{"fails as listed", report.Fail, "dropped: footer is not there", report.XFail},
		{"crashes as listed", report.Crash, "dropped: footer", report.XFail},
		{"fails otherwise", report.Fail, "something else", report.Fail},
		{"passes", report.Pass, "", report.XPass},
		{"does not apply", report.NA, "", report.XPass},
		{"left out", report.Skipped, "", report.XPass},
		{"blocked", report.Blocked, "", report.XPass},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := Waivers{"send/list/fidelity": {prefix: "dropped: footer", ticket: "t"}}
			r := report.Result{ID: "send/list/fidelity", Status: test.status}
			if test.message != "" {
				r.Findings = []report.Finding{{Actual: test.message}}
			}
			other := report.Result{ID: "send/text/minimal", Status: report.Fail}
			got := w.Apply([]report.Result{r, other})
			assert.Equal(t, test.want, got[0].Status)
			assert.Equal(t, report.Fail, got[1].Status, "what is not listed stays as it is")
		})
	}
}
