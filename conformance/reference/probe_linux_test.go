// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/conformance/checks"
	"github.com/wahost/wahost/conformance/isolation"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/runner"
	"github.com/wahost/wahost/internal/testbin"
)

// envProbe is the path of the probe's binary in the environment of the test that another user runs.
const envProbe = "WAHOST_TEST_PROBE"

// probed are checks in which the probe gets values of all sorts.
var probed = []string{"send/text/*", "send/template/*", "config/*", "schema/*", "batch/*", "secret/egress", "secret/disk", "life/no-state-dependency", "proto/*"}

// TestProbe runs a provider that looks for signs of the suite. It finds none in isolation and many without.
func TestProbe(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("builds and runs a provider in isolation")
	}
	binary := os.Getenv(envProbe)
	if binary == "" {
		binary = buildProbe(t)
	}
	t.Run("isolated", func(t *testing.T) {
		rep := probe(t, binary, isolation.Namespaces, probed)
		passed := 0
		for _, res := range rep.Results {
			if res.Status == report.Pass {
				passed++
			}
			for _, f := range res.Findings {
				assert.NotContains(t, f.Actual, "reject", "%s", res.ID)
			}
			assert.NotContains(t, []report.Status{report.Fail, report.Crash, report.Timeout, report.Blocked, report.Error}, res.Status, "%s: %v %s", res.ID, res.Findings, res.Note)
		}
		assert.Greater(t, passed, 60)
	})
	t.Run("control", func(t *testing.T) {
		rep := probe(t, binary, isolation.None, []string{"send/text/minimal"})
		for _, res := range rep.Results {
			if res.Status != report.Skipped {
				assert.Equal(t, report.Fail, res.Status)
				require.NotEmpty(t, res.Findings)
				assert.Contains(t, res.Findings[0].Actual, "conformance")
			}
		}
	})
}

func probe(t *testing.T, binary string, mode isolation.Mode, selectors []string) *report.Report {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	rep, err := runner.Run(ctx, runner.Options{
		Command: binary, Dialect: acmeDialect(t, firstDialect), Groups: checks.All(), Selectors: selectors, Isolation: mode, Seed: time.Now().UnixNano() % 1e9,
	})
	require.NoError(t, err)
	return rep
}

// probeFolder has the probe's binary under the name of acme, as which it passes.
var probeFolder = sync.OnceValues(func() (string, error) {
	dir, err := binaries()
	if err != nil {
		return "", err
	}
	dir = filepath.Join(dir, "probe")
	if err := os.Mkdir(dir, 0o755); err != nil {
		return "", err
	}
	return dir, testbin.Into(context.Background(), dir, testbin.Flags(), map[string]string{
		"github.com/wahost/wahost/conformance/reference/wahost-provider-probe": "wahost-provider-acme",
	})
})

func buildProbe(t *testing.T) string {
	t.Helper()
	dir, err := probeFolder()
	require.NoError(t, err)
	return filepath.Join(dir, "wahost-provider-acme")
}

// TestProbeOfAnotherUser runs TestProbe as an ordinary user.
func TestProbeOfAnotherUser(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("builds and runs a provider in isolation")
	}
	if os.Geteuid() != 0 {
		t.Skip("TestProbe is run by an ordinary user already")
	}
	const nobody = 65534
	// The folders of tests are closed to other users.
	dir, err := os.MkdirTemp("/tmp", "probe-")
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, os.RemoveAll(dir)) })
	require.NoError(t, os.Chmod(dir, 0o755))
	self, err := os.Executable()
	require.NoError(t, err)
	for name, path := range map[string]string{"reference": self, "wahost-provider-acme": buildProbe(t)} {
		to := filepath.Join(dir, name)
		require.NoError(t, testbin.Copy(to, path))
		require.NoError(t, os.Chmod(to, 0o755))
	}
	temp := filepath.Join(dir, "tmp")
	require.NoError(t, os.Mkdir(temp, 0o700))
	require.NoError(t, os.Chown(temp, nobody, nobody))
	cmd := exec.CommandContext(t.Context(), filepath.Join(dir, "reference"), "-test.run", "^TestProbe$", "-test.v")
	cmd.Dir = dir
	cmd.Env = []string{envProbe + "=" + filepath.Join(dir, "wahost-provider-acme"), "TMPDIR=" + temp, "HOME=" + temp, "PATH=" + os.Getenv("PATH")}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}, Pdeathsig: syscall.SIGKILL}
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	assert.NotContains(t, strings.ToLower(string(out)), "skip")
}
