// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package serve_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
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
	"github.com/wahost/wahost/plugins"
	"github.com/wahost/wahost/sdk/outcome"
)

const hookSecret = "0123456789abcdef"

// lives is a gateway whose vendor tells statuses, and the application that is told of them.
type lives struct {
	*world
	vendor *emulator.Server
	client *http.Client

	calls sync.WaitGroup
	// recorded lets the vendor tell statuses in their order, and only when it is closed. It may be nil.
	recorded chan struct{}

	mu sync.Mutex
	// taken are the bodies of the webhooks by their webhook-id. One that comes again, as when a node had no time to record that it was taken,
	// has the same body, and the application does not look at it.
	taken map[string]string
	told  map[ids.ID][]outcome.Status
	wrong []string
}

// newLives starts a vendor and an application, and writes a configuration. The vendor reaches the gateway through a proxy, so that its address
// stays the same when the gateway is started again.
func newLives(t *testing.T, at string) *lives {
	t.Helper()
	l := &lives{
		world: &world{t: t, dir: t.TempDir(), store: at, token: keys.NewToken(), program: filepath.Join(programs, "wahost")}, told: map[ids.ID][]outcome.Status{}, taken: map[string]string{},
		client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}},
	}
	l.changed.L = &l.world.mu
	t.Cleanup(l.client.CloseIdleConnections)
	d, diags := dialect.LoadFS(plugins.Dialects, "twilio/dialect.hcl")
	require.False(t, diags.HasErrors(), diags)
	var err error
	l.vendor, err = emulator.Start(t.Context(), d, emulator.Options{Seed: 1, OnExchange: l.see})
	require.NoError(t, err)
	t.Cleanup(func() { _ = l.vendor.Close() })
	public := httptest.NewServer(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			l.world.mu.Lock()
			defer l.world.mu.Unlock()
			r.SetURL(&url.URL{Scheme: "http", Host: l.address})
			r.Out.Host = r.In.Host
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) },
	})
	t.Cleanup(public.Close)
	application := httptest.NewServer(http.HandlerFunc(l.take))
	t.Cleanup(application.Close)
	f := hclwrite.NewEmptyFile()
	required := f.Body().AppendNewBlock("wahost", nil).Body().AppendNewBlock("required_providers", nil).Body()
	required.SetAttributeValue("twilio", cty.ObjectVal(map[string]cty.Value{"source": cty.StringVal("wahost/twilio")}))
	set(f.Body().AppendNewBlock("provider", []string{"twilio"}).Body(), l.vendor.ProviderConfig())
	set(f.Body().AppendNewBlock("channel", []string{"twilio", "main"}).Body(), l.vendor.ChannelConfig())
	text := string(f.Bytes()) + fmt.Sprintf(`
route "all" {
  channels = [channel.twilio.main]
}

variable "secret" {
  sensitive = true
  default   = %[5]q
}

gateway {
  listen       = "127.0.0.1:0"
  admin_listen = "127.0.0.1:0"
  public_url   = %[1]q

  store {
    url = %[6]q
  }

  sender "1020" {}

  api_key "shop" {
    id     = %[2]q
    hashes = [%[3]q]
  }

  webhook "shop" {
    url      = %[4]q
    secret   = var.secret
    networks = ["127.0.0.0/8"]
  }
}
`, public.URL, l.token.ID(), l.token.Hash().String(), application.URL, hookSecret, at)
	require.NoError(t, os.WriteFile(filepath.Join(l.dir, "main.wahost.hcl"), []byte(text), 0o600))
	return l
}

// see records what the vendor saw, and tells the statuses of a message twice and in any order, each until it is taken.
func (l *lives) see(x emulator.Exchange) {
	l.world.see(x)
	all := []outcome.Status{outcome.StatusSent, outcome.StatusDelivered, outcome.StatusSent, outcome.StatusDelivered}
	if l.recorded == nil {
		rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	}
	l.calls.Go(func() {
		if l.recorded != nil {
			<-l.recorded
		}
		for _, status := range all {
			calls, err := l.vendor.Callbacks(x, status)
			if err != nil {
				l.complain("the vendor cannot tell %s: %v", status, err)
			}
			for _, w := range calls {
				l.call(w)
			}
		}
	})
}

// call makes a call of the vendor until it is taken.
func (l *lives) call(w emulator.Webhook) {
	for end := time.Now().Add(patience); time.Now().Before(end) && l.t.Context().Err() == nil; {
		req, err := http.NewRequest(w.Method, w.URL(), bytes.NewReader(w.Body))
		if err != nil {
			l.complain("%v", err)
			return
		}
		req.Header = w.Header
		answer, err := l.client.Do(req)
		if err == nil {
			_, _ = io.Copy(io.Discard, answer.Body)
			_ = answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return
			}
		}
		time.Sleep(20 * time.Millisecond) // the gateway is being started again
	}
}

func (l *lives) complain(format string, args ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.wrong = append(l.wrong, fmt.Sprintf(format, args...))
}

// take takes a webhook as an application does.
func (l *lives) take(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the gateway was killed
	}
	mac := hmac.New(sha256.New, []byte(hookSecret))
	mac.Write(body)
	if r.Header.Get("X-Hub-Signature-256") != "sha256="+hex.EncodeToString(mac.Sum(nil)) {
		l.complain("a webhook has the signature %q", r.Header.Get("X-Hub-Signature-256"))
	}
	var in struct {
		Entry []struct {
			Changes []struct {
				Value struct{ Statuses []struct{ ID, Status string } }
			}
		}
	}
	if err := json.Unmarshal(body, &in); err != nil || len(in.Entry) != 1 || len(in.Entry[0].Changes) != 1 || len(in.Entry[0].Changes[0].Value.Statuses) != 1 {
		l.complain("a webhook is %s", body)
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	one := in.Entry[0].Changes[0].Value.Statuses[0]
	id, err := ids.Parse(one.ID)
	if err != nil {
		l.complain("a webhook is about %q", one.ID)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	key := r.Header.Get("Webhook-Id")
	if before, ok := l.taken[key]; ok {
		if before != string(body) {
			l.wrong = append(l.wrong, fmt.Sprintf("the webhook %s has two bodies: %s and %s", key, before, body))
		}
		return
	}
	l.taken[key] = string(body)
	l.told[id] = append(l.told[id], outcome.Status(one.Status))
}

// delivered returns how many messages the application knows as delivered.
func (l *lives) delivered() (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, told := range l.told {
		if slices.Contains(told, outcome.StatusDelivered) {
			n++
		}
	}
	return n
}

// The gateway is killed while a vendor tells statuses, twice and in any order, and an application is told of them. No status is lost, none
// falls, and the application is told of each accepted message that it was delivered.
func TestLives(t *testing.T) { onEachStore(t, testLives) }

func testLives(t *testing.T, at string) {
	l := newLives(t, at)
	p := l.start()
	answered := make(chan []historycheck.Request, 1)
	all := load{clients: 8, requests: 60, recipients: 5}
	go func() { answered <- l.run(all) }()
	inDoubt := 0
	for n := range killedTimes {
		seen := (n+1)*all.clients*all.requests/(killedTimes+1) - inDoubt
		require.Eventually(t, func() bool { return l.delivered() >= seen }, patience, 5*time.Millisecond)
		require.NoError(t, p.cmd.Process.Signal(syscall.SIGKILL))
		l.await(p)
		p = l.start()
		inDoubt += p.inDoubt
	}
	requests := <-answered
	require.Eventually(t, func() bool { return l.delivered() >= len(requests)-inDoubt }, patience, 5*time.Millisecond)
	l.calls.Wait()
	l.stop(p)
	h := &historycheck.History{Requests: requests, InDoubt: killedTimes * window, Sights: l.sights}
	var ready int
	h.Records, ready = l.records(requests)
	require.Zero(t, ready)
	// Twilio repeats no id of the caller, so the vendor's sights cannot be told apart by attempts. The records are checked below.
	require.Empty(t, l.wrong)
	s := l.open()
	defer func() { require.NoError(t, s.Close()) }()
	seen := map[string]int{}
	for _, sight := range l.sights {
		seen[sight.Recipient]++
	}
	for _, r := range h.Records {
		life, err := s.Get(t.Context(), r.ID)
		require.NoError(t, err)
		told := l.told[r.ID]
		if life.State != store.StateAccepted {
			require.Equal(t, store.StateUnknown, life.State)
			continue
		}
		require.Equal(t, outcome.StatusDelivered, life.Status, r.ID)
		require.Contains(t, told, outcome.StatusDelivered, r.ID)
		if first := slices.Index(told, outcome.StatusSent); first >= 0 {
			require.Less(t, first, slices.Index(told, outcome.StatusDelivered), "%v: a status falls: %v", r.ID, told)
		}
	}
	expected := map[string]int{}
	for _, r := range requests {
		expected[r.Recipient]++
	}
	for recipient, n := range expected {
		require.LessOrEqual(t, seen[recipient], n, "a message to %s was sent twice", recipient)
	}
	t.Logf("%d kills: %d messages were accepted, %d are unknown, and the application got %d webhooks", killedTimes, len(requests), inDoubt, l.webhooks())
}

func (l *lives) webhooks() (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, told := range l.told {
		n += len(told)
	}
	return n
}
