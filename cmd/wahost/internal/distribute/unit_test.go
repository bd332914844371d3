// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/cmd/wahost/internal/command/serve"
	"github.com/wahost/wahost/internal/testtool"
)

// maxExposure is the largest exposure, in tenths of a point, that systemd may find in the unit.
const maxExposure = "15"

// TestUnit lets systemd read the unit, and rate how much a gateway that was taken over could do.
func TestUnit(t *testing.T) {
	t.Parallel()
	analyze := testtool.Path(t, "systemd-analyze")
	text, err := os.ReadFile(filepath.Join(root, "packaging", "wahost.service"))
	require.NoError(t, err)
	stop := regexp.MustCompile(`(?m)^TimeoutStopSec=(\d+)$`).FindSubmatch(text)
	require.NotNil(t, stop)
	seconds, err := strconv.Atoi(string(stop[1]))
	require.NoError(t, err)
	require.Greater(t, time.Duration(seconds)*time.Second, serve.EndTime, "systemd kills a gateway that ends in order")
	program, err := os.Executable()
	require.NoError(t, err)
	require.Equal(t, 1, strings.Count(string(text), "ExecStart=/usr/bin/wahost "))
	unit := filepath.Join(t.TempDir(), "wahost.service")
	// systemd demands that the program exists.
	write(t, unit, strings.Replace(string(text), "ExecStart=/usr/bin/wahost ", "ExecStart="+program+" ", 1))
	for _, args := range [][]string{{"verify", "--man=no", unit}, {"security", "--offline=true", "--threshold=" + maxExposure, unit}} {
		out, err := exec.CommandContext(t.Context(), analyze, args...).CombinedOutput()
		require.NoError(t, err, "%s", out)
		if args[0] == "verify" {
			require.Empty(t, string(out), "there is something to say about the unit")
		}
	}
}
