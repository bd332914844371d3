// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package serve_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/failpoint"
	"github.com/wahost/wahost/core/gateway/historycheck"
	"github.com/wahost/wahost/core/gateway/store"
)

// window is the most messages that may be under way at a fault in these tests: each client waits for the answer to its request, so the
// window of the channel grows little.
const window = 64

// everything is a load that takes a gateway some seconds.
var everything = load{clients: 8, requests: 40, recipients: 5}

// finish lets a gateway send everything, ends it, and checks the whole history.
func (w *world) finish(p *process, requests []historycheck.Request, h historycheck.History) *historycheck.History {
	w.t.Helper()
	h.Requests = requests
	w.settled(len(requests) - h.InDoubt)
	for end := time.Now().Add(patience); ; {
		require.True(w.t, time.Now().Before(end), "messages are not sent")
		w.stop(p)
		var ready int
		if h.Records, ready = w.records(requests); ready == 0 {
			break
		}
		seen := w.seen()
		p = w.start()
		w.settled(seen + ready)
	}
	h.Sights = w.sights
	require.Empty(w.t, historycheck.Check(&h))
	return &h
}

// settled waits until the vendor has seen so many messages.
func (w *world) settled(messages int) {
	w.t.Helper()
	require.Eventually(w.t, func() bool { return w.seen() >= messages }, patience, 5*time.Millisecond)
}

// states counts the messages in each state.
func states(h *historycheck.History) map[store.State]int {
	counts := map[store.State]int{}
	for _, r := range h.Records {
		counts[r.State]++
	}
	return counts
}

// Without a fault everything is sent once, and is accepted.
func TestServe(t *testing.T) { onEachStore(t, testServe) }

func testServe(t *testing.T, at string) {
	w := newWorld(t, at, "")
	p := w.start()
	require.Equal(t, 200, p.status(t, "/healthz"))
	require.Equal(t, 200, p.status(t, "/readyz"))
	requests := w.run(everything)
	h := w.finish(p, requests, historycheck.History{})
	require.Equal(t, map[store.State]int{store.StateAccepted: everything.clients * everything.requests}, states(h))
}

// Groups leave in requests for many recipients, and are told apart.
func TestServeGroups(t *testing.T) {
	t.Parallel()
	needsProcesses(t)
	w := newWorld(t, sqliteStore, "")
	p := w.start()
	all := load{clients: 8, requests: 40, recipients: 40, text: "Hello"}
	requests := w.run(all)
	w.settled(len(requests))
	w.stop(p)
	records, ready := w.records(requests)
	require.Zero(t, ready)
	require.Len(t, records, len(requests))
	recipients := map[string]int{}
	for _, s := range w.sights {
		recipients[s.Recipient]++
	}
	for _, r := range records {
		require.Equal(t, store.StateAccepted, r.State)
		require.Equal(t, 1, recipients[r.Recipient])
	}
}

// The gateway is killed at each of the places that the table of crashes names. Nothing is lost and nothing is sent twice.
func TestFailPoints(t *testing.T) {
	t.Parallel()
	needsProcesses(t)
	for _, place := range failpoint.All() {
		t.Run(place, func(t *testing.T) { onEachStore(t, func(t *testing.T, at string) { testFailPoint(t, at, place) }) })
	}
}

func testFailPoint(t *testing.T, at, place string) {
	w := newWorld(t, at, "")
	// A start takes some transactions before it takes messages.
	p := w.start(fmt.Sprintf("WAHOST_TEST_FAILPOINT=%s:%d", place, 20+rand.IntN(30)))
	answered := make(chan []historycheck.Request, 1)
	all := everything
	all.requests *= 2 // also with batches of one message of each client, there are more than enough of them
	go func() { answered <- w.run(all) }()
	w.await(p)
	require.True(t, p.killed(), p.stderr.String())
	require.Contains(t, p.stderr.String(), "killed at "+place)
	p = w.start()
	inDoubt := p.inDoubt
	h := w.finish(p, <-answered, historycheck.History{InDoubt: window})
	require.Equal(t, inDoubt, states(h)[store.StateUnknown])
	switch place {
	case failpoint.AfterBegin, failpoint.AfterVendor:
		require.Positive(t, inDoubt, "what was begun is in doubt")
	case failpoint.AfterAccept:
		// Whatever else was under way, the message of the request that was not answered is sent.
	}
}

// killedTimes is how often TestKills kills the gateway. WAHOST_TEST_KILLS makes it more.
const killedTimes = 3

// The gateway is killed at any time, again and again, while clients send.
func TestKills(t *testing.T) { onEachStore(t, testKills) }

func testKills(t *testing.T, at string) {
	times := killedTimes
	if given := os.Getenv("WAHOST_TEST_KILLS"); given != "" {
		var err error
		times, err = strconv.Atoi(given)
		require.NoError(t, err, "WAHOST_TEST_KILLS must be a number")
	}
	w := newWorld(t, at, "")
	all := everything
	all.requests *= times
	p := w.start()
	answered := make(chan []historycheck.Request, 1)
	go func() { answered <- w.run(all) }()
	inDoubt := 0
	for n := range times {
		seen := n*all.clients*everything.requests + rand.IntN(all.clients*everything.requests*3/4) + 1
		w.settled(seen - inDoubt)
		require.NoError(t, p.cmd.Process.Signal(syscall.SIGKILL))
		w.await(p)
		p = w.start()
		t.Logf("killed when the vendor had seen %d messages: %d in doubt", w.seen(), p.inDoubt)
		inDoubt += p.inDoubt
	}
	h := w.finish(p, <-answered, historycheck.History{InDoubt: times * window})
	t.Logf("%d kills: %d messages were accepted, and the vendor saw %d; %v", times, len(h.Requests), len(h.Sights), states(h))
	require.Equal(t, inDoubt, states(h)[store.StateUnknown])
}

// The rate of a sender holds over a crash: a gateway that was started again begins without the burst of the one before.
func TestPace(t *testing.T) {
	t.Parallel()
	needsProcesses(t)
	for _, pace := range []historycheck.Pace{{PerSecond: 100, Burst: 40}, {PerSecond: 100, Burst: 100}} {
		t.Run(fmt.Sprintf("a burst of %d", pace.Burst), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, sqliteStore, fmt.Sprintf("    per_second = %v\n    burst = %d", pace.PerSecond, pace.Burst))
			p := w.start()
			answered := make(chan []historycheck.Request, 1)
			go func() { answered <- w.run(load{clients: 8, requests: 40, recipients: 5}) }()
			w.settled(100)
			require.NoError(t, p.cmd.Process.Signal(syscall.SIGKILL))
			w.await(p)
			p = w.start()
			w.finish(p, <-answered, historycheck.History{InDoubt: window, Pace: &pace})
		})
	}
}
