// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/conformance/report"
)

// TestWriteKnownFailing checks that new entries get the ticket, and that existing entries are kept.
func TestWriteKnownFailing(t *testing.T) {
	t.Parallel()
	failed := func(id, message string) report.Result {
		return report.Result{ID: id, Level: report.Core, Status: report.Fail, Findings: []report.Finding{{Actual: message}}}
	}
	rep := &report.Report{Results: []report.Result{failed("send/list/fidelity", "dropped: footer"), failed("error/scope", "refused")}}
	rep.Judge()
	path := filepath.Join(t.TempDir(), "known.txt")
	const before = "# ours\nerror/scope \"refused\" https://t.example/1 2099-12-31\n"
	require.NoError(t, os.WriteFile(path, []byte(before), 0o600))
	var out, errs bytes.Buffer
	r := &runFlags{app: cli.NewApp(strings.NewReader(""), &out, &errs), writeKnown: path, ticket: "https://t.example/2"}
	require.NoError(t, r.writeKnownFailing(rep))
	got, err := os.ReadFile(path)
	require.NoError(t, err)
	until := time.Now().UTC().AddDate(0, 0, 30).Format(time.DateOnly)
	assert.Equal(t, before+"send/list/fidelity \"dropped: footer\" https://t.example/2 "+until+"\n", string(got))
	assert.Contains(t, out.String(), "https://t.example/2")
}
