// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package serve_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/historycheck"
	"github.com/wahost/wahost/internal/testpostgres"
)

// socket is the name of the socket of a server in its folder.
const socket = ".s.PGSQL.5432"

// startThrough starts nodes that reach a database of a server through a proxy each.
func startThrough(t *testing.T, server *testpostgres.Server) (*nodes, map[string]*proxy) {
	t.Helper()
	server.Exec(t, `CREATE DATABASE gateway`)
	// The host and the port come from the environment.
	n := &nodes{world: newWorld(t, "postgres:///gateway?sslmode=disable&user="+testpostgres.User, nodeRate), running: map[string]*process{}}
	n.store = server.URL("gateway")
	proxies := map[string]*proxy{}
	for _, name := range []string{"one", "two"} {
		proxies[name] = newProxy(t, filepath.Join(server.Dir(), socket))
		n.env = append(n.env, proxies[name].env()...)
		n.running[name] = n.startNode(name, proxies[name].env()...)
	}
	return n, proxies
}

// The node that sends cannot reach the database for longer than its lease, in each way in which a network can fail. Another one sends in its place,
// and the first one joins again when the network works.
func TestNodesPartitioned(t *testing.T) {
	t.Parallel()
	needsProcesses(t)
	for name, fault := range map[string]func(p *proxy){
		"refused":           func(p *proxy) { p.refusing = true },
		"nothing passes":    func(p *proxy) { p.cutTo, p.cutFrom = true, true },
		"no request passes": func(p *proxy) { p.cutTo = true },
		"no answer passes":  func(p *proxy) { p.cutFrom = true },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n, proxies := startThrough(t, testpostgres.Start(t))
			times := faults(t) / 2
			answered := make(chan []historycheck.Request, 1)
			go func() { answered <- n.run(load{clients: 8, requests: 30 * (times + 1), recipients: 5}) }()
			joined := map[string]int{}
			for range times {
				n.settled(n.seen() + 100)
				name := n.sender()
				p, cut := n.running[name], proxies[name]
				n.forget(p.listen)
				since := time.Now()
				cut.set(func() { fault(cut) })
				if cut.refusing {
					cut.reset()
				}
				n.awaitTakeover(name, since)
				cut.set(func() { cut.refusing, cut.cutTo, cut.cutFrom = false, false, false })
				joined[name]++
				require.Eventually(t, func() bool {
					return strings.Count(p.stderr.String(), "joins again") >= joined[name] && p.status(t, "/readyz") == 200
				}, patience, 20*time.Millisecond, "%v", p.stderr)
				n.remember(p.listen)
			}
			n.finish(<-answered, times)
		})
	}
}

// The server of the database is lost, and its standby takes its place. Nothing that was accepted is lost, and nothing is sent twice, also if the
// standby lacks what was recorded last.
func TestNodesDatabaseFailsOver(t *testing.T) {
	t.Parallel()
	needsProcesses(t)
	for name, asynchronous := range map[string]bool{"synchronous": false, "asynchronous": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := testpostgres.Start(t)
			n, proxies := startThrough(t, server)
			answered := make(chan []historycheck.Request, 1)
			standby := server.Standby(t)
			if !asynchronous {
				server.Synchronous(t)
			}
			go func() { answered <- n.run(load{clients: 8, requests: 60, recipients: 5}) }()
			n.settled(n.seen() + 100)
			lost := "0"
			if asynchronous {
				standby.StopReceiving(t, server)
				n.settled(n.seen() + 50)
				lost = server.Text(t, "gateway", `SELECT count(*) FROM delivery WHERE state = 2`)
			}
			server.Kill()
			standby.Promote(t)
			if asynchronous {
				has := standby.Text(t, "gateway", `SELECT count(*) FROM delivery WHERE state = 2`)
				require.NotEqual(t, lost, has, "the standby has all that the server had")
			}
			n.store = standby.URL("gateway")
			for _, p := range proxies {
				p.set(func() { p.target = filepath.Join(standby.Dir(), socket) })
				p.reset()
			}
			n.finish(<-answered, 1)
		})
	}
}
