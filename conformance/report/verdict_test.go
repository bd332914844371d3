// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package report_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/conformance/report"
)

// conformantReport returns a report of a certified run in which everything is in order.
func conformantReport() *report.Report {
	r := &report.Report{
		FormatVersion: report.FormatVersion,
		Suite:         report.SuiteInfo{Version: "1.0.0"},
		Run:           report.RunInfo{Mode: report.ModeCertified, Seed: 7},
		Provider:      report.ProviderInfo{Name: "acme", SHA256: "ab", SHA256After: "ab", Kinds: []string{"text", "template"}},
	}
	add(r, "proto/identity", report.Core, report.Pass)
	add(r, "send/text/minimal", report.Cap, report.Pass)
	add(r, "schema/described", report.Rec, report.Pass)
	add(r, "perf/baseline", report.Info, report.Pass)
	add(r, "cap/undeclared-refused/list", report.Core, report.Pass)
	add(r, "send/list/minimal", report.Cap, report.NA)
	r.NotApplicable = []report.NotApplicable{{ID: "send/list/minimal", Capability: "list", Proof: "cap/undeclared-refused/list"}}
	return r
}

func add(r *report.Report, id string, level report.Level, status report.Status) {
	r.Planned = append(r.Planned, id)
	group, _, _ := strings.Cut(id, "/")
	r.Results = append(r.Results, report.Result{ID: id, Group: group, Level: level, Status: status})
}

func set(id string, status report.Status) func(*report.Report) {
	return func(r *report.Report) {
		for i := range r.Results {
			if r.Results[i].ID == id {
				r.Results[i].Status = status
			}
		}
	}
}

func provisional(id string, then func(*report.Report)) func(*report.Report) {
	return func(r *report.Report) {
		then(r)
		for i := range r.Results {
			if r.Results[i].ID == id {
				r.Results[i].Provisional = true
			}
		}
	}
}

func TestJudge(t *testing.T) {
	t.Parallel()
	const core, capability, rec, info = "proto/identity", "send/text/minimal", "schema/described", "perf/baseline"
	tests := map[string]struct {
		change      func(*report.Report)
		word        string
		certifiable bool
		reason      string
	}{
		"all in order":        {func(*report.Report) {}, report.Conformant, true, ""},
		"core failed":         {set(core, report.Fail), report.Nonconformant, false, "proto/identity: fail"},
		"capability failed":   {set(capability, report.Fail), report.Nonconformant, false, "send/text/minimal: fail"},
		"crash":               {set(core, report.Crash), report.Nonconformant, false, "crash"},
		"timeout":             {set(core, report.Timeout), report.Nonconformant, false, "timeout"},
		"flaky is not a pass": {set(core, report.Flaky), report.Nonconformant, false, "flaky"},
		"xpass":               {set(core, report.XPass), report.Nonconformant, false, "xpass"},
		"xfail":               {set(core, report.XFail), report.Incomplete, false, "xfail"},
		"blocked":             {set(core, report.Blocked), report.Incomplete, false, "blocked"},
		"skipped":             {set(core, report.Skipped), report.Incomplete, false, "skipped"},
		"recommended skipped": {set(rec, report.Skipped), report.Incomplete, false, "skipped"},
		"suite error":         {set(core, report.Error), report.Broken, false, "error"},
		"not a status":        {set(core, ""), report.Broken, false, core},
		"recommended failed":  {set(rec, report.Fail), report.ConformantWithAdvice, true, rec},
		"recommended flaky":   {set(rec, report.Flaky), report.ConformantWithAdvice, true, rec},
		"informational":       {set(info, report.Fail), report.Conformant, true, ""},
		"provisional failure": {provisional(core, set(core, report.Fail)), report.Conformant, true, ""},
		"proof failed":        {set("cap/undeclared-refused/list", report.Fail), report.Nonconformant, false, "cap/undeclared-refused/list: fail"},
		"proof blocked":       {set("cap/undeclared-refused/list", report.Blocked), report.Incomplete, false, "which proves the refusal, is blocked"},
		"proof missing": {func(r *report.Report) { r.NotApplicable[0].Proof = "cap/nowhere" },
			report.Incomplete, false, "not in the plan"},
		"not applicable without a reason": {func(r *report.Report) { r.NotApplicable = nil },
			report.Broken, false, "no reason is given"},
		"not applicable with a reason": {func(r *report.Report) {
			r.NotApplicable[0].Proof, r.NotApplicable[0].Reason = "", "the protocol has no upload by bytes"
		}, report.Conformant, true, ""},
		"nothing planned": {func(r *report.Report) { r.Planned, r.Results, r.NotApplicable = nil, nil, nil },
			report.Broken, false, "the plan contains no check"},
		"planned, not recorded": {func(r *report.Report) { r.Planned = append(r.Planned, "life/graceful") },
			report.Broken, false, "life/graceful: planned, but no result"},
		"recorded, not planned": {func(r *report.Report) { r.Planned = r.Planned[1:] },
			report.Broken, false, "recorded more often than planned"},
		"recorded twice": {func(r *report.Report) { r.Results = append(r.Results, r.Results[0]) },
			report.Broken, false, "recorded more often than planned"},
		"unattributed request": {func(r *report.Report) {
			r.Violations = []report.Violation{{Kind: report.Unattributed, Detail: "POST /v1/x"}}
		}, report.Nonconformant, false, "unattributed_request: POST /v1/x"},
		"canary": {func(r *report.Report) {
			r.Violations = []report.Violation{{Kind: report.CanaryLeaked, Detail: "stderr"}}
		}, report.Nonconformant, false, "canary_leaked"},
		"selectors":   {func(r *report.Report) { r.Run.Selectors = []string{"send/**"} }, report.Incomplete, false, "selectors: send/**"},
		"interrupted": {func(r *report.Report) { r.Run.Interrupted = true }, report.Incomplete, false, "interrupted"},
		"failure beats skipped": {func(r *report.Report) {
			set(core, report.Fail)(r)
			set(capability, report.Skipped)(r)
		}, report.Nonconformant, false, ""},
		"open run":       {func(r *report.Report) { r.Run.Mode = report.ModeOpen }, report.Conformant, false, ""},
		"known failures": {func(r *report.Report) { r.Run.KnownFailingDigest = "cd" }, report.Conformant, false, "known failures"},
		"changed limits": {func(r *report.Report) { r.Run.LimitsChanged = true }, report.Conformant, false, "changed limits"},
		"changed limits, open run": {func(r *report.Report) {
			r.Run.Mode, r.Run.LimitsChanged, r.Run.Limits = report.ModeOpen, true, map[string]string{"start": "1m0s"}
		}, report.Conformant, false, "not certifiable: run with changed limits (start 1m0s)"},
		"changed binary": {func(r *report.Report) { r.Provider.SHA256After = "ac" }, report.Conformant, false, "not the same before and after"},
		"no digest":      {func(r *report.Report) { r.Provider.SHA256, r.Provider.SHA256After = "", "" }, report.Conformant, false, "not the same"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := conformantReport()
			tt.change(r)
			r.Judge()
			assert.Equal(t, tt.word, r.Verdict.Word, "%v", r.Verdict.Reasons)
			assert.Equal(t, tt.certifiable, r.Verdict.Certifiable)
			assert.Contains(t, strings.Join(r.Verdict.Reasons, "\n"), tt.reason)
			assert.Len(t, r.Verdict.Counts, len(report.Statuses())+extra(r))
		})
	}
}

// extra counts results whose status is no status: they have a count of their own.
func extra(r *report.Report) int {
	if r.Verdict.Counts[""] > 0 {
		return 1
	}
	return 0
}

func TestProfiles(t *testing.T) {
	t.Parallel()
	r := conformantReport()
	r.Provider.Kinds = append(r.Provider.Kinds, "location", "contacts")
	add(r, "send/location/minimal", report.Cap, report.Fail)
	r.Judge()
	words := map[string]string{}
	for _, p := range r.Profiles {
		words[p.Name] = p.Word
	}
	assert.Equal(t, report.Conformant, words["notify"], "a failure of another profile does not count")
	assert.Equal(t, report.Nonconformant, words["place"])
	assert.Equal(t, report.NotDeclared, words["media"])
	assert.Equal(t, report.NotDeclared, words["bulk"])
	assert.Equal(t, report.Nonconformant, r.Verdict.Word)

	set("proto/identity", report.Fail)(r)
	r.Judge()
	require.Equal(t, "notify", r.Profiles[0].Name)
	assert.Equal(t, report.Nonconformant, r.Profiles[0].Word, "what concerns the whole provider counts for every profile")
}

func TestDigest(t *testing.T) {
	t.Parallel()
	base := conformantReport().Digest()
	same := conformantReport()
	same.Run.Started, same.Run.Duration = time.Unix(9, 0), time.Hour
	same.Results[0].Duration = time.Second
	same.Results[0], same.Results[1] = same.Results[1], same.Results[0]
	assert.Equal(t, base, same.Digest(), "times and order are not in it")
	for name, change := range map[string]func(*report.Report){
		"status":    set("proto/identity", report.Fail),
		"provider":  func(r *report.Report) { r.Provider.SHA256 = "ac" },
		"catalogue": func(r *report.Report) { r.Suite.CatalogueDigest = "x" },
		"dialect":   func(r *report.Report) { r.Dialect.Digest = "x" },
		"seed":      func(r *report.Report) { r.Run.Seed++ },
		"id":        func(r *report.Report) { add(r, "life/graceful", report.Core, report.Pass) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := conformantReport()
			change(r)
			assert.NotEqual(t, base, r.Digest())
		})
	}
}

// The count in words is the one of the table beside it, whatever effect the skipped checks would have had.
func TestSkippedAreCountedOnce(t *testing.T) {
	t.Parallel()
	r := &report.Report{}
	for id, level := range map[string]report.Level{"a/core": report.Core, "a/rec": report.Rec, "a/info": report.Info} {
		r.Planned = append(r.Planned, id)
		r.Results = append(r.Results, report.Result{ID: id, Level: level, Status: report.Skipped})
	}
	r.Judge()
	assert.Equal(t, 3, r.Verdict.Counts[report.Skipped])
	assert.Contains(t, r.Verdict.Reasons, "3 checks were skipped")
}
