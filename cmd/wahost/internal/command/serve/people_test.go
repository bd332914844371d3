// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package serve_test

import (
	"encoding/json"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/historycheck"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/internal/testpostgres"
)

// people use the API of a gateway.
type people struct {
	*world
	stop chan struct{}
	wg   sync.WaitGroup

	lock     sync.Mutex
	canceled map[ids.ID]bool
	resent   map[ids.ID]bool
	anew     []ids.ID
}

// call makes a request to a running gateway. The status is 0 if no gateway answers.
func (w *world) call(method, path, body string, into any) int {
	address := ""
	w.mu.Lock()
	if n := len(w.addresses); n > 0 {
		address = w.addresses[rand.IntN(n)]
	}
	w.mu.Unlock()
	r, err := http.NewRequestWithContext(w.t.Context(), method, "http://"+address+path, strings.NewReader(body))
	if err != nil || address == "" {
		return 0
	}
	r.Header.Set("Authorization", "Bearer "+w.token.Reveal())
	r.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0
	}
	defer func() { _ = answer.Body.Close() }()
	raw, err := io.ReadAll(answer.Body)
	if err != nil || into != nil && json.Unmarshal(raw, into) != nil {
		return 0
	}
	return answer.StatusCode
}

// run acts on messages until it is stopped.
func (p *people) run() {
	for {
		select {
		case <-p.stop:
			return
		default:
		}
		var found struct {
			Items []struct{ ID, State string }
		}
		if p.call("GET", "/v1/messages?limit=50", "", &found) != http.StatusOK || len(found.Items) == 0 {
			continue
		}
		m := found.Items[rand.IntN(len(found.Items))]
		id, err := ids.Parse(m.ID)
		if err != nil {
			p.t.Error(err)
			return
		}
		p.act(id, m.State)
	}
}

// busy reports whether messages were canceled and sent anew.
func (p *people) busy() bool {
	p.lock.Lock()
	defer p.lock.Unlock()
	return len(p.canceled) > 0 && len(p.anew) > 0
}

// act does what suits the state of a message, which may be another one by then.
func (p *people) act(id ids.ID, state string) {
	path := "/v1/messages/" + id.Wamid()
	switch state {
	case "ready":
		if p.call("POST", path+"/cancel", "", nil) == http.StatusOK {
			p.lock.Lock()
			p.canceled[id] = true
			p.lock.Unlock()
		}
	case "dead":
		var next struct{ ID string }
		if p.call("POST", path+"/redrive", "", &next) == http.StatusCreated {
			parsed, err := ids.Parse(next.ID)
			if err != nil {
				p.t.Error(err)
			}
			p.lock.Lock()
			p.anew = append(p.anew, parsed)
			p.lock.Unlock()
		}
	case "unknown":
		outcome := "resend"
		if p.taken(id) {
			outcome = "delivered"
		} else {
			p.lock.Lock()
			p.resent[id] = true
			p.lock.Unlock()
		}
		p.call("POST", path+"/resolve", `{"outcome":"`+outcome+`"}`, nil)
	}
}

// taken reports whether the vendor took a message.
func (w *world) taken(id ids.ID) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range w.sights {
		if of, _, err := ids.ParseAttempt(s.Attempt); err == nil && of == id && s.Taken {
			return true
		}
	}
	return false
}

// People cancel, redrive and resolve through the API while clients send and the gateway is killed. Nothing is lost, what was canceled is
// not sent, and no message reaches the vendor twice unless a person resent it.
func TestPeople(t *testing.T) {
	t.Parallel()
	needsProcesses(t)
	t.Run("one gateway", func(t *testing.T) { onEachStore(t, func(t *testing.T, at string) { testPeople(t, at, "one") }) })
	t.Run("two nodes", func(t *testing.T) {
		t.Parallel()
		testPeople(t, testpostgres.Database(t), "one", "two")
	})
}

func testPeople(t *testing.T, at string, nodes ...string) {
	w := newWorld(t, at, "    per_second = 60\n    burst = 10")
	p := &people{world: w, stop: make(chan struct{}), canceled: map[ids.ID]bool{}, resent: map[ids.ID]bool{}}
	running := map[string]*process{}
	for _, name := range nodes {
		running[name] = w.startNode(name)
	}
	answered := make(chan []historycheck.Request, 1)
	go func() { answered <- w.run(load{clients: 8, requests: 30, recipients: 5}) }()
	for range 3 {
		p.wg.Go(p.run)
	}
	w.settled(40)
	for _, name := range nodes {
		require.NoError(t, running[name].cmd.Process.Signal(syscall.SIGKILL))
		w.await(running[name])
		running[name] = w.startNode(name)
	}
	requests := <-answered
	require.Eventually(t, p.busy, patience, 10*time.Millisecond, "nobody canceled a message or sent one anew")
	close(p.stop)
	p.wg.Wait()
	require.Eventually(t, func() bool {
		var stats struct{ Ready *int }
		return w.call("GET", "/v1/stats", "", &stats) == http.StatusOK && stats.Ready != nil && *stats.Ready == 0
	}, patience, 10*time.Millisecond)
	for _, name := range nodes {
		w.stop(running[name])
	}

	// What was sent anew is for the same recipients in another order. Some of it was canceled, and the answer of its redrive was lost when a
	// gateway was killed.
	all := slices.Clone(requests)
	for _, id := range slices.AppendSeq(slices.Clone(p.anew), maps.Keys(p.canceled)) {
		all = append(all, historycheck.Request{Answers: []ids.ID{id}})
	}
	records, ready := w.records(all)
	require.Zero(t, ready)
	h := historycheck.History{Requests: requests, Sights: w.sights, Records: records, InDoubt: len(nodes) * window}
	known := map[ids.ID]store.State{}
	for i, r := range records {
		h.Records[i].Again = p.resent[r.ID]
		known[r.ID] = r.State
		require.Contains(t, []store.State{store.StateAccepted, store.StateUnknown, store.StateDead}, r.State)
	}
	require.Empty(t, historycheck.Check(&h))
	for id := range p.canceled {
		require.Equal(t, store.StateDead, known[id], "%v was canceled", id)
		require.False(t, w.taken(id), "%v was canceled", id)
	}
	for _, id := range p.anew {
		require.Contains(t, known, id)
	}
	t.Logf("%d messages, of which %d were canceled, %d sent anew, %d resent", len(records), len(p.canceled), len(p.anew), len(p.resent))
}
