// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"

	"github.com/hashicorp/go-hclog"

	"github.com/wahost/wahost/core/gateway/cloudapi"
	"github.com/wahost/wahost/core/gateway/console"
	"github.com/wahost/wahost/core/gateway/keys"
	"github.com/wahost/wahost/core/gateway/meter"
	"github.com/wahost/wahost/core/gateway/metrics"
	"github.com/wahost/wahost/core/gateway/policy"
)

// Doors are the listeners of a gateway. They stay open when another gateway with another configuration takes its place: connections stay, and
// requests wait.
type Doors struct {
	front, admin *door
	shared       *shared
	failed       chan error
}

// shared is what a gateway has in common with the one that takes its place.
type shared struct {
	metrics *metrics.Metrics
	// sessions are who is logged in to the console.
	sessions console.Sessions
	limiter  policy.Limiter
	// meter is what the process did lately, and uses when keys were used.
	meter   meter.Meter
	uses    keys.Uses
	running atomic.Pointer[Gateway]
}

// state returns how the running gateway stands.
func (s *shared) state() metrics.State { return s.running.Load().state() }

// openDoors listens on the two addresses.
func openDoors(ctx context.Context, listen, adminListen string, s *shared, log hclog.Logger) (*Doors, error) {
	d := &Doors{shared: s, failed: make(chan error, 2)}
	var err error
	if d.front, err = d.open(ctx, listen, log); err != nil {
		return nil, err
	}
	if d.admin, err = d.open(ctx, adminListen, log); err != nil {
		return nil, errors.Join(err, d.front.http.Close())
	}
	return d, nil
}

func (d *Doors) open(ctx context.Context, address string, log hclog.Logger) (*door, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	limits := cloudapi.ListenLimits{}
	one := &door{address: address, listener: cloudapi.Limit(l, limits), changed: make(chan struct{})}
	one.http = cloudapi.NewHTTPServer(one, limits, log)
	go func() {
		if err := one.http.Serve(one.listener); !errors.Is(err, http.ErrServerClosed) {
			d.failed <- fmt.Errorf("%s: %w", address, err)
		}
	}()
	return one, nil
}

func (d *Doors) all() []*door { return []*door{d.front, d.admin} }

// door is a listener with what serves it.
type door struct {
	address  string // as the configuration has it
	listener net.Listener
	http     *http.Server

	mu      sync.Mutex
	handler http.Handler // nil while no gateway serves
	serving int
	changed chan struct{} // closed when handler or serving changes
}

// ServeHTTP serves a request as soon as there is a gateway.
func (d *door) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := d.enter(r.Context())
	if h == nil {
		http.Error(w, http.StatusText(http.StatusServiceUnavailable), http.StatusServiceUnavailable) // the caller is gone
		return
	}
	defer d.leave()
	h.ServeHTTP(w, r)
}

func (d *door) enter(ctx context.Context) http.Handler {
	for {
		d.mu.Lock()
		h, changed := d.handler, d.changed
		if h != nil {
			d.serving++
		}
		d.mu.Unlock()
		if h != nil {
			return h
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil
		}
	}
}

func (d *door) leave() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.serving--
	d.notify()
}

// notify wakes whoever waits for a change. d.mu must be held.
func (d *door) notify() {
	close(d.changed)
	d.changed = make(chan struct{})
}

// serve lets requests in.
func (d *door) serve(h http.Handler) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.handler = h
	d.notify()
}

// close lets no more requests in: they wait.
func (d *door) close() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.handler = nil
}

// hold lets no more requests in, and waits for those that are being served until the context ends. It returns the number of the others.
func (d *door) hold(ctx context.Context) (left int) {
	d.close()
	for {
		d.mu.Lock()
		left, changed := d.serving, d.changed
		d.mu.Unlock()
		if left == 0 {
			return 0
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return left
		}
	}
}
