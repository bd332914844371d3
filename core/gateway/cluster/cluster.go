// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package cluster makes a gateway one of the nodes of a store: it renews the lease of the node, and tells workers which parts the node has.
// Nodes do not speak with each other, only with the store.
package cluster

import (
	"context"
	"errors"
	"maps"
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
	// renewLimit bounds a renewal. A connection that the network swallowed would hold it up for many minutes, also when new ones work again.
	renewLimit = 30 * time.Second
)

// Worker does parts.
type Worker interface {
	// Parts returns what the worker can do, with the groups of parts that belong together.
	Parts(ctx context.Context) (map[string]string, error)
	// Have tells the worker which parts the node has. It begins with those that are new and ends what it does with others. It returns the parts
	// that it is still busy with although they are not among those it has, and must not wait for them.
	Have(ctx context.Context, parts []string) (busy []string, err error)
}

// Member is a node of a store.
type Member struct {
	// InDoubt is called with the number of messages of ended nodes that may have reached a vendor and are unknown now, if there are some. It
	// may be nil, and is set before Start.
	InDoubt func(messages int)

	store   store.Cluster
	epoch   store.Epoch
	log     hclog.Logger
	workers []Worker
	limit   time.Duration // of a renewal
	cancel  context.CancelFunc
	ended   chan struct{}
	lost    chan struct{} // closed when the node was fenced
	// released are the parts that the next renewal gives back. nodes are those that lived at the last one.
	released, nodes []string

	mu sync.Mutex
	// renewed is when the last renewal began that succeeded.
	renewed time.Time
}

// Join makes this process the node with a name. holder names the process: see store.Cluster. Start must be called, and Close in the end.
func Join(ctx context.Context, s store.Cluster, name, holder string, log hclog.Logger) (*Member, error) {
	m := &Member{store: s, log: log, renewed: time.Now(), limit: renewLimit, ended: make(chan struct{}), lost: make(chan struct{})}
	var err error
	m.epoch, err = s.JoinAs(ctx, name, holder)
	if err != nil {
		return nil, err
	}
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
	if err := m.renew(ctx); err != nil {
		return err
	}
	running, cancel := context.WithCancel(context.Background())
	m.cancel = cancel
	go m.run(running)
	return nil
}

// Close ends the renewals. If leave is set, it gives all parts back, which the workers must not be doing any more; otherwise they stay with
// the node until another process joins as it or its lease runs out.
func (m *Member) Close(ctx context.Context, leave bool) error {
	if m.cancel != nil {
		m.cancel()
		<-m.ended
	}
	if !leave {
		return nil
	}
	if err := m.store.Leave(ctx, m.epoch); !errors.Is(err, store.ErrFenced) {
		return err
	}
	return nil
}

func (m *Member) run(ctx context.Context) {
	defer close(m.ended)
	ticker := time.NewTicker(renewTime)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		err := m.renew(ctx)
		switch {
		case errors.Is(err, store.ErrFenced):
			close(m.lost)
			return
		case err != nil && ctx.Err() == nil:
			m.log.Error("the lease of this node cannot be renewed: it sends nothing until it can", "error", err)
		}
	}
}

// renew renews the lease and tells the workers which parts the node has.
func (m *Member) renew(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, m.limit)
	defer cancel()
	all := map[string]string{}
	of := make([]map[string]string, len(m.workers))
	for i, w := range m.workers {
		var err error
		if of[i], err = w.Parts(ctx); err != nil {
			return err
		}
		maps.Copy(all, of[i])
	}
	began := time.Now()
	r, err := m.store.Renew(ctx, m.epoch, store.Renewal{Parts: all, Released: m.released})
	if err != nil {
		return err
	}
	m.mu.Lock()
	m.renewed = began
	m.mu.Unlock()
	m.report(r)
	m.released = nil
	ending := map[string]bool{} // and not busy
	for _, part := range r.Unwanted {
		ending[part] = true
	}
	for i, w := range m.workers {
		var has []string
		for _, part := range r.Parts {
			if _, its := of[i][part]; its && !slices.Contains(r.Unwanted, part) {
				has = append(has, part)
			}
		}
		busy, err := w.Have(ctx, has)
		if err != nil {
			return err
		}
		for _, part := range busy {
			delete(ending, part)
		}
	}
	m.released = slices.Sorted(maps.Keys(ending))
	return nil
}

// report tells what has changed.
func (m *Member) report(r *store.Renewed) {
	if r.InDoubt > 0 {
		m.log.Warn("another node ended without recording the outcome of messages: they are unknown, and not sent again", "messages", r.InDoubt)
		if m.InDoubt != nil {
			m.InDoubt(r.InDoubt)
		}
	}
	if !slices.Equal(m.nodes, r.Nodes) {
		m.log.Info("the nodes of the store have changed", "nodes", r.Nodes)
	}
	m.nodes = r.Nodes
}
