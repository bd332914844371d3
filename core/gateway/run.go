// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"errors"
	"net"
	"time"

	"github.com/wahost/wahost/core/gateway/outbound"
	"github.com/wahost/wahost/core/gateway/store"
)

const (
	// balancerTime is how long a gateway that ends accepts messages after it said that it is not ready, so that a load balancer notices.
	// A gateway that only its own machine can reach does not wait.
	balancerTime = 5 * time.Second
	// requestsTime is how long requests under way may take when the gateway ends, and callsTime is the same for calls to providers.
	requestsTime = 10 * time.Second
	callsTime    = 30 * time.Second
	// recordTime is how long it may take to record outcomes and the end of the lease, while a database does not answer.
	recordTime = 30 * time.Second
)

// EndTime is how long Run may take to end a gateway.
const EndTime = balancerTime + requestsTime + callsTime + outbound.Timeout + recordTime

// Replace makes Run end in such a way that another gateway can take the place of this one with its Doors: from now on requests and
// connections wait for it. End the context of Run afterwards.
func (g *Gateway) Replace() {
	g.replaced.Store(true)
	for _, d := range g.doors.all() {
		d.close()
	}
}

// Doors returns the listeners of a gateway that was replaced, once Run has returned.
func (g *Gateway) Doors() *Doors { return g.doors }

// Close ends the doors, if no gateway takes them.
func (d *Doors) Close() error { return errors.Join(d.front.http.Close(), d.admin.http.Close()) }

// Run serves until the context ends or the gateway fails, and ends it in order: it says that it is not ready, answers the requests under
// way, waits for the calls to providers, and records their outcomes. It returns the reason of a failure.
func (g *Gateway) Run(ctx context.Context) error {
	var failure error
	select {
	case <-ctx.Done():
	case <-g.engine.Failed():
		failure = g.engine.Err()
	case failure = <-g.doors.failed:
	case <-g.lost():
		failure = store.ErrFenced
	}
	if g.member != nil && errors.Is(failure, store.ErrFenced) {
		g.Replace() // the node can join again
	}
	g.stopping.Store(true)
	if failure == nil && !g.replaced.Load() && !isLoopback(g.Addr()) {
		g.log.Info("the gateway is not ready any more, and accepts messages a little longer", "time", balancerTime)
		time.Sleep(balancerTime)
	}
	return errors.Join(failure, g.close())
}

// close ends what was started.
func (g *Gateway) close() error {
	var errs []error
	ctx, cancel := context.WithTimeout(context.Background(), requestsTime)
	defer cancel()
	if g.api != nil {
		g.api.Close()
	}
	if g.doors != nil {
		errs = append(errs, g.closeDoors(ctx))
	}
	if g.endPurges != nil {
		g.endPurges()
	}
	if g.engine != nil {
		calls, cancel := context.WithTimeout(context.Background(), callsTime)
		defer cancel()
		if abandoned := g.engine.Close(calls); abandoned > 0 {
			g.log.Warn("calls to providers did not end in time: their messages are unknown at the next start", "calls", abandoned)
		}
	}
	if g.webhooks != nil {
		g.webhooks.Close()
	}
	if g.member != nil {
		errs = append(errs, g.member.Close(ctx, !g.replaced.Load()))
		g.told.close()
	}
	if g.uploads != nil {
		g.uploads.end()
	}
	if g.counts != nil {
		g.counts.Close()
	}
	if g.store != nil {
		errs = append(errs, g.store.Close())
	}
	return errors.Join(errs...)
}

// closeDoors waits for the requests under way.
func (g *Gateway) closeDoors(ctx context.Context) error {
	var errs []error
	for _, d := range g.doors.all() {
		if g.replaced.Load() {
			if left := d.hold(ctx); left > 0 {
				g.log.Warn("requests take too long for the reload, and may fail", "requests", left)
			}
			continue
		}
		if err := d.http.Shutdown(ctx); err != nil {
			g.log.Warn("requests were cut off", "error", err)
			errs = append(errs, d.http.Close())
		}
	}
	return errors.Join(errs...)
}

// isLoopback reports whether only this machine can reach an address.
func isLoopback(a net.Addr) bool {
	tcp, ok := a.(*net.TCPAddr)
	return ok && tcp.IP.IsLoopback()
}
