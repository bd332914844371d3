// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package cluster makes a gateway one of the nodes of a store: it renews the lease of the node, and tells workers which parts the node has.
// Nodes do not speak with each other, only with the store.
package cluster

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/wahost/wahost/core/gateway/store"
)

const (
	// renewTime is how often the lease is renewed.
	renewTime = time.Second
	// margin is how much earlier than in the store the lease ends here, because clocks differ in their speed.
	margin = time.Second
	// workLimit bounds what workers ask the store for. A connection that the network swallowed would hold it up for many minutes, also when new
	// ones work again.
	workLimit = 30 * time.Second
)

// Worker does parts.
type Worker interface {
	// Parts returns what the worker can do, with the groups of parts that belong together.
	Parts(ctx context.Context) (map[string]string, error)
	// Have tells the worker which parts the node has. It begins with those that are new and ends what it does with others. It returns the parts
	// that it is still busy with although they are not among those it has, and must not wait for them.
	Have(ctx context.Context, parts []string) (busy []string, err error)
}

// Options are what a node is made of.
type Options struct {
	Store store.Cluster
	// Name is the name of the node, and Holder that of the process: see store.Cluster.
	Name, Holder string
	// InDoubt is called with the number of messages of ended nodes that may have reached a vendor and are unknown now, if there are some. It
	// may be nil.
	InDoubt func(messages int)
	Log     hclog.Logger
}

// Member is a node of a store.
type Member struct {
	Options
	epoch   store.Epoch
	workers []Worker
	limit   time.Duration // of what a worker asks the store for
	cancel  context.CancelFunc
	loops   sync.WaitGroup
	lost    chan struct{} // closed when the node was fenced
	soon    chan struct{} // a renewal is not to wait for its time
	// renewals are the results of those that told a wish. released are the parts that the next wish gives back.
	renewals chan renewal
	released []string

	mu sync.Mutex
	// renewed is when the last renewal began that succeeded.
	renewed time.Time
	// wish is what the next renewal tells, or nil while the workers are busy.
	wish *store.Renewal
}

// renewal is the result of a renewal.
type renewal struct {
	*store.Renewed
	err error
}

// Join makes this process a node, and renews its lease until Close, which must be called.
func Join(ctx context.Context, o Options) (*Member, error) {
	m := &Member{
		Options: o, renewed: time.Now(), limit: workLimit, lost: make(chan struct{}), soon: make(chan struct{}, 1), renewals: make(chan renewal, 1),
	}
	var err error
	if m.epoch, err = o.Store.JoinAs(ctx, o.Name, o.Holder); err != nil {
		return nil, err
	}
	var running context.Context
	running, m.cancel = context.WithCancel(context.Background())
	m.loops.Go(func() { m.run(running) })
	return m, nil
}

// Epoch returns the epoch of the node.
func (m *Member) Epoch() store.Epoch { return m.epoch }

// Lost is closed when another node has ended this one, because it did not renew its lease in time.
func (m *Member) Lost() <-chan struct{} { return m.lost }

// Valid reports whether the node has its parts for at least some time from now.
func (m *Member) Valid(atLeast time.Duration) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := time.Now()
	// The wall clock counts while the machine sleeps, and the other one does not jump.
	passed := max(now.Sub(m.renewed), now.Round(0).Sub(m.renewed.Round(0)))
	return passed+atLeast < store.LeaseTime-margin
}

// Start tells the workers which parts the node has until Close. It has told them once when it returns.
func (m *Member) Start(ctx context.Context, workers ...Worker) error {
	m.workers = workers
	if err := m.work(ctx, m.soon); err != nil {
		return err
	}
	running, cancel := context.WithCancel(context.Background())
	stop := m.cancel
	m.cancel = func() { cancel(); stop() }
	m.loops.Go(func() { m.runWork(running) })
	return nil
}

// Close ends the renewals. If leave is set, it gives all parts back, which the workers must not be doing any more; otherwise they stay with
// the node until another process joins as it or its lease runs out.
func (m *Member) Close(ctx context.Context, leave bool) error {
	m.cancel()
	m.loops.Wait()
	if !leave {
		return nil
	}
	if err := m.Store.Leave(ctx, m.epoch); !errors.Is(err, store.ErrFenced) {
		return err
	}
	return nil
}

// run renews the lease. It does not wait for the workers, whose work takes longer than the lease if they have much to load.
func (m *Member) run(ctx context.Context) {
	ticker := time.NewTicker(renewTime)
	defer ticker.Stop()
	told := store.Renewal{} // again and again while the workers are busy
	var nodes []string
	warned := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		case <-m.soon:
		}
		m.mu.Lock()
		wish := m.wish
		m.wish = nil
		m.mu.Unlock()
		if wish != nil {
			told = *wish
		}
		began := time.Now()
		r, err := m.Store.Renew(ctx, m.epoch, told)
		told.Released = nil
		switch {
		case errors.Is(err, store.ErrFenced):
			close(m.lost)
			return
		case err != nil && ctx.Err() == nil:
			m.Log.Error("the lease of this node cannot be renewed: it sends nothing until it can", "error", err)
		case err == nil:
			m.mu.Lock()
			m.renewed = began
			m.mu.Unlock()
			m.report(r)
			if told.Parts != nil && !slices.Equal(nodes, r.Nodes) {
				m.Log.Info("the nodes of the store have changed", "nodes", r.Nodes)
				nodes = r.Nodes
			}
			if r.Asynchronous && !warned {
				m.Log.Warn("several gateways share a database without a synchronous standby (synchronous_standby_names): if its server is lost together with a " +
					"gateway, messages can be lost or sent twice. Add one, unless the database is replicated in another way")
				warned = true
			}
		}
		if wish != nil {
			m.renewals <- renewal{r, err}
		}
	}
}

// report tells what a renewal has found.
func (m *Member) report(r *store.Renewed) {
	if r.InDoubt == 0 {
		return
	}
	m.Log.Warn("another node ended without recording the outcome of messages: they are unknown, and not sent again", "messages", r.InDoubt)
	if m.InDoubt != nil {
		m.InDoubt(r.InDoubt)
	}
}
