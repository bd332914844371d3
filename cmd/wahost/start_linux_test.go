// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestFirstProcessStartsEarly starts wahost as the first process of a world, without a runner to talk to. Go initializes a package when
// those that it imports are, in alphabetical order where there is a choice. So the package that makes worlds must import little, or each
// world of a run waits for packages that it does not use.
func TestFirstProcessStartsEarly(t *testing.T) {
	t.Parallel()
	cmd := exec.CommandContext(t.Context(), "wahost")
	cmd.Env = append(os.Environ(), "WAHOST_WORLD=1", "GODEBUG=inittrace=1")
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	require.ErrorAs(t, err, &exit)
	assert.Equal(t, 125, exit.ExitCode())
	require.Contains(t, string(out), "init github.com/vishvananda/netlink ", "the trace has what worlds need")
	for _, late := range []string{"github.com/hashicorp/go-plugin", "github.com/santhosh-tekuri/jsonschema/v6", "google.golang.org/grpc", "modernc.org/sqlite/lib"} {
		assert.NotContains(t, string(out), "init "+late+" ")
	}
}

// TestStartCollectsNothing starts wahost with a command that does little. A collection would take more time than the command.
func TestStartCollectsNothing(t *testing.T) {
	t.Parallel()
	trace := func(env ...string) string {
		cmd := exec.CommandContext(t.Context(), "wahost", "version")
		cmd.Env = append(os.Environ(), env...)
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s", out)
		return string(out)
	}
	assert.NotContains(t, trace("GODEBUG=gctrace=1", "GOGC="), "gc 1 @")
	assert.Contains(t, trace("GODEBUG=gctrace=1", "GOGC=50"), "gc 1 @", "the operator decides")
}
