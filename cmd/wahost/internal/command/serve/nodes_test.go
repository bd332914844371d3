// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package serve_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/historycheck"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/internal/testbin"
	"github.com/wahost/wahost/internal/testpostgres"
	"github.com/wahost/wahost/sdk/outcome"
)

const (
	// takeoverTime is how long it may take until another node sends in place of one that ended, on a machine that is not busy.
	takeoverTime = 10 * time.Second
	// nodeRate is the rate limit of the sender in these tests, and nodePace is the same.
	nodeRate = "    per_second = 100\n    burst = 40"
)

var nodePace = historycheck.Pace{PerSecond: 100, Burst: 40}

// nodes are the gateways of a store, by the names of their nodes.
type nodes struct {
	*world
	running map[string]*process
	took    []time.Duration
}

func startNodes(t *testing.T, at string) *nodes {
	t.Helper()
	n := &nodes{world: newWorld(t, at, nodeRate), running: map[string]*process{}}
	for _, name := range []string{"one", "two"} {
		n.running[name] = n.startNode(name)
	}
	return n
}

// sender returns the node that has the lane, or "".
func (n *nodes) sender() string {
	n.t.Helper()
	return testpostgres.Text(n.t, n.store, `SELECT node.name FROM part JOIN node ON node.id = part.node JOIN name ON name.id = part.name
		WHERE name.text NOT LIKE 'webhook/%' ORDER BY name.text LIMIT 1`)
}

// awaitTakeover waits until another node than the one that ended has the lane, and the vendor sees messages again.
func (n *nodes) awaitTakeover(ended string, since time.Time) {
	n.t.Helper()
	// Each look starts psql, and a takeover takes as long as a lease.
	require.Eventually(n.t, func() bool { s := n.sender(); return s != "" && s != ended }, patience, 100*time.Millisecond)
	n.settled(n.seen() + 1)
	n.took = append(n.took, time.Since(since))
}

// finish lets the nodes send everything, and checks the whole history.
func (n *nodes) finish(requests []historycheck.Request, faults int) *historycheck.History {
	n.t.Helper()
	n.settled(len(requests) - faults*window)
	for name, p := range n.running {
		if name != "one" {
			n.stop(p)
		}
	}
	h := n.world.finish(n.running["one"], requests, historycheck.History{InDoubt: faults * window, Pace: &nodePace})
	n.t.Logf("%d faults: %d messages were accepted, and the vendor saw %d; %v; takeovers took %v", faults, len(requests), len(h.Sights), states(h), n.took)
	for _, took := range n.took {
		require.Less(n.t, took, takeoverTime)
	}
	return h
}

// faults returns how many faults a test makes. WAHOST_TEST_KILLS makes it more.
func faults(t *testing.T) int {
	t.Helper()
	given := os.Getenv("WAHOST_TEST_KILLS")
	if given == "" {
		return 2
	}
	times, err := strconv.Atoi(given)
	require.NoError(t, err, "WAHOST_TEST_KILLS must be a number")
	return max(2, times/5)
}

// The node that sends is killed, again and again, while clients hand messages to all nodes. Another one sends in its place. Nothing is lost,
// nothing is sent twice, the order for each recipient is kept, and so is the rate of the sender.
func TestNodesKilled(t *testing.T) {
	t.Parallel()
	needsProcesses(t)
	n := startNodes(t, testpostgres.Database(t))
	times := faults(t)
	answered := make(chan []historycheck.Request, 1)
	go func() { answered <- n.run(load{clients: 8, requests: 60 * (times + 1), recipients: 5}) }()
	for range times {
		n.settled(n.seen() + 100)
		name := n.sender()
		p := n.running[name]
		require.NoError(t, p.cmd.Process.Signal(syscall.SIGKILL))
		since := time.Now()
		n.await(p)
		n.awaitTakeover(name, since)
		n.running[name] = n.startNode(name)
	}
	n.finish(<-answered, times)
}

// The node that sends is stopped for longer than its lease, as a machine that pauses is. Another one sends in its place, and the one that was
// stopped joins again.
func TestNodesStopped(t *testing.T) {
	t.Parallel()
	needsProcesses(t)
	n := startNodes(t, testpostgres.Database(t))
	times := faults(t)
	answered := make(chan []historycheck.Request, 1)
	const clients = 8
	each := 60 + int(nodePace.PerSecond*stopTime(t).Seconds())/clients // the other node sends while one is stopped
	go func() { answered <- n.run(load{clients: clients, requests: each * (times + 1), recipients: 5}) }()
	stops := map[string]int{}
	for range times {
		n.settled(n.seen() + 100)
		name := n.sender()
		p := n.running[name]
		n.forget(p.listen)
		require.NoError(t, p.cmd.Process.Signal(syscall.SIGSTOP))
		since := time.Now()
		n.awaitTakeover(name, since)
		time.Sleep(stopTime(t) - time.Since(since)) // how long it is stopped, if that is more
		require.NoError(t, p.cmd.Process.Signal(syscall.SIGCONT))
		stops[name]++
		require.Eventually(t, func() bool {
			return strings.Count(p.stderr.String(), "joins again") >= stops[name] && p.status(t, "/readyz") == 200
		}, patience, 20*time.Millisecond, "%v", p.stderr)
		n.remember(p.listen)
	}
	n.finish(<-answered, times)
}

// stopTime returns how long a node is stopped at least: until another one has taken its place, unless WAHOST_TEST_STOP says more.
func stopTime(t *testing.T) time.Duration {
	t.Helper()
	given := os.Getenv("WAHOST_TEST_STOP")
	if given == "" {
		return 0
	}
	d, err := time.ParseDuration(given)
	require.NoError(t, err, "WAHOST_TEST_STOP must be a duration")
	return d
}

// The nodes are replaced by another version, one after the other, while clients send. Nothing is in doubt, and no request fails but with 503.
func TestNodesUpgraded(t *testing.T) {
	t.Parallel()
	needsProcesses(t)
	n := startNodes(t, testpostgres.Database(t))
	newer := t.TempDir()
	require.NoError(t, testbin.Into(t.Context(), newer, []string{"-trimpath", "-buildvcs=false", "-ldflags", "-s -w -X github.com/wahost/wahost/internal/buildinfo.version=99.0.0"},
		map[string]string{"github.com/wahost/wahost/cmd/wahost": "wahost"}))
	version, err := exec.Command(filepath.Join(newer, "wahost"), "version").CombinedOutput()
	require.NoError(t, err)
	require.Contains(t, string(version), "99.0.0")
	answered := make(chan []historycheck.Request, 1)
	go func() { answered <- n.run(load{clients: 8, requests: 80, recipients: 5}) }()
	n.program = filepath.Join(newer, "wahost")
	for _, name := range []string{"one", "two"} {
		n.settled(n.seen() + 100)
		n.stop(n.running[name])
		n.running[name] = n.startNode(name)
	}
	requests := <-answered
	n.settled(len(requests))
	h := n.finish(requests, 0)
	require.Equal(t, map[store.State]int{store.StateAccepted: len(requests)}, states(h))
}

// A node that was ended by another one joins again with the configuration that it has, also if the files of it have errors by then.
func TestNodesJoinAgain(t *testing.T) {
	t.Parallel()
	needsProcesses(t)
	w := newWorld(t, testpostgres.Database(t), "")
	p := w.start()
	broken := filepath.Join(w.dir, "broken.wahost.hcl")
	require.NoError(t, os.WriteFile(broken, []byte("route {"), 0o600))
	answered := make(chan []historycheck.Request, 1)
	go func() { answered <- w.run(everything) }()
	w.settled(50)
	testpostgres.Text(t, w.store, `UPDATE node SET epoch = epoch + 1, until = 0 WHERE name = 'one'`)
	requests := <-answered
	require.NoError(t, os.Remove(broken)) // finish starts a gateway
	w.finish(p, requests, historycheck.History{InDoubt: window})
	require.Contains(t, p.stderr.String(), "joins again")
}

// A node that ends in order gives its lanes away, and nothing is in doubt.
func TestNodesEnd(t *testing.T) {
	t.Parallel()
	needsProcesses(t)
	n := startNodes(t, testpostgres.Database(t))
	answered := make(chan []historycheck.Request, 1)
	go func() { answered <- n.run(load{clients: 8, requests: 80, recipients: 5}) }()
	for range 2 {
		n.settled(n.seen() + 100)
		name := n.sender()
		since := time.Now()
		n.stop(n.running[name])
		n.awaitTakeover(name, since)
		n.running[name] = n.startNode(name)
	}
	requests := <-answered
	n.settled(len(requests))
	h := n.finish(requests, 0)
	require.Equal(t, map[store.State]int{store.StateAccepted: len(requests)}, states(h))
}

// The database is killed and started again, again and again. The nodes go on by themselves, and what they had not recorded is recorded.
func TestNodesDatabaseRestarts(t *testing.T) {
	t.Parallel()
	needsProcesses(t)
	server := testpostgres.Start(t)
	server.Exec(t, `CREATE DATABASE gateway`)
	n := startNodes(t, server.URL("gateway"))
	times := faults(t)
	answered := make(chan []historycheck.Request, 1)
	go func() { answered <- n.run(load{clients: 8, requests: 30 * (times + 1), recipients: 5}) }()
	for range times {
		n.settled(n.seen() + 60)
		server.Restart(t)
	}
	n.finish(<-answered, times)
}

// Vendors tell any node, and applications are told by one node at a time: each status by one webhook and in order, while the node that calls
// them ends and others join.
func TestNodesLives(t *testing.T) {
	t.Parallel()
	needsProcesses(t)
	l := newLives(t, testpostgres.Database(t))
	running := map[string]*process{}
	for _, name := range []string{"one", "two"} {
		running[name] = l.startNode(name)
	}
	answered := make(chan []historycheck.Request, 1)
	go func() { answered <- l.run(load{clients: 8, requests: 60, recipients: 5}) }()
	for i := range 2 {
		require.Eventually(t, func() bool { return l.delivered() >= (i+1)*120 }, patience, 5*time.Millisecond)
		name := testpostgres.Text(t, l.store, `SELECT node.name FROM part JOIN node ON node.id = part.node JOIN name ON name.id = part.name WHERE name.text = 'webhook/shop'`)
		l.stop(running[name])
		running[name] = l.startNode(name)
	}
	requests := <-answered
	require.Eventually(t, func() bool { return l.delivered() >= len(requests) }, patience, 5*time.Millisecond)
	l.calls.Wait()
	l.stop(running["one"])
	l.stop(running["two"])
	require.Empty(t, l.wrong)
	require.Len(t, l.told, len(requests))
	// A status that comes after a later one is not told.
	possible := [][]outcome.Status{{outcome.StatusSent, outcome.StatusDelivered}, {outcome.StatusDelivered}}
	for id, told := range l.told {
		require.Contains(t, possible, told, id)
	}
}
