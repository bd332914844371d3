// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package serve_test

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/historycheck"
	"github.com/wahost/wahost/core/gateway/keys"
	"github.com/wahost/wahost/core/gateway/store"
)

// reloads returns how often the configuration was read again with a result.
func (p *process) reloads(t *testing.T, result string) int {
	t.Helper()
	answer, err := http.Get("http://" + p.admin + "/metrics")
	require.NoError(t, err)
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	found := regexp.MustCompile(`wahost_reloads_total\{result="` + result + `"\} (\d+)`).FindSubmatch(text)
	if found == nil {
		return 0
	}
	n, err := strconv.Atoi(string(found[1]))
	require.NoError(t, err)
	return n
}

// reload changes the configuration and waits until the gateway has read it.
func (w *world) reload(p *process, result string, change func(text string) string) {
	w.t.Helper()
	path := filepath.Join(w.dir, "main.wahost.hcl")
	text, err := os.ReadFile(path)
	require.NoError(w.t, err)
	require.NoError(w.t, os.WriteFile(path, []byte(change(string(text))), 0o600))
	before := p.reloads(w.t, result)
	require.NoError(w.t, p.cmd.Process.Signal(syscall.SIGHUP))
	require.Eventually(w.t, func() bool { return p.reloads(w.t, result) > before }, patience, 10*time.Millisecond, p.stderr.String())
}

// statusWith returns the status of the answer to a message with a key.
func (w *world) statusWith(key keys.Token) int {
	w.t.Helper()
	w.mu.Lock()
	address := w.address
	w.mu.Unlock()
	req, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, "http://"+address+"/1020/messages", strings.NewReader(`{"to":"+62890000000","text":{"body":"Hi"}}`))
	require.NoError(w.t, err)
	req.Header.Set("Authorization", "Bearer "+key.Reveal())
	answer, err := http.DefaultClient.Do(req)
	require.NoError(w.t, err)
	require.NoError(w.t, answer.Body.Close())
	return answer.StatusCode
}

// A SIGHUP that comes while the gateway starts is obeyed when it has started.
func TestReloadWhileItStarts(t *testing.T) {
	t.Parallel()
	needsProcesses(t)
	w := newWorld(t, sqliteStore, "")
	// The gateway has begun to start when it opens the file of variables, and waits for what is in it.
	pipe := filepath.Join(w.dir, "pipe")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	w.flags = []string{"--var-file", pipe}
	w.begun = func(p *process) {
		var file *os.File
		require.Eventually(t, func() (opened bool) {
			var err error
			file, err = os.OpenFile(pipe, os.O_WRONLY|syscall.O_NONBLOCK, 0)
			return err == nil
		}, patience, time.Millisecond, p.stderr)
		require.NoError(t, os.Remove(pipe))
		require.NoError(t, os.WriteFile(pipe, nil, 0o600))
		require.NoError(t, p.cmd.Process.Signal(syscall.SIGHUP))
		require.NoError(t, file.Close())
	}
	p := w.start()
	require.Eventually(t, func() bool { return p.reloads(t, "ok") == 1 }, patience, 10*time.Millisecond, p.stderr.String())
	w.stop(p)
}

// The configuration is read again under load, also when it has errors. Every request is answered, and everything is sent once.
func TestReload(t *testing.T) {
	t.Parallel()
	needsProcesses(t)
	w := newWorld(t, sqliteStore, "")
	p := w.start()
	second := keys.NewToken()
	require.Equal(t, http.StatusUnauthorized, w.statusWith(second))
	answered := make(chan []historycheck.Request, 1)
	all := everything
	all.requests *= 5
	go func() { answered <- w.run(all) }()
	w.settled(10)
	w.reload(p, "ok", func(text string) string {
		return strings.Replace(text, "  api_key \"shop\"", fmt.Sprintf("  api_key \"second\" {\n    id     = %q\n    hashes = [%q]\n  }\n\n  api_key \"shop\"", second.ID(), second.Hash()), 1)
	})
	w.reload(p, "failed", func(text string) string { return text + "route {" })
	w.reload(p, "failed", func(text string) string {
		return strings.Replace(strings.TrimSuffix(text, "route {"), "admin_listen = \"127.0.0.1:0\"", "admin_listen = \"127.0.0.1:1\"", 1)
	})
	require.Equal(t, http.StatusOK, w.statusWith(second), "a configuration with errors changes nothing")
	w.reload(p, "ok", func(text string) string {
		return strings.Replace(text, "admin_listen = \"127.0.0.1:1\"", "admin_listen = \"127.0.0.1:0\"", 1)
	})
	for range 3 {
		w.reload(p, "ok", func(text string) string { return text })
	}
	require.Contains(t, p.stderr.String(), "added api_key second")
	require.Contains(t, p.stderr.String(), "admin_listen cannot change")
	requests := <-answered
	require.Len(t, requests, all.clients*all.requests)
	h := w.finish(p, requests, historycheck.History{})
	require.Equal(t, len(requests)+1, states(h)[store.StateAccepted])
}
