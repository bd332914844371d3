// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/registry/lockfile"
)

// A lock file with the hash of the binary lets a campaign run, and another hash lets nothing be sent.
func TestCampaignWithALockFile(t *testing.T) {
	t.Parallel()
	c := newCampaign(t, 40, "pushwoosh.eu")
	lock := func(hash string) {
		content := fmt.Sprintf("provider \"pushwoosh\" {\n  version = \"1.0.0\"\n  hashes  = [%q]\n}\n", hash)
		require.NoError(t, os.WriteFile(c.path(lockfile.Name), []byte(content), 0o600))
	}
	lock("h1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
	r := c.run()
	require.NotZero(t, r.code)
	require.Empty(t, c.vendor.numbers())
	right, _, err := lockfile.Hash(filepath.Join(providerDir, "wahost-provider-pushwoosh"))
	require.NoError(t, err)
	lock(right)
	r = c.run()
	require.Equal(t, 0, r.code, r.stderr)
	c.requireOnce(nil)
}

// A lane with a rate limit holds a campaign up. An interrupt ends what waits in it at once, and loses nothing.
func TestCampaignThatALaneHoldsUp(t *testing.T) {
	t.Parallel()
	const rows = 9000 // more than a lane takes
	c := newCampaign(t, rows, "innopaas.main")
	config, err := os.ReadFile(c.path("main.wahost.hcl"))
	require.NoError(t, err)
	limit := func(perSecond, burst int) {
		text := strings.Replace(string(config), `send_number = "+6281100000001"`, fmt.Sprintf(`send_number = "+6281100000001"

  rate_limit {
    per_second = %d
    burst      = %d
  }`, perSecond, burst), 1)
		require.NoError(t, os.WriteFile(c.path("main.wahost.hcl"), []byte(text), 0o600))
	}
	limit(1, 200)
	run := c.start()
	c.vendor.await(t, 200, run.done)
	run.signal(syscall.SIGINT)
	r := run.wait()
	require.Equal(t, 1, r.code, r.stderr)
	require.Zero(t, r.summary.Unknown+r.summary.Rejected)
	require.Equal(t, rows, r.summary.Accepted+r.summary.Unsent)
	require.Len(t, c.vendor.numbers(), r.summary.Accepted)
	limit(100_000, 10_000)
	r = c.run()
	require.Equal(t, 0, r.code, r.stderr)
	c.requireOnce(nil)
}

// A provider that refuses its configuration sends nothing, and the campaign runs after the repair.
func TestCampaignWhoseProviderIsRefused(t *testing.T) {
	t.Parallel()
	c := newBadCampaign(t, slices.Repeat([]string{"hello"}, 40)...)
	c.args = append([]string{"--var", "token=canary-refused"}, c.args...)
	r := c.run()
	require.NotZero(t, r.code)
	require.Contains(t, r.errors, "The vendor does not know the token")
	require.Empty(t, c.vendor.numbers())
	require.Zero(t, r.summary.Rejected+r.summary.Unknown)
	c.args = c.args[2:]
	r = c.run()
	require.Equal(t, 0, r.code, r.stderr)
	c.requireOnce(nil)
}

// An interrupt while providers start ends the command before anything is sent.
func TestCampaignIsInterruptedDuringAStart(t *testing.T) {
	t.Parallel()
	c := newBadCampaign(t, slices.Repeat([]string{"hello"}, 40)...)
	asked := make(chan struct{}, 16)
	hold := make(chan struct{})
	c.vendor.set(func(int) int { asked <- struct{}{}; return http.StatusOK }, hold)
	url := c.vendor.URL
	c.vendor.URL = "open:" + url
	run := c.start()
	select {
	case <-asked:
	case <-run.done:
	}
	run.signal(syscall.SIGINT)
	r := run.wait()
	require.Equal(t, 1, r.code, r.stderr)
	require.Empty(t, c.vendor.numbers())
	close(hold)
	c.vendor.set(nil, nil)
	c.vendor.URL = url
	r = c.run()
	require.Equal(t, 0, r.code, r.stderr)
	c.requireOnce(nil)
}

// A provider that crashes on some messages makes only those unknown that may have reached the vendor. All others are sent.
func TestCampaignWhoseProviderCrashes(t *testing.T) {
	t.Parallel()
	texts := slices.Repeat([]string{"hello"}, 200)
	texts[50], texts[120] = "exit", "exit"
	c := newBadCampaign(t, texts...)
	r := c.run()
	require.Equal(t, 1, r.code, r.stderr)
	inDoubt := r.unknown()
	require.Nil(t, r.summary.Stopped, r.stderr)
	require.True(t, inDoubt["+"+campaignRow(50)])
	require.True(t, inDoubt["+"+campaignRow(120)])
	require.LessOrEqual(t, len(inDoubt), 2*16, "those that were under way at the vendor")
	require.Equal(t, 200, r.summary.Accepted+r.summary.Unknown)
	c.requireOnce(inDoubt)
}
