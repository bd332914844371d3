// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

//go:build linux

package serve_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/core/gateway/historycheck"
)

// provider returns the process id of the provider of a gateway, or 0 while it has none. Another one is one with another id than not.
func (p *process) provider(not int) int {
	all, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", p.cmd.Process.Pid))
	for _, path := range all {
		text, _ := os.ReadFile(path) // a thread may end meanwhile
		for _, field := range strings.Fields(string(text)) {
			if pid, err := strconv.Atoi(field); err == nil && pid != not {
				return pid
			}
		}
	}
	return 0
}

// The provider is killed and stopped while messages are sent. Those that it had are unknown at most, and the gateway goes on with a new one.
func TestProviderFaults(t *testing.T) {
	t.Parallel()
	needsProcesses(t)
	w := newWorld(t, sqliteStore, "")
	p := w.start()
	all := everything
	all.requests *= 3
	answered := make(chan []historycheck.Request, 1)
	go func() { answered <- w.run(all) }()
	pid := 0
	const kills = 3
	for n := range kills {
		require.Eventually(t, func() bool { return p.provider(pid) > 0 }, patience, 5*time.Millisecond, "the provider is not started again")
		pid = p.provider(pid)
		w.settled((n + 1) * all.clients * all.requests / (kills + 2) / 2)
		if n == 1 {
			require.NoError(t, syscall.Kill(pid, syscall.SIGSTOP))
			time.Sleep(500 * time.Millisecond) // how long it hangs
		}
		require.NoError(t, syscall.Kill(pid, syscall.SIGKILL))
	}
	requests := <-answered
	require.Len(t, requests, all.clients*all.requests)
	h := w.finish(p, requests, historycheck.History{InDoubt: kills * window})
	t.Logf("the provider was killed %d times: %v", kills, states(h))
}

// The vendor refuses, fails, and loses answers. What it may have taken is unknown, and everything else is sent.
func TestVendorFaults(t *testing.T) {
	t.Parallel()
	needsProcesses(t)
	w := newWorld(t, sqliteStore, "")
	doubtful := 0
	var faults []emulator.Fault
	add := func(text string, times int) {
		for range times {
			faults = append(faults, emulator.MustFault(text))
		}
	}
	for range 5 {
		for _, text := range []string{"deliver_then(reset_after_request)", "status(500)", "deliver_then(truncate(5))"} {
			add(text, 1)
			doubtful++
			add("ok", 2)
		}
	}
	add("status(429)", 2)
	require.NoError(t, w.vendor.Script("", faults...))
	p := w.start()
	requests := w.run(everything)
	h := w.finish(p, requests, historycheck.History{InDoubt: doubtful})
	t.Logf("%d answers were doubtful: %v", doubtful, states(h))
}
