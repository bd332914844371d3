// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/internal/testbin"
	"github.com/wahost/wahost/sdk/client"
)

// startDebugged starts the reference provider as a person starts it under a debugger.
func startDebugged(t *testing.T, binary string, env ...string) *testbin.Debugged {
	t.Helper()
	d, err := testbin.Debug(binary, client.EnvReattach, env...)
	require.NoError(t, err)
	t.Cleanup(d.Close)
	return d
}

// attachTo runs selected checks and returns the exit code, the output and the report that was written.
func attachTo(t *testing.T, value string, selectors ...string) (int, string, *report.Report) {
	t.Helper()
	dir := t.TempDir()
	args := append([]string{"conformance", "run", "--attach", value, "--dialect", acmeDialect, "--out", dir, "--output", "html=report.html,md=summary.md,junit=junit.xml"}, selectors...)
	code, stdout, stderr := command(t.Context(), args...)
	data, err := os.ReadFile(filepath.Join(dir, "report.json"))
	require.NoError(t, err, "%s%s", stdout, stderr)
	rep, err := report.Read(data)
	require.NoError(t, err)
	assert.Empty(t, rep.Provider.SHA256+rep.Provider.SHA256After, "nobody knows which bytes ran")
	return code, stdout, rep
}

func TestAttach(t *testing.T) {
	t.Parallel()
	d := startDebugged(t, acme(t))
	selectors := []string{"proto/**", "send/text/**", "send/list/**", "webhook/**", "life/**", "leak/**", "secret/**"}
	if testing.Short() {
		selectors = []string{"proto/**", "send/text/**", "life/**"}
	}
	skipped := []string{"proto/stdout-silent", "proto/handshake-line", "life/restart", "life/start-time"}
	ran := []string{"send/text/minimal", "send/text/fidelity"}
	for range 2 { // the first run does not change the provider
		code, stdout, rep := attachTo(t, d.Value, selectors...)
		require.Equal(t, cli.ExitIncomplete, code, stdout)
		first, _, _ := strings.Cut(stdout, "\n")
		assert.Equal(t, attachedBanner, first)
		assert.Equal(t, report.ModeAttached, rep.Run.Mode)
		assert.Equal(t, report.Incomplete, rep.Verdict.Word)
		assert.False(t, rep.Verdict.Certifiable)
		assert.Contains(t, strings.Join(rep.Verdict.Reasons, "\n"), "attached: the suite did not start the process")
		status := statusOf(rep)
		for _, id := range ran {
			assert.Equal(t, report.Pass, status[id], id)
		}
		for _, id := range skipped {
			assert.Equal(t, report.Skipped, status[id], id)
		}
		for _, res := range rep.Results {
			switch res.Status {
			case report.Pass, report.NA:
			case report.Skipped:
				assert.Contains(t, []string{"left out", "attached: the check needs a process of its own, or looks at the process"}, res.Note, res.ID)
			default:
				t.Errorf("%s: %s: %v", res.ID, res.Status, res.Findings)
			}
		}
		assert.True(t, d.Running(), "the provider belongs to whoever started it")
	}
}

// TestAttachFull checks that the verdict is incomplete at best, even if all checks are selected.
func TestAttachFull(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("runs one check after another")
	}
	d := startDebugged(t, acme(t))
	code, stdout, rep := attachTo(t, d.Value)
	assert.Equal(t, cli.ExitIncomplete, code, stdout)
	assert.Greater(t, rep.Verdict.Counts[report.Pass], 300)
	assert.Zero(t, rep.Verdict.Counts[report.Blocked])
	assert.True(t, d.Running())
}

func TestAttachFindsWhatIsWrong(t *testing.T) {
	t.Parallel()
	binary := acme(t)
	t.Run("a field is dropped", func(t *testing.T) {
		t.Parallel()
		d := startDebugged(t, binary, "WAHOST_MUTANT=drops-footer")
		code, stdout, rep := attachTo(t, d.Value, "send/list/*")
		assert.Equal(t, cli.ExitNegative, code, stdout)
		assert.Equal(t, report.Fail, statusOf(rep)["send/list/fidelity"])
		assert.Contains(t, stdout, `wahost conformance run --attach "$`+client.EnvReattach+`"`, "the command that repeats the check")
		assert.True(t, d.Running())
	})
	t.Run("the process ends", func(t *testing.T) {
		t.Parallel()
		d := startDebugged(t, binary, "WAHOST_MUTANT=crashes-on-null")
		code, stdout, rep := attachTo(t, d.Value, "vendor/wrong-types", "webhook/**")
		assert.Equal(t, cli.ExitNegative, code, stdout)
		assert.Equal(t, 1, rep.Verdict.Counts[report.Crash], "one check ended it")
		assert.Positive(t, rep.Verdict.Counts[report.Blocked], "the others cannot be run")
		assert.False(t, d.Running())
	})
}

func TestAttachUsage(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	gone := `{"acme":{"protocol":"grpc","protocol_version":1,"pid":1,"network":"unix","address":"` + filepath.Join(dir, "gone") + `"}}`
	known := filepath.Join(dir, "known.txt")
	require.NoError(t, os.WriteFile(known, []byte("a/b \"x\" t 2099-01-01\n"), 0o600))
	tests := map[string]struct {
		value string
		args  []string
		code  int
		say   string
	}{
		"certify":              {gone, []string{"--certify"}, cli.ExitUsage, "--attach cannot be used with --certify"},
		"write known failures": {gone, []string{"--write-known-failing", "x"}, cli.ExitUsage, "--write-known-failing"},
		"known failures":       {gone, []string{"--known-failing", known}, cli.ExitUsage, "--known-failing"},
		"environment":          {gone, []string{"--env", "A=b"}, cli.ExitUsage, "--env"},
		"a binary as well":     {gone, []string{known}, cli.ExitUsage, "no binary is named"},
		"nothing":              {"", nil, cli.ExitUsage, "--attach is empty"},
		"no JSON":              {"/tmp/socket", nil, cli.ExitUsage, "cannot attach to a provider"},
		"two providers":        {strings.Replace(gone, `{"acme"`, `{"other":{},"acme"`, 1), nil, cli.ExitUsage, "2 are named"},
		"nobody there":         {gone, nil, cli.ExitEnvironment, "cannot be used"},
		"other protocol":       {strings.Replace(gone, `_version":1`, `_version":99`, 1), nil, cli.ExitEnvironment, "99"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := append([]string{"conformance", "run", "--attach", tt.value, "--dialect", acmeDialect, "--out", t.TempDir()}, tt.args...)
			code, stdout, stderr := command(t.Context(), args...)
			assert.Equal(t, tt.code, code, "%s%s", stdout, stderr)
			assert.Contains(t, stdout+stderr, tt.say)
		})
	}
}

// TestOnlyAttachAttaches checks that the suite starts the binary itself if only the environment names a running provider.
func TestOnlyAttachAttaches(t *testing.T) {
	binary := acme(t)
	t.Setenv(client.EnvReattach, `{"acme":{"protocol":"grpc","protocol_version":1,"pid":1,"network":"unix","address":"/nowhere"}}`)
	code, stdout, stderr := command(t.Context(), "conformance", "run", binary, "--dialect", acmeDialect, "--out", t.TempDir(), "life/restart")
	assert.Equal(t, cli.ExitIncomplete, code, "%s%s", stdout, stderr)
	assert.Contains(t, stdout, "pass 1 ")
}
