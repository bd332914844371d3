// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/internal/testbin"
)

var programs string

func TestMain(m *testing.M) {
	var remove func()
	programs, remove = testbin.Build(map[string]string{
		"github.com/wahost/wahost/cmd/wahost":                                "wahost",
		"github.com/wahost/wahost/plugins/cloudapi/wahost-provider-cloudapi": "wahost-provider-cloudapi",
	})
	code := m.Run()
	remove()
	os.Exit(code)
}

// play runs a command line with few messages.
func play(t *testing.T, args ...string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := run(t.Context(), append([]string{"-wahost", filepath.Join(programs, "wahost"), "-providers", programs, "-rounds", "1", "-messages", "64", "-connections", "8"}, args...), &out)
	return out.String(), err
}

// Each measurement ends with figures.
func TestMeasurements(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("measures")
	}
	out, err := play(t, "-kannel=false")
	require.NoError(t, err, out)
	for _, name := range []string{"durable accepts", "99 % within", "delivered, vendor of 0 ms", "delivered, vendor of 50 ms", "whole lives, three statuses in and out"} {
		require.Contains(t, out, name)
	}
	require.NotContains(t, out, " 0 /s")
}

func TestLongRun(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("measures")
	}
	out, err := play(t, "-long", "200")
	require.NoError(t, err, out)
	require.Regexp(t, `(?m)^ +200 +[1-9]`, out)
	require.Contains(t, out, "bytes for each message")
}

// The console is measured over a store with messages in all states.
func TestConsole(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("measures")
	}
	out, err := play(t, "-console", "1200", "-watch", "100ms")
	require.NoError(t, err, out)
	for _, name := range []string{"a store with 1200 messages", "/attention", "search by number", "ten tabs, nothing happens", "accepts with ten tabs"} {
		require.Contains(t, out, name)
	}
}

func TestMistakes(t *testing.T) {
	t.Parallel()
	_, err := play(t, "-only", "everything")
	require.ErrorContains(t, err, "expected one of accepts, delivered, slow, lives")
	_, err = play(t, "-rounds", "0")
	require.Error(t, err)
}

// What does not arrive ends a round with how much did.
func TestCounter(t *testing.T) {
	t.Parallel()
	c := newCounter()
	c.add()
	require.NoError(t, c.await(t.Context(), 1))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorContains(t, c.await(ctx, 2), "1 of 2 arrived")
}
