// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package runner_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/wahost/wahost/conformance/checks"
	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/known"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/runner"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/internal/testbin"
)

var bin string

func TestMain(m *testing.M) {
	// Built before anything else runs: what is written while others start processes may not be executable.
	dir, remove := testbin.Build(map[string]string{
		"github.com/wahost/wahost/conformance/reference/wahost-provider-acme": "wahost-provider-acme",
		"github.com/wahost/wahost/conformance/reference/wahost-provider-null": "wahost-provider-null",
	})
	bin = dir
	for name, text := range map[string]string{"exits": "#!/bin/sh\necho no >&2\nexit 7\n", "silent": "#!/bin/sh\nexec sleep 60\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o700); err != nil {
			panic(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "data"), []byte("no program"), 0o600); err != nil {
		panic(err)
	}
	code := m.Run()
	remove()
	if code == 0 {
		if err := goleak.Find(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// options run the reference provider with a few quick checks.
func options(t *testing.T, selectors ...string) runner.Options {
	t.Helper()
	d, diags := dialect.Load("../reference/dialect.hcl")
	require.False(t, diags.HasErrors(), "%v", diags)
	return runner.Options{
		Command: filepath.Join(bin, "wahost-provider-acme"), Dialect: d, DialectPath: "dialect.hcl", Groups: checks.All(), Selectors: selectors,
	}
}

// shortStart is the start limit for a provider that never answers.
const shortStart = 700 * time.Millisecond

func TestNoReport(t *testing.T) {
	t.Parallel()
	command := func(name string) func(*runner.Options) {
		return func(o *runner.Options) { o.Command = filepath.Join(bin, name) }
	}
	tests := []struct {
		name   string
		change func(*runner.Options)
		usage  bool
		want   string
	}{
		{"no binary named", func(o *runner.Options) { o.Command = "" }, true, "no provider"},
		{"no dialect", func(o *runner.Options) { o.Dialect = nil }, true, "no dialect"},
		{"missing binary", command("missing"), false, "no such file"},
		{"a folder", command("."), false, "is not a file"},
		{"not executable", command("data"), false, "chmod +x"},
		{"exits at once", command("exits"), false, "did not start"},
		{"never answers", func(o *runner.Options) { command("silent")(o); o.StartTimeout = shortStart }, false, "did not answer in time"},
		{"unmatched selector", func(o *runner.Options) { o.Selectors = []string{"proto/handshake-lime"} }, true, "did you mean proto/handshake-line"},
		{"unmatched exclusion", func(o *runner.Options) { o.Exclude = []string{"proto/handshake-lime"} }, true, "matches no check"},
		{"everything excluded", func(o *runner.Options) { o.Exclude = []string{"**"} }, true, "nothing is left"},
		{"no check of the capability", func(o *runner.Options) { o.Capabilities = []string{"telepathy"} }, true, "nothing is left"},
		{"no check of the level", func(o *runner.Options) { o.Selectors, o.Levels = []string{"proto/mtls"}, []report.Level{report.Info} }, true, "nothing is left"},
		{"no groups", func(o *runner.Options) { o.Groups = nil }, true, "nothing is left"},
		{"certificate for a part", func(o *runner.Options) { o.Certify, o.Selectors = true, []string{"**"} }, true, "full plan"},
		{"certificate of a quick run", func(o *runner.Options) { o.Certify, o.Quick = true, true }, true, "full plan"},
		{"quick and long", func(o *runner.Options) { o.Quick, o.Soak = true, true }, true, "one or the other"},
		{"only slow checks in a quick run", func(o *runner.Options) { o.Quick, o.Selectors = true, []string{"leak/*"} }, true, "nothing is left"},
		{"certificate with waivers", func(o *runner.Options) { o.Certify, o.KnownFailing = true, &known.List{} }, true, "waived"},
		{"certificate with a shared copy", func(o *runner.Options) { o.Certify, o.Copy = true, &runner.Copy{} }, true, "copy"},
		{"certificate with a start limit", func(o *runner.Options) { o.Certify, o.StartTimeout = true, shortStart }, true, "start limit"},
		{"start limit below zero", func(o *runner.Options) { o.StartTimeout = -1 }, true, "not above zero"},
		{"certificate with an environment", func(o *runner.Options) { o.Certify, o.Env = true, []string{"A=b"} }, true, "environment"},
		{"earlier report without failures", func(o *runner.Options) { o.FailedFrom = &report.Report{} }, true, "no failure"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			o := options(t)
			test.change(&o)
			rep, err := runner.Run(t.Context(), o)
			require.ErrorContains(t, err, test.want)
			assert.Nil(t, rep)
			var usage *runner.UsageError
			var environment *runner.EnvironmentError
			if test.usage {
				assert.ErrorAs(t, err, &usage)
			} else {
				assert.ErrorAs(t, err, &environment)
			}
		})
	}
}

func TestDigestIsTheSameForEqualRuns(t *testing.T) {
	t.Parallel()
	selectors := []string{"cap/**", "schema/*", "batch/order", "send/text/*"}
	run := func(seed int64) *report.Report {
		o := options(t, selectors...)
		o.Seed = seed
		rep, err := runner.Run(t.Context(), o)
		require.NoError(t, err)
		return rep
	}
	first, second, other := run(3), run(3), run(4)
	assert.Equal(t, first.ResultDigest, second.ResultDigest)
	assert.NotEqual(t, first.ResultDigest, other.ResultDigest, "the seed is part of it")
	assert.Equal(t, report.Incomplete, first.Verdict.Word, "selectors never conform")
	assert.Len(t, first.Results, len(first.Planned))
	assert.Positive(t, first.Verdict.Counts[report.Pass])
	assert.Positive(t, first.Verdict.Counts[report.Skipped])
	assert.Empty(t, first.Violations)
	assert.Equal(t, first.Provider.SHA256, first.Provider.SHA256After)
}

// TestStartLimit: the limit in effect is in the report, and one that was raised bars the certificate.
func TestStartLimit(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		limit   time.Duration
		want    string
		changed bool
	}{
		"default": {0, "10s", false},
		"shorter": {5 * time.Second, "5s", false},
		"longer":  {11 * time.Second, "11s", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := options(t, "schema/names")
			o.StartTimeout = tt.limit
			rep, err := runner.Run(t.Context(), o)
			require.NoError(t, err)
			assert.Equal(t, tt.want, rep.Run.Limits["start"])
			assert.Equal(t, tt.changed, rep.Run.LimitsChanged)
		})
	}
}

func TestInterrupted(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	o := options(t)
	var once sync.Once
	o.Progress = func(e runner.Event) {
		if e.Kind == runner.EventFinished {
			once.Do(cancel)
		}
	}
	rep, err := runner.Run(ctx, o)
	require.NoError(t, err)
	assert.True(t, rep.Run.Interrupted)
	assert.Len(t, rep.Results, len(rep.Planned), "what was not run is recorded as well")
	assert.Positive(t, rep.Verdict.Counts[report.Skipped])
	assert.False(t, rep.Verdict.OK())
	assert.Zero(t, rep.Verdict.Counts[report.Fail], "an interruption is not the provider's fault")
}

func TestCrashIsFoundAndOthersGoOn(t *testing.T) {
	t.Parallel()
	o := options(t, "cap/declared-reaches-wire/text", "schema/names", "schema/types-complete", "proto/handshake-line")
	o.Command, o.Env = filepath.Join(bin, "wahost-provider-null"), []string{"WAHOST_NULL=crash-on-send"}
	rep, err := runner.Run(t.Context(), o)
	require.NoError(t, err)
	status := map[string]report.Status{}
	for _, r := range rep.Results {
		status[r.ID] = r.Status
	}
	assert.Equal(t, report.Crash, status["cap/declared-reaches-wire/text"])
	for _, id := range []string{"schema/names", "schema/types-complete", "proto/handshake-line"} {
		assert.Equal(t, report.Pass, status[id], id)
	}
	assert.Equal(t, report.Nonconformant, rep.Verdict.Word)
}

// TestOddChecks runs checks that misbehave: what they do is no fault of the provider, and not lost.
func TestOddChecks(t *testing.T) {
	t.Parallel()
	check := func(id string, run func(context.Context, *suite.Env)) suite.Check {
		return suite.Check{ID: "odd/" + id, Level: report.Core, Requirement: "odd", Run: run}
	}
	tries := 0
	flaky := check("flaky", func(_ context.Context, e *suite.Env) {
		if tries++; tries == 1 {
			e.Failf("", "luck", "none")
		}
	})
	flaky.Isolation = suite.Alone
	never := check("na", nil)
	never.Needs = suite.Never("telepathy")
	o := options(t)
	o.Groups = []suite.Group{func(*suite.Facts) []suite.Check {
		return []suite.Check{
			check("pass", func(context.Context, *suite.Env) {}),
			check("fail", func(_ context.Context, e *suite.Env) { e.Fatalf("here", "this", "that") }),
			check("error", func(context.Context, *suite.Env) { panic("a bug") }),
			check("blocked", func(_ context.Context, e *suite.Env) { e.Blocked("no %s", "control") }),
			check("skipped", func(_ context.Context, e *suite.Env) { e.Skipped("nothing to look at") }),
			check("skipped-late", func(_ context.Context, e *suite.Env) {
				e.Failf("here", "this", "that")
				e.Skipped("nothing more to look at")
			}),
			check("untested", func(_ context.Context, e *suite.Env) { e.Untested("no %s", "event") }),
			check("untested-late", func(_ context.Context, e *suite.Env) {
				e.Failf("here", "this", "that")
				e.Untested("no event")
			}),
			check("stray", func(ctx context.Context, e *suite.Env) {
				to := e.Recipient()
				to.Address = "+15559999"
				e.Send(ctx, e.Minimal("text"), suite.SendOptions{To: to})
			}),
			flaky, never,
		}
	}}
	rep, err := runner.Run(t.Context(), o)
	require.NoError(t, err)
	got := map[string]report.Status{}
	for _, r := range rep.Results {
		got[strings.TrimPrefix(r.ID, "odd/")] = r.Status
	}
	assert.Equal(t, map[string]report.Status{
		"pass": report.Pass, "fail": report.Fail, "error": report.Error, "blocked": report.Blocked, "stray": report.Pass,
		"skipped": report.Skipped, "skipped-late": report.Fail,
		"flaky": report.Flaky, "na": report.NA, "untested": report.NA, "untested-late": report.Fail,
	}, got)
	require.Len(t, rep.Violations, 1)
	assert.Equal(t, report.Unattributed, rep.Violations[0].Kind)
	assert.Contains(t, rep.NotApplicable, report.NotApplicable{ID: "odd/untested", Reason: "no event"})
}
