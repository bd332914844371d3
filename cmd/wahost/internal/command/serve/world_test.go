// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package serve_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/stretchr/testify/require"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/core/gateway/historycheck"
	"github.com/wahost/wahost/core/gateway/keys"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/internal/testbin"
	"github.com/wahost/wahost/plugins"
)

// patience bounds the wait for an event.
const patience = 2 * time.Minute

// world is a gateway that is a process of its own, and the vendor that it sends to.
type world struct {
	t      *testing.T
	dir    string
	store  string // the URL of the store
	token  keys.Token
	vendor *emulator.Server
	// flags are further flags of the gateway.
	flags []string
	// env are further environment variables of all gateways.
	env []string
	// program is the path of the gateway, and disk is that of its store. Nil is the one of the configuration.
	program string
	disk    *disk
	// begun is called with a gateway that is starting. It may be nil.
	begun func(*process)

	mu      sync.Mutex
	changed sync.Cond
	// address is that of a running gateway, or empty while none runs, and addresses are those of all.
	address   string
	addresses []string
	sights    []historycheck.Sight
}

// newWorld starts a vendor and writes a configuration. at is the URL of the store, and rate the content of a rate_limit block, or empty.
func newWorld(t *testing.T, at, rate string) *world {
	t.Helper()
	w := &world{t: t, dir: t.TempDir(), store: at, token: keys.NewToken(), program: filepath.Join(programs, "wahost")}
	w.changed.L = &w.mu
	d, diags := dialect.LoadFS(plugins.Dialects, "innopaas/dialect.hcl")
	require.False(t, diags.HasErrors(), diags)
	var err error
	w.vendor, err = emulator.Start(t.Context(), d, emulator.Options{Seed: 1, OnExchange: w.see})
	require.NoError(t, err)
	t.Cleanup(func() { _ = w.vendor.Close() })
	f := hclwrite.NewEmptyFile()
	required := f.Body().AppendNewBlock("wahost", nil).Body().AppendNewBlock("required_providers", nil).Body()
	required.SetAttributeValue("innopaas", cty.ObjectVal(map[string]cty.Value{"source": cty.StringVal("wahost/innopaas")}))
	set(f.Body().AppendNewBlock("provider", []string{"innopaas"}).Body(), w.vendor.ProviderConfig())
	channel := f.Body().AppendNewBlock("channel", []string{"innopaas", "main"}).Body()
	set(channel, w.vendor.ChannelConfig())
	text := string(f.Bytes())
	if rate != "" {
		text = regexp.MustCompile(`(?s)(channel "innopaas" "main" \{)`).ReplaceAllString(text, "$1\n  rate_limit {\n"+rate+"\n  }\n")
	}
	text += fmt.Sprintf(`
route "all" {
  channels = [channel.innopaas.main]
}

gateway {
  listen       = "127.0.0.1:0"
  admin_listen = "127.0.0.1:0"

  store {
    url = %q
  }

  sender "1020" {}

  api_key "shop" {
    id     = %q
    hashes = [%q]
    scopes = ["send", "admin"]
  }
}
`, at, w.token.ID(), w.token.Hash().String())
	require.NoError(t, os.WriteFile(filepath.Join(w.dir, "main.wahost.hcl"), []byte(text), 0o600))
	return w
}

func set(b *hclwrite.Body, values map[string]cty.Value) {
	for name, v := range values {
		b.SetAttributeValue(name, v)
	}
}

var attemptID = regexp.MustCompile(`[0-9a-v]{26}-[0-9a-v]+`)

// see records what the vendor saw.
func (w *world) see(x emulator.Exchange) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, to := range x.Recipients {
		w.sights = append(w.sights, historycheck.Sight{Attempt: attemptID.FindString(string(x.Body)), Recipient: to, At: x.Time, Taken: x.DeliveredTo(to)})
	}
	w.changed.Broadcast()
}

// seen returns how many messages the vendor saw.
func (w *world) seen() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.sights)
}

// process is a running gateway.
type process struct {
	cmd     *exec.Cmd
	stderr  *testbin.Buffer
	ended   chan struct{} // closed when it has ended
	listen  string
	admin   string
	inDoubt int
}

// start starts a gateway and waits until it takes messages. env has further environment variables.
func (w *world) start(env ...string) *process {
	w.t.Helper()
	return w.startNode("one", env...)
}

// startNode starts a gateway as a node with a name.
func (w *world) startNode(name string, env ...string) *process {
	w.t.Helper()
	command := append([]string{w.program}, append(w.flags, "--config", w.dir, "--json", "serve", "--node", name)...)
	if w.disk != nil {
		command = append(slices.Clone(w.disk.enter), command...)
	}
	p := &process{cmd: exec.Command(command[0], command[1:]...), stderr: &testbin.Buffer{}, ended: make(chan struct{})}
	p.cmd.Env = append(append(os.Environ(), "WAHOST_PROVIDER_DIR="+programs, "HOME="+w.dir, "NO_COLOR=1"), slices.Concat(w.env, env)...)
	p.cmd.Stderr = p.stderr
	stdout, err := p.cmd.StdoutPipe()
	require.NoError(w.t, err)
	require.NoError(w.t, p.cmd.Start())
	if w.begun != nil {
		w.begun(p)
	}
	lines := bufio.NewReader(stdout)
	line, failure := lines.ReadBytes('\n')
	var told struct {
		Listen  string `json:"listen"`
		Admin   string `json:"admin_listen"`
		InDoubt int    `json:"in_doubt"`
	}
	wrong := json.Unmarshal(line, &told)
	p.listen, p.admin, p.inDoubt = told.Listen, told.Admin, told.InDoubt
	go func() {
		_, _ = io.Copy(io.Discard, lines)
		_ = p.cmd.Wait()
		w.forget(p.listen)
		close(p.ended)
	}()
	w.t.Cleanup(func() {
		_ = p.cmd.Process.Kill()
		<-p.ended
	})
	require.NoError(w.t, failure, p.stderr)
	require.NoError(w.t, wrong, string(line))
	w.remember(p.listen)
	return p
}

// remember lets clients use the address of a gateway.
func (w *world) remember(address string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.address = address
	w.addresses = append(w.addresses, address)
	w.changed.Broadcast()
}

// await waits until a process has ended.
func (w *world) await(p *process) {
	w.t.Helper()
	select {
	case <-p.ended:
	case <-time.After(patience):
		require.FailNow(w.t, "the gateway does not end", p.stderr.String())
	}
}

// stop ends a gateway in order.
func (w *world) stop(p *process) {
	w.t.Helper()
	require.NoError(w.t, p.cmd.Process.Signal(syscall.SIGTERM))
	w.await(p)
	require.Equal(w.t, 0, p.cmd.ProcessState.ExitCode(), p.stderr.String())
}

// killed reports whether a process was ended by SIGKILL.
func (p *process) killed() bool {
	status, ok := p.cmd.ProcessState.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == syscall.SIGKILL
}

// status returns the status of a health check.
func (p *process) status(t *testing.T, path string) int {
	t.Helper()
	answer, err := http.Get("http://" + p.admin + path)
	require.NoError(t, err)
	defer func() { _ = answer.Body.Close() }()
	return answer.StatusCode
}

// records reads the store, whose gateway has ended: all messages that were answered or that the vendor saw, and how many are still to be
// sent.
func (w *world) records(requests []historycheck.Request) (records []historycheck.Record, ready int) {
	w.t.Helper()
	s := w.open()
	defer func() { require.NoError(w.t, s.Close()) }()
	counts, err := s.Counts(w.t.Context())
	require.NoError(w.t, err)
	known := map[ids.ID]bool{}
	for _, r := range requests {
		for _, id := range r.Answers {
			known[id] = true
		}
	}
	for _, sight := range w.sights {
		if id, err := ids.Parse(sight.Attempt); err == nil {
			known[id] = true
		}
	}
	for id := range known {
		l, err := s.Get(w.t.Context(), id)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		require.NoError(w.t, err)
		r := historycheck.Record{ID: l.ID, Recipient: l.To.Address, State: l.State}
		for _, a := range l.History {
			r.Attempts = append(r.Attempts, a.Outcome)
		}
		require.False(w.t, l.InHandover, "the gateway has ended")
		records = append(records, r)
	}
	return records, counts[store.StateReady]
}
