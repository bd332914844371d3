// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

//go:build linux

package serve_test

import (
	"bufio"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/historycheck"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/internal/testpostgres"
)

// disk is a small file system. It is in a mount namespace of another process.
type disk struct {
	// path is where processes of the namespace have it, and outside where others do. SQLite follows links, and needs path.
	path, outside string
	// enter begins the command of a process that is to be in the namespace.
	enter []string
}

// smallDisk mounts a file system that holds some megabytes.
func smallDisk(t *testing.T, megabytes int) *disk {
	t.Helper()
	holder := exec.Command("sh", "-c", `mount -t tmpfs -o size="$1"m tmpfs "$0" && echo ready && read _`, t.TempDir(), strconv.Itoa(megabytes))
	id := func(own int) []syscall.SysProcIDMap { return []syscall.SysProcIDMap{{HostID: own, Size: 1}} }
	holder.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags: syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS, UidMappings: id(os.Getuid()), GidMappings: id(os.Getgid()), Pdeathsig: syscall.SIGKILL,
	}
	leash, err := holder.StdinPipe()
	require.NoError(t, err)
	out, err := holder.StdoutPipe()
	require.NoError(t, err)
	if err := holder.Start(); errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.ENOSPC) {
		t.Skipf("this system does not let tests have mount namespaces: %v", err)
	} else {
		require.NoError(t, err)
	}
	t.Cleanup(func() {
		_ = leash.Close()
		_ = holder.Wait()
	})
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "ready\n" {
		t.Skipf("this system does not let tests mount file systems: %v", err)
	}
	pid, path := strconv.Itoa(holder.Process.Pid), holder.Args[3]
	return &disk{
		path: path, outside: filepath.Join("/proc", pid, "root", path), enter: []string{"nsenter", "-t", pid, "-U", "-m", "--preserve-credentials", "--"},
	}
}

// fill writes a file until the disk has no room for it.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	require.NoError(t, err)
	defer func() { _ = f.Close() }()
	for size := 1 << 20; size > 0; {
		_, err := f.Write(make([]byte, size))
		if errors.Is(err, syscall.ENOSPC) {
			size /= 2
			continue
		}
		require.NoError(t, err)
	}
}

// The disk is full for a while. What cannot be recorded is refused and may be repeated, what was accepted is neither lost nor sent twice, and work
// goes on when there is room.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	needsProcesses(t)
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		d := smallDisk(t, 64)
		w := newWorld(t, "sqlite:"+filepath.Join(d.path, "wahost.db"), "")
		w.disk = d
		w.fullDisk(filepath.Join(d.outside, "filler"), func() {})
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		server, filler := testpostgres.StartOnDisk(t, 160)
		server.Exec(t, `CREATE DATABASE gateway`)
		newWorld(t, server.URL("gateway"), "").fullDisk(filler, func() { server.Recover(t) })
	})
}

// fullDisk fills the disk of the store with a file now and then. restore starts a database again that ended because of it.
func (w *world) fullDisk(filler string, restore func()) {
	t := w.t
	t.Helper()
	p := w.start()
	answered := make(chan []historycheck.Request, 1)
	all := everything
	all.requests *= faults(t) * 2
	var idle atomic.Bool // set when the clients have sent everything, which a busy machine does before the disk was full often enough
	go func() {
		requests := w.run(all)
		idle.Store(true)
		answered <- requests
	}()
	var probes []historycheck.Request
	for range faults(t) {
		before := w.seen()
		require.Eventually(t, func() bool { return idle.Load() || w.seen() >= before+100 }, patience, 5*time.Millisecond)
		require.Eventually(t, func() bool {
			fill(t, filler) // a checkpoint may have made room
			r := historycheck.Request{Key: "probe-" + strconv.Itoa(len(probes)), Body: "probe", Recipient: "+62899000000", Order: len(probes)}
			id, status, err := w.post(p.listen, &r)
			require.NoError(t, err)
			if status == http.StatusOK {
				r.Answers = append(r.Answers, id)
				probes = append(probes, r)
			}
			return status == http.StatusServiceUnavailable
		}, patience, time.Millisecond, "a gateway whose disk is full takes messages: %v", p.stderr)
		require.Equal(t, http.StatusOK, p.status(t, "/healthz"))
		require.NoError(t, os.Remove(filler))
		restore()
		require.Eventually(t, func() bool { return p.status(t, "/readyz") == http.StatusOK }, patience, 10*time.Millisecond, "the gateway does not go on: %v", p.stderr)
	}
	requests := <-answered
	require.Len(t, requests, all.clients*all.requests)
	requests = append(requests, probes...)
	h := w.finish(p, requests, historycheck.History{})
	t.Logf("the disk was full %d times: %d messages were accepted, and the vendor saw %d", faults(t), len(requests), len(h.Sights))
	require.Equal(t, map[store.State]int{store.StateAccepted: len(requests)}, states(h))
}

// copyStore copies the files of an SQLite store whose gateway has ended out of the namespace, and returns the path of the copy.
func (d *disk) copyStore(t *testing.T) string {
	t.Helper()
	to := t.TempDir()
	files, err := filepath.Glob(filepath.Join(d.outside, "wahost.db*"))
	require.NoError(t, err)
	for _, from := range files {
		text, err := os.ReadFile(from)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(to, filepath.Base(from)), text, 0o600))
	}
	return filepath.Join(to, "wahost.db")
}
