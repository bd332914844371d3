// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package launch

import (
	"context"
	"net"
	"strconv"
	"sync"

	"github.com/hashicorp/go-plugin/runner"
)

// attached is a provider process that somebody else started, as go-plugin sees it. go-plugin's own implementation polls
// the process id until the process ends, which outlives the connection to it. This one ends with the connection.
type attached struct {
	addr   net.Addr
	pid    int
	once   sync.Once
	detach chan struct{} // closed to end Wait
	mu     sync.Mutex
	begun  bool          // Wait will be called or was
	waited chan struct{} // closed when Wait has returned
}

// reattach is a runner.ReattachFunc. It fails if nothing listens at the address.
func (a *attached) reattach() (runner.AttachedRunner, error) {
	conn, err := (&net.Dialer{}).DialContext(context.Background(), a.addr.Network(), a.addr.String())
	if err != nil {
		return nil, err
	}
	_ = conn.Close()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.begun = true
	return a, nil
}

// end ends Wait and returns when it has returned. Nothing may reattach afterwards.
func (a *attached) end() {
	a.once.Do(func() { close(a.detach) })
	a.mu.Lock()
	begun := a.begun
	a.mu.Unlock()
	if begun {
		<-a.waited
	}
}

// Wait returns when the connection is given up. That the process ends shows at the connection.
func (a *attached) Wait(context.Context) error {
	defer close(a.waited)
	<-a.detach
	return nil
}

// Kill does nothing: the process belongs to whoever debugs it.
func (a *attached) Kill(context.Context) error { return nil }

// ID returns the process id.
func (a *attached) ID() string { return strconv.Itoa(a.pid) }

// PluginToHost returns the address unchanged.
func (a *attached) PluginToHost(network, address string) (string, string, error) {
	return network, address, nil
}

// HostToPlugin returns the address unchanged.
func (a *attached) HostToPlugin(network, address string) (string, string, error) {
	return network, address, nil
}
