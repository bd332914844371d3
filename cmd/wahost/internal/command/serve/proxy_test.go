// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package serve_test

import (
	"net"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// proxy is the network between a gateway and a database.
type proxy struct {
	listener net.Listener
	loops    sync.WaitGroup

	mu      sync.Mutex
	changed sync.Cond
	// target is the path of the socket of the server.
	target string
	// cut are what does not pass. Connections are refused if refusing is set, and otherwise what is sent waits until it passes again.
	cutTo, cutFrom, refusing, closed bool
	conns                            map[net.Conn]bool
}

// newProxy returns the network between a gateway and the server with a socket.
func newProxy(t *testing.T, target string) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	p := &proxy{listener: l, target: target, conns: map[net.Conn]bool{}}
	p.changed.L = &p.mu
	p.loops.Go(p.accept)
	t.Cleanup(func() {
		_ = l.Close()
		p.set(func() { p.closed = true })
		p.reset()
		p.loops.Wait()
	})
	return p
}

// env returns the environment variables of a gateway that reaches its database through the proxy.
func (p *proxy) env() []string {
	return []string{"PGHOST=127.0.0.1", "PGPORT=" + strconv.Itoa(p.listener.Addr().(*net.TCPAddr).Port)}
}

func (p *proxy) set(change func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change()
	p.changed.Broadcast()
}

// reset ends all connections.
func (p *proxy) reset() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		_ = c.Close()
	}
	clear(p.conns)
}

func (p *proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.mu.Lock()
		target, refusing := p.target, p.refusing
		p.mu.Unlock()
		server, err := net.Dial("unix", target)
		if err != nil || refusing {
			_ = client.(*net.TCPConn).SetLinger(0)
			_ = client.Close()
			if err == nil {
				_ = server.Close()
			}
			continue
		}
		p.mu.Lock()
		p.conns[client], p.conns[server] = true, true
		p.mu.Unlock()
		p.loops.Go(func() { p.pump(server, client, &p.cutTo) })
		p.loops.Go(func() { p.pump(client, server, &p.cutFrom) })
	}
}

// pump passes what comes from one side on to the other, unless that is cut.
func (p *proxy) pump(to, from net.Conn, cut *bool) {
	defer func() { _, _ = to.Close(), from.Close() }()
	buffer := make([]byte, 64<<10)
	for {
		n, err := from.Read(buffer)
		p.mu.Lock()
		for *cut && !p.closed {
			p.changed.Wait()
		}
		p.mu.Unlock()
		if _, wrong := to.Write(buffer[:n]); err != nil || wrong != nil {
			return
		}
	}
}
