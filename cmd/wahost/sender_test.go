// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/reference"
)

const senderConfig = `
wahost {
  required_providers {
    acme = { source = "example/acme" }
  }
}

provider "acme" {
  endpoint = %q
  api_key  = %q
}

channel "acme" "one" {
  sender = "4915550100001"
  %s
}

channel "acme" "two" {
  sender = "4915550100001"
  %s
}

route "all" {
  channels    = [channel.acme.one, channel.acme.two]
  %s
  fallback_on = ["vendor_unavailable"]
}
`

// senderFolder starts an emulator of acme and returns it with a folder whose two channels have one sender.
func senderFolder(t *testing.T, one, two, strategy string) (*emulator.Server, string) {
	t.Helper()
	d, diags := dialect.LoadFS(reference.Dialect, "dialect.hcl")
	require.False(t, diags.HasErrors(), diags)
	vendor, err := emulator.Start(t.Context(), d, emulator.Options{Seed: 7})
	require.NoError(t, err)
	t.Cleanup(func() { _ = vendor.Close() })
	key := vendor.ProviderConfig()["api_key"].AsString()
	dir := t.TempDir()
	config := fmt.Sprintf(senderConfig, vendor.URL(), key, one, two, strategy)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "main.wahost.hcl"), []byte(config), 0o600))
	return vendor, dir
}

const tenPerSecond = "rate_limit {\n    per_second = 10\n    burst = 5\n  }"

// TestChannelsOfOneSenderShareItsPace counts at the vendor's clock what two channels of one number send together.
func TestChannelsOfOneSenderShareItsPace(t *testing.T) {
	t.Setenv("WAHOST_PROVIDER_DIR", providerDir)
	const messages, rate, burst = 20, 10, 5
	for name, test := range map[string]struct {
		two, strategy string
		fallsBack     bool
		requests      int
	}{
		"a weighted route":           {tenPerSecond, `strategy = "weighted"` + "\n  weights = { channel.acme.one = 1, channel.acme.two = 1 }", false, messages},
		"one of them has the limit":  {"", `strategy = "weighted"` + "\n  weights = { channel.acme.one = 1, channel.acme.two = 1 }", false, messages},
		"each message is sent twice": {tenPerSecond, "", true, 2 * messages},
	} {
		t.Run(name, func(t *testing.T) {
			vendor, dir := senderFolder(t, tenPerSecond, test.two, test.strategy)
			var csv strings.Builder
			csv.WriteString("to\n")
			for i := range messages {
				to := fmt.Sprintf("+4915550200%03d", i)
				csv.WriteString(to + "\n")
				if test.fallsBack {
					down, err := emulator.ParseFault("status(503)")
					require.NoError(t, err)
					require.NoError(t, vendor.ScriptFor(to, down))
				}
			}
			file := filepath.Join(t.TempDir(), "to.csv")
			require.NoError(t, os.WriteFile(file, []byte(csv.String()), 0o600))
			code, stdout, stderr := program(t.Context(), "--config", dir, "send", "--to-file", file, "--text", "hi")
			require.Zero(t, code, stdout+stderr)

			var at []time.Time
			for _, x := range vendor.Exchanges() {
				for range x.Recipients {
					at = append(at, x.Time)
				}
			}
			// A request that is refused for one recipient is refused for all, so that some need a third one.
			require.GreaterOrEqual(t, len(at), test.requests)
			slices.SortFunc(at, time.Time.Compare)
			elapsed := at[len(at)-1].Sub(at[0])
			// A request may take a while to arrive, by which the first interval is longer or shorter. One message is 100 ms.
			require.LessOrEqual(t, float64(len(at)), burst+rate*elapsed.Seconds()+1, "%d in %s", len(at), elapsed)
		})
	}
}

// TestEachAttemptHasAnID reads three attempts of one message at the vendor.
func TestEachAttemptHasAnID(t *testing.T) {
	t.Setenv("WAHOST_PROVIDER_DIR", providerDir)
	vendor, dir := senderFolder(t, "", "", "")
	down, err := emulator.ParseFault("status(503)")
	require.NoError(t, err)
	require.NoError(t, vendor.Script("", down, down))
	code, stdout, stderr := program(t.Context(), "--config", dir, "send", "--to", "+4915550200001", "--text", "hi", "--json")
	require.Zero(t, code, stdout+stderr)
	var result struct{ ID string }
	require.NoError(t, json.Unmarshal([]byte(stdout), &result))
	var references []string
	for _, x := range vendor.Exchanges() {
		var body struct{ Recipients []struct{ Reference string } }
		require.NoError(t, json.Unmarshal(x.Body, &body))
		require.Len(t, body.Recipients, 1)
		references = append(references, body.Recipients[0].Reference)
	}
	require.Equal(t, []string{result.ID + "-1", result.ID + "-2", result.ID + "-3"}, references)
}

// TestDifferentLimitsOfOneSender is found when the providers have told the senders of the channels.
func TestDifferentLimitsOfOneSender(t *testing.T) {
	t.Setenv("WAHOST_PROVIDER_DIR", providerDir)
	vendor, dir := senderFolder(t, tenPerSecond, strings.ReplaceAll(tenPerSecond, "10", "20"), "")
	code, stdout, stderr := program(t.Context(), "--config", dir, "send", "--to", "+4915550200001", "--text", "hi")
	require.Equal(t, 2, code, stdout+stderr)
	for _, part := range []string{"Different rate limits for one sender", "channel.acme.one", "channel.acme.two", "main.wahost.hcl:15", "+4915550100001"} {
		require.Contains(t, stderr, part)
	}
	require.Empty(t, vendor.Exchanges())
}
