// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/runner"
)

func script(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "provider")
	require.NoError(t, os.WriteFile(path, []byte("#!/bin/sh\n"+text+"\n"), 0o755))
	return path
}

func TestConformanceExitCodes(t *testing.T) {
	t.Parallel()
	binary, dir := acme(t), t.TempDir()
	occupied := filepath.Join(dir, "file")
	require.NoError(t, os.WriteFile(occupied, []byte("x"), 0o644))
	badDialect := filepath.Join(dir, "bad.hcl")
	require.NoError(t, os.WriteFile(badDialect, []byte("dialect \"x\" {\n  versoin = \"1\"\n}\n"), 0o644))
	tests := map[string]struct {
		args []string
		code int
		say  string
	}{
		"no dialect":                      {[]string{binary}, cli.ExitUsage, "--dialect"},
		"missing dialect":                 {[]string{binary, "--dialect", "nowhere.hcl"}, cli.ExitUsage, "nowhere.hcl"},
		"unknown key in a dialect":        {[]string{binary, "--dialect", badDialect}, cli.ExitUsage, "versoin"},
		"unmatched selector":              {[]string{binary, "--dialect", acmeDialect, "send/lisst/minimal"}, cli.ExitUsage, "send/list/minimal"},
		"nothing left":                    {[]string{binary, "--dialect", acmeDialect, "send/text/minimal", "-x", "send/**"}, cli.ExitUsage, "nothing is left"},
		"unknown level":                   {[]string{binary, "--dialect", acmeDialect, "--level", "must"}, cli.ExitUsage, "levels"},
		"unknown output":                  {[]string{binary, "--dialect", acmeDialect, "--output", "pdf=x"}, cli.ExitUsage, "FORMAT=FILE"},
		"unknown flag":                    {[]string{binary, "--dialekt", "x"}, cli.ExitUsage, "no flag --dialekt. Did you mean --dialect?"},
		"sign without certify":            {[]string{binary, "--dialect", acmeDialect, "--sign", "x"}, cli.ExitUsage, "--certify"},
		"certify with selectors":          {[]string{binary, "--dialect", acmeDialect, "--certify", "send/**"}, cli.ExitUsage, "full plan"},
		"missing known failures":          {[]string{binary, "--dialect", acmeDialect, "--known-failing", "nowhere"}, cli.ExitUsage, "nowhere"},
		"write known failures of a part":  {[]string{binary, "--dialect", acmeDialect, "--write-known-failing", "k", "-x", "send/**"}, cli.ExitUsage, "full run"},
		"write known failures of a quick": {[]string{binary, "--dialect", acmeDialect, "--write-known-failing", "k", "--quick"}, cli.ExitUsage, "full run"},
		"certificate of a quick run":      {[]string{binary, "--dialect", acmeDialect, "--certify", "--quick"}, cli.ExitUsage, "full plan"},
		"quick":                           {[]string{binary, "--dialect", acmeDialect, "--quick", "proto/*"}, cli.ExitIncomplete, "narrowed by selectors: proto/* quick"},
		"write known failures to certify": {[]string{binary, "--dialect", acmeDialect, "--write-known-failing", "k", "--certify"}, cli.ExitUsage, "--certify"},
		"write known failures, no ticket": {[]string{binary, "--dialect", acmeDialect, "--write-known-failing", "k"}, cli.ExitUsage, "--ticket"},
		"ticket that is no address":       {[]string{binary, "--dialect", acmeDialect, "--write-known-failing", "k", "--ticket", "T-1"}, cli.ExitUsage, "--ticket: the ticket is not a URL"},
		"ticket for nothing":              {[]string{binary, "--dialect", acmeDialect, "--ticket", "https://t.example/1"}, cli.ExitUsage, "--write-known-failing, which is missing"},
		"missing binary":                  {[]string{"nowhere", "--dialect", acmeDialect}, cli.ExitEnvironment, "nowhere"},
		"dialect is a folder":             {[]string{binary, "--dialect", dir}, cli.ExitUsage, dir},
		"binary that exits":               {[]string{script(t, "exit 1"), "--dialect", acmeDialect}, cli.ExitEnvironment, "provider"},
		"folder not writable":             {[]string{binary, "--dialect", acmeDialect, "--out", filepath.Join(occupied, "out")}, cli.ExitEnvironment, "cannot be written"},
		"output not writable": {[]string{binary, "--dialect", acmeDialect, "proto/identity", "--output", "md=" + filepath.Join(occupied, "x.md")},
			cli.ExitEnvironment, "md report cannot be written"},
		"narrowed": {[]string{binary, "--dialect", acmeDialect, "proto/identity"}, cli.ExitIncomplete, "incomplete"},
		"nonconformant": {[]string{binary, "--dialect", acmeDialect, "--env", "WAHOST_MUTANT=drops-footer", "send/list/fidelity"},
			cli.ExitNegative, "send/list/fidelity"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := append([]string{"conformance", "run"}, tt.args...)
			if !slices.Contains(args, "--out") {
				args = append(args, "--out", t.TempDir())
			}
			code, stdout, stderr := command(t.Context(), args...)
			assert.Equal(t, tt.code, code, "%s\n%s", stdout, stderr)
			assert.Contains(t, stdout+stderr, tt.say)
		})
	}
}

// TestConformanceNoAnswer waits for the default start limit. Other limits are tested in testdata/script/start_limit.txtar
// of cmd/wahost.
func TestConformanceNoAnswer(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("waits until the suite gives up")
	}
	began := time.Now()
	code, stdout, stderr := command(t.Context(), "conformance", "run", script(t, "exec sleep 60"), "--dialect", acmeDialect, "--out", t.TempDir())
	assert.Equal(t, cli.ExitEnvironment, code, "%s\n%s", stdout, stderr)
	assert.Contains(t, stderr, "did not answer in time")
	assert.Less(t, time.Since(began), runner.DefaultStartTimeout*2, "the first start that fails ends the run")
}

func TestVerdictNamesRaisedLimits(t *testing.T) {
	t.Parallel()
	r := &report.Report{Planned: []string{"a/b"}, Results: []report.Result{{ID: "a/b", Group: "a", Level: report.Core, Status: report.Pass}}}
	r.Run.Mode, r.Run.LimitsChanged, r.Run.Limits = report.ModeOpen, true, map[string]string{"start": "1m0s"}
	r.Judge()
	var out bytes.Buffer
	printVerdict(cli.NewApp(strings.NewReader(""), &out, &out).Stdout, r)
	assert.Contains(t, out.String(), "\nconformant ")
	assert.Contains(t, out.String(), "not certifiable: run with changed limits (start 1m0s)")
}

// cancelOnWrite ends a context as soon as something is printed.
type cancelOnWrite struct {
	text   bytes.Buffer
	once   sync.Once
	cancel context.CancelFunc
}

func (c *cancelOnWrite) Write(b []byte) (int, error) {
	c.once.Do(c.cancel)
	return c.text.Write(b)
}

func TestConformanceInterrupted(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	out, errs, dir := &cancelOnWrite{cancel: cancel}, &bytes.Buffer{}, t.TempDir()
	code := run(ctx, cli.NewApp(strings.NewReader(""), out, errs), []string{"conformance", "run", acme(t), "--dialect", acmeDialect, "--out", dir})
	assert.Equal(t, cli.ExitIncomplete, code, "%s\n%s", out.text.String(), errs)
	data, err := os.ReadFile(filepath.Join(dir, "report.json"))
	require.NoError(t, err, "an interrupted run writes its report")
	rep, err := report.Read(data)
	require.NoError(t, err)
	assert.True(t, rep.Run.Interrupted)
	assert.Equal(t, report.Incomplete, rep.Verdict.Word)
}

func TestConformanceKeysAndDiff(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	name := filepath.Join(dir, "k")
	code, _, stderr := command(t.Context(), "conformance", "keygen", "--out", name)
	require.Equal(t, cli.ExitOK, code, stderr)
	info, err := os.Stat(name + ".pem")
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	code, _, _ = command(t.Context(), "conformance", "keygen", "--out", name)
	assert.Equal(t, cli.ExitEnvironment, code, "a key is never overwritten")

	code, _, stderr = command(t.Context(), "conformance", "verify", name+".pub", name+".pub")
	assert.Equal(t, cli.ExitUsage, code)
	assert.Contains(t, stderr, "--key")
	code, stdout, _ := command(t.Context(), "conformance", "verify", name+".pub", name+".pub", "--key", name+".pub")
	assert.Equal(t, cli.ExitNegative, code)
	assert.Contains(t, stdout, "step envelope")
	code, _, stderr = command(t.Context(), "conformance", "verify", name+".pub", name+".pub", "--key", name+".pem")
	assert.Equal(t, cli.ExitUsage, code)
	assert.Contains(t, stderr, "private key")

	write := func(file string, status report.Status) string {
		r := &report.Report{FormatVersion: report.FormatVersion, Planned: []string{"a/b"}, Results: []report.Result{{ID: "a/b", Group: "a", Level: report.Core, Status: status}}}
		r.Judge()
		path := filepath.Join(dir, file)
		require.NoError(t, r.WriteFile("json", path))
		return path
	}
	good, bad := write("good.json", report.Pass), write("bad.json", report.Fail)
	for _, tt := range []struct {
		before, after string
		code          int
		say           string
	}{{good, bad, cli.ExitNegative, "a/b: fail, was pass"}, {bad, good, cli.ExitOK, "fixes"}, {good, good, cli.ExitOK, "no differences"}} {
		code, stdout, stderr := command(t.Context(), "conformance", "diff", tt.before, tt.after)
		assert.Equal(t, tt.code, code, stderr)
		assert.Contains(t, stdout, tt.say)
	}
}

func TestConformanceListAndExplain(t *testing.T) {
	t.Parallel()
	code, stdout, stderr := command(t.Context(), "conformance", "list", "send/text/*")
	require.Equal(t, cli.ExitOK, code, stderr)
	assert.Contains(t, stdout, "send/text/minimal")
	assert.NotContains(t, stdout, "send/list/minimal")
	code, stdout, stderr = command(t.Context(), "conformance", "explain", "send/list/fidelity")
	require.Equal(t, cli.ExitOK, code, stderr)
	assert.Contains(t, stdout, "drops-footer")
	code, _, stderr = command(t.Context(), "conformance", "explain", "send/list/fidelty")
	assert.Equal(t, cli.ExitUsage, code)
	assert.Contains(t, stderr, "send/list/fidelity")
}

func TestCataloguePage(t *testing.T) {
	t.Parallel()
	const page = root + "/docs/certification/conformance-checks.md"
	code, stdout, stderr := command(t.Context(), "conformance", "list", "--markdown")
	require.Equal(t, cli.ExitOK, code, stderr)
	if *update {
		require.NoError(t, os.WriteFile(page, []byte(stdout), 0o644))
		return
	}
	want, err := os.ReadFile(page)
	require.NoError(t, err)
	assert.Equal(t, string(want), stdout, "run: go test ./cmd/wahost/internal/command/conformance -run TestCataloguePage -update")
}
