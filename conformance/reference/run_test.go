// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference_test

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/conformance/checks"
	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/reference"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/runner"
	"github.com/wahost/wahost/internal/testbin"
)

var binaries = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "wahost-reference-")
	if err != nil {
		return "", err
	}
	if err := os.Mkdir(filepath.Join(dir, "tmp"), 0o700); err != nil {
		return "", err
	}
	return dir, testbin.Into(context.Background(), dir, testbin.Flags(), map[string]string{
		"github.com/wahost/wahost/conformance/reference/wahost-provider-acme": "wahost-provider-acme",
		"github.com/wahost/wahost/conformance/reference/wahost-provider-null": "wahost-provider-null",
	})
})

// copies holds the copies of the binaries that the runs share.
var copies struct {
	sync.Mutex
	byName map[string]*runner.Copy
}

func copyOf(t *testing.T, path string) *runner.Copy {
	t.Helper()
	copies.Lock()
	defer copies.Unlock()
	if copies.byName[path] == nil {
		c, err := runner.NewCopy(path)
		require.NoError(t, err)
		if copies.byName == nil {
			copies.byName = map[string]*runner.Copy{}
		}
		copies.byName[path] = c
	}
	return copies.byName[path]
}

// TestMain runs more tests at the same time than there are processors, because runs of the suite mostly wait for slow
// vendors. Memory is collected less often than usual, since the tests leave little of it in use.
func TestMain(m *testing.M) {
	flag.Parse()
	debug.SetGCPercent(400)
	if err := flag.Set("test.parallel", strconv.Itoa(2*runtime.GOMAXPROCS(0))); err != nil {
		panic(err)
	}
	code := m.Run()
	for path, c := range copies.byName {
		if err := c.Close(); err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", path, err)
			code = 1
		}
	}
	if dir, err := binaries(); err == nil {
		_ = os.RemoveAll(dir)
	}
	os.Exit(code)
}

// The dialects of the generations of acme's API. The later ones have the features that the first one lacks.
const (
	firstDialect  = "dialect.hcl"
	secondDialect = "dialect-v2.hcl"
	thirdDialect  = "dialect-v3.hcl"
)

// dialects are the dialects of acme by file name.
var dialects = sync.OnceValues(func() (map[string]*dialect.Dialect, error) {
	out := map[string]*dialect.Dialect{}
	for _, file := range []string{firstDialect, secondDialect, thirdDialect} {
		d, diags := dialect.LoadFS(reference.Dialect, file)
		if diags.HasErrors() {
			return nil, diags
		}
		out[file] = d
	}
	return out, nil
})

func acmeDialect(t *testing.T, file string) *dialect.Dialect {
	t.Helper()
	all, err := dialects()
	require.NoError(t, err)
	return all[file]
}

// run runs the suite against one of the binaries. Files that mutants leave behind are in a folder that is removed with
// the binaries.
func run(t *testing.T, binary string, selectors []string, env ...string) (*report.Report, error) {
	t.Helper()
	return runWith(t, firstDialect, binary, selectors, env...)
}

// soakMessages is how many messages the checks of the soak lane send here. The mutants begin to misbehave before.
const soakMessages = 1000

func runWith(t *testing.T, file, binary string, selectors []string, env ...string) (*report.Report, error) {
	t.Helper()
	dir, err := binaries()
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	path := filepath.Join(dir, binary)
	return runner.Run(ctx, runner.Options{
		Command: path, Copy: copyOf(t, path), Dialect: acmeDialect(t, file), Groups: checks.All(), Selectors: selectors, Parallel: 4,
		SoakMessages: soakMessages,
		Env:          append(env, "TMPDIR="+filepath.Join(dir, "tmp")),
	})
}

// TestReferenceConforms runs the whole suite. TestReports in cmd/wahost/internal/command/conformance checks that the same seed
// leads to the same digest.
func TestReferenceConforms(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("runs the whole suite")
	}
	rep, err := run(t, "wahost-provider-acme", nil)
	require.NoError(t, err)
	assert.True(t, rep.Verdict.OK(), "%s: %v", rep.Verdict.Word, rep.Verdict.Reasons)
}

// TestReferenceConformsToTheSecondDialect runs the checks that only apply to the second generation, and related ones.
func TestReferenceConformsToTheSecondDialect(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("runs a good part of the suite")
	}
	rep, err := runWith(t, secondDialect, "wahost-provider-acme", []string{"retry/*", "webhook/*", "send/text/*", "batch/*", "config/*", "schema/*"})
	require.NoError(t, err)
	assert.Equal(t, report.Incomplete, rep.Verdict.Word, "%v", rep.Verdict.Reasons)
	passed := map[string]bool{}
	for _, res := range rep.Results {
		assert.Contains(t, []report.Status{report.Pass, report.NA, report.Skipped}, res.Status, "%s: %v", res.ID, res.Findings)
		passed[res.ID] = res.Status == report.Pass
	}
	for _, id := range []string{"retry/idempotency-key", "webhook/signature-replay"} {
		assert.True(t, passed[id], id)
	}
}

// withoutSending are the checks that a provider may pass without sending anything, by the reason.
var withoutSending = map[string][]string{
	"the schema is read": {
		"schema/deprecation", "schema/described", "schema/names", "schema/rules", "schema/types-complete",
	},
	"configurations are validated, and diagnostics read": {
		"config/all-errors-at-once", "config/bad-url", "config/configure-required", "config/forbidden-by-schema", "config/missing-required",
		"config/no-secret-in-diagnostic", "config/unknown-values", "config/wrong-value", "schema/defaults-valid",
	},
	"declared capabilities are read": {"cap/limits-declared"},
	"the process is started, asked who it is, and spoken to in other versions of the protocol": {
		"proto/cookie-refusal", "proto/handshake-line", "proto/identity", "proto/info-no-side-effects", "proto/info-stable",
		"proto/bounded-values", "proto/large-message", "proto/mtls", "proto/mtls-p521", "proto/socket-folder", "proto/stdout-silent",
		"proto/unknown-request-fields", "proto/unknown-rpc",
		"proto/version-negotiate",
	},
	"channels are opened, and their senders read": {"sender/differs", "sender/number", "sender/same", "sender/stated"},
	"the process is watched, stopped or killed with nothing under way": {
		"life/health", "life/host-killed", "life/sigterm", "life/start-time", "life/stop-idempotent",
	},
}

// nullLimit is how long the suite may take with a provider that does nothing and has the machine to itself. The null
// providers share it with each other and with the mutants, so each of them may take the time of all null providers.
const nullLimit = 60 * time.Second

// TestNullProvidersPassNothing checks that a provider that sends nothing passes only checks of its declarations and its
// process.
func TestNullProvidersPassNothing(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("runs the whole suite four times")
	}
	allowed := slices.Concat(slices.Collect(maps.Values(withoutSending))...)
	for _, name := range reference.Nulls() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			start := time.Now()
			rep, err := run(t, "wahost-provider-null", nil, reference.EnvNull+"="+name)
			require.NoError(t, err)
			var free []string
			for _, res := range rep.Results {
				if slices.Contains([]report.Status{report.Pass, report.Flaky}, res.Status) && !slices.Contains(allowed, res.ID) {
					free = append(free, res.ID)
				}
			}
			assert.Empty(t, free, "free passes")
			assert.Equal(t, report.Nonconformant, rep.Verdict.Word)
			assert.Less(t, time.Since(start), time.Duration(len(reference.Nulls()))*nullLimit)
			if name == "always-ok" {
				// Many checks must fail, not only one.
				assert.Greater(t, rep.Verdict.Counts[report.Fail], 48)
			}
			t.Logf("%s in %s: %v", rep.Verdict.Word, time.Since(start).Round(time.Second), rep.Verdict.Counts)
		})
	}
}

// TestLookupsAreSeen checks that secret/egress sees the names that the provider looks up.
func TestLookupsAreSeen(t *testing.T) {
	t.Parallel()
	for mutant, want := range map[string]report.Status{"": report.Pass, "looks-up-a-name": report.Fail} {
		rep, err := run(t, "wahost-provider-acme", []string{"secret/egress"}, reference.EnvMutant+"="+mutant)
		require.NoError(t, err)
		for _, res := range rep.Results {
			if res.ID == "secret/egress" {
				assert.Equal(t, want, res.Status, "%q: %v", mutant, res.Findings)
				assert.NotContains(t, res.Note, "lookups of names were not seen")
			}
		}
	}
}
