// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference_test

import (
	"encoding/json"
	"os"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/conformance/reference/evidence"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/suite"
)

// envRuns is the environment variable with the number of runs of TestRepeatedRuns.
const envRuns = "WAHOST_TEST_RUNS"

// TestRepeatedRuns runs the whole suite against the reference provider many times, and writes how often a result was flaky
// or differed, to evidence/runs.json. It takes a minute or so for each run, so it must be asked for.
func TestRepeatedRuns(t *testing.T) {
	times, _ := strconv.Atoi(os.Getenv(envRuns))
	if times == 0 {
		t.Skipf("set %s to the number of runs, such as 100", envRuns)
	}
	start := time.Now()
	record := evidence.Runs{Date: start.UTC().Format(time.DateOnly), Suite: suite.Version, Platform: runtime.GOOS + "/" + runtime.GOARCH, Runs: times}
	digest := ""
	for n := range times {
		rep, err := run(t, "wahost-provider-acme", nil)
		require.NoError(t, err)
		t.Logf("run %d of %d: %s after %s", n+1, times, rep.Verdict.Word, time.Since(start).Round(time.Second))
		record.Flaky += rep.Verdict.Counts[report.Flaky]
		if n == 0 {
			digest = rep.ResultDigest
		}
		if !rep.Verdict.OK() || rep.ResultDigest != digest {
			record.Deviating++
			t.Logf("run %d: %s %s: %v", n+1, rep.Verdict.Word, rep.ResultDigest, rep.Verdict.Reasons)
		}
	}
	record.Seconds = int(time.Since(start).Seconds()) / times
	t.Logf("%+v", record)
	assert.Zero(t, record.Flaky+record.Deviating)
	data, err := json.Marshal(record)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile("evidence/runs.json", append(data, '\n'), 0o600))
}
