// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package serve_test

import (
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/adminapi"
)

// edit changes the configuration of the gateway.
func (w *world) edit(change func(text string) string) {
	w.t.Helper()
	path := filepath.Join(w.dir, "main.wahost.hcl")
	text, err := os.ReadFile(path)
	require.NoError(w.t, err)
	require.NoError(w.t, os.WriteFile(path, []byte(change(string(text))), 0o600))
}

// A request reads the configuration again, and its answer says what changes. A request after it is served with the new configuration.
func TestReloadRequest(t *testing.T) {
	t.Parallel()
	needsProcesses(t)
	w := newWorld(t, sqliteStore, "")
	p := w.start()
	var answer struct{ Changes []adminapi.Change }
	require.Equal(t, http.StatusOK, w.call("POST", "/v1/reload", "", &answer))
	require.Empty(t, answer.Changes)

	w.edit(func(text string) string {
		text = strings.Replace(text, "sender \"1020\" {}", "sender \"1020\" {\n    verified_name = \"Shop\"\n  }\n\n  sender \"1021\" {}", 1)
		return text + "\nroute \"more\" {\n  channels = [channel.innopaas.main]\n  when     = message.type == \"text\"\n}\n"
	})
	require.Equal(t, http.StatusOK, w.call("POST", "/v1/reload", "", &answer), p.stderr.String())
	want := []adminapi.Change{{Action: "added", Block: "route", Name: "more"}, {Action: "changed", Block: "sender", Name: "1020"}, {Action: "added", Block: "sender", Name: "1021"}}
	require.Equal(t, want, answer.Changes)
	require.Equal(t, http.StatusOK, w.call("POST", "/1021/messages", `{"to":"+62811000000","text":{"body":"Hi"}}`, nil), "the new sender serves at once")
	require.Contains(t, p.stderr.String(), "added route more, changed sender 1020, added sender 1021")

	w.edit(func(text string) string { return text + "\nroute \"broken\" {\n  chanels = []\n}\n" })
	var problem struct {
		Detail string
		Errors []struct{ Message, Location string }
	}
	require.Equal(t, http.StatusUnprocessableEntity, w.call("POST", "/v1/reload", "", &problem))
	require.Contains(t, problem.Detail, "goes on with the one before")
	require.NotEmpty(t, problem.Errors)
	require.Regexp(t, `main\.wahost\.hcl:\d+,\d+-\d+`, problem.Errors[0].Location)
	require.Equal(t, http.StatusOK, w.call("POST", "/1021/messages", `{"to":"+62811000000","text":{"body":"Hi"}}`, nil), "and changes nothing")
	w.stop(p)
}

// With watch, a file that is written is read without being asked for.
func TestReloadByWatch(t *testing.T) {
	t.Parallel()
	needsProcesses(t)
	w := newWorld(t, sqliteStore, "")
	w.edit(func(text string) string {
		return strings.Replace(text, "gateway {\n", "gateway {\n  watch = true\n", 1)
	})
	p := w.start()
	w.edit(func(text string) string { return text + "route {" })
	require.Eventually(t, func() bool { return p.reloads(t, "failed") == 1 }, patience, 20*time.Millisecond, p.stderr.String())
	w.edit(func(text string) string {
		return strings.TrimSuffix(strings.Replace(text, "sender \"1020\" {}", "sender \"1020\" {}\n\n  sender \"1021\" {}", 1), "route {")
	})
	require.Eventually(t, func() bool { return p.reloads(t, "ok") == 1 }, patience, 20*time.Millisecond, p.stderr.String())
	require.Equal(t, http.StatusOK, w.call("POST", "/1021/messages", `{"to":"+62811000000","text":{"body":"Hi"}}`, nil))
	w.stop(p)
}

// The service manager is told when the gateway is ready, reads its configuration again, is alive and ends.
func TestServiceManager(t *testing.T) {
	t.Parallel()
	needsProcesses(t)
	w := newWorld(t, sqliteStore, "")
	socket, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: filepath.Join(w.dir, "notify"), Net: "unixgram"})
	require.NoError(t, err)
	defer func() { require.NoError(t, socket.Close()) }()
	require.NoError(t, socket.SetReadDeadline(time.Now().Add(patience)))
	next := func() string {
		buffer := make([]byte, 1024)
		for {
			n, err := socket.Read(buffer)
			require.NoError(t, err)
			if first, _, _ := strings.Cut(string(buffer[:n]), "\n"); first != "WATCHDOG=1" {
				return first
			}
		}
	}
	p := w.start("NOTIFY_SOCKET="+socket.LocalAddr().String(), "WATCHDOG_USEC=100000")
	require.Equal(t, "READY=1", next())
	for {
		buffer := make([]byte, 1024)
		n, err := socket.Read(buffer)
		require.NoError(t, err)
		if string(buffer[:n]) == "WATCHDOG=1" {
			break
		}
	}
	require.Equal(t, http.StatusOK, w.call("POST", "/v1/reload", "", nil))
	require.Equal(t, "RELOADING=1", next())
	require.Equal(t, "READY=1", next())
	w.stop(p)
	require.Equal(t, "STOPPING=1", next())
}

// An operator sees the process of a provider, which program it is, and that it was started again after a crash.
func TestProcesses(t *testing.T) {
	t.Parallel()
	needsProcesses(t)
	w := newWorld(t, sqliteStore, "")
	p := w.start()
	var found struct{ Items []adminapi.Process }
	look := func() adminapi.Process {
		t.Helper()
		require.Equal(t, http.StatusOK, w.call("GET", "/v1/processes", "", &found))
		require.Len(t, found.Items, 1)
		return found.Items[0]
	}
	before := look()
	require.Equal(t, "innopaas", before.Provider)
	require.Positive(t, before.PID)
	require.NotEmpty(t, before.Version)
	require.NotNil(t, before.StartedAt)
	require.Zero(t, before.Restarts)
	require.Nil(t, before.LastCrash)
	require.Nil(t, before.Certificate, "the configuration demands none")

	process, err := os.FindProcess(before.PID)
	require.NoError(t, err)
	require.NoError(t, process.Kill())
	require.Eventually(t, func() bool { x := look(); return x.PID > 0 && x.PID != before.PID }, patience, 10*time.Millisecond)
	after := look()
	require.Equal(t, 1, after.Restarts)
	require.Contains(t, after.LastCrash.Reason, "the process ended")
	w.stop(p)
}
