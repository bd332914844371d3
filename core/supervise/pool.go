// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package supervise

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/catalog"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/launch"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/diag"
)

// Pool runs the providers of a configuration: one supervised process for each provider, which serves all its
// aliases and channels. It answers schemas and validation as soon as a process runs, and sends once Open was called.
type Pool struct {
	config PoolConfig

	mu      sync.Mutex
	members map[string]*member
}

// PoolConfig makes a pool.
type PoolConfig struct {
	Launcher *launch.Launcher
	// Find gives the binary of a provider and the sha256 that it must have, which is nil for any.
	Find func(name string) (path string, sha256 []byte, err error)
	// Env is added to the environment of each provider.
	Env    []string
	Logger hclog.Logger
	Policy Policy
	// Changed is called whenever Snapshot would answer something else. May be nil.
	Changed func()
}

// NewPool makes a pool that runs nothing yet.
func NewPool(config PoolConfig) *Pool {
	return &Pool{config: config, members: map[string]*member{}}
}

// Prefetch starts providers without waiting for them, so that they start side by side.
func (p *Pool) Prefetch(names []string) {
	for _, name := range names {
		_, _ = p.member(name)
	}
}

// Refusal is what a provider said against a block when it was configured.
type Refusal struct {
	// Subject is the provider configuration ("innopaas.eu") or the channel ("innopaas.in_otp").
	Subject     string
	Diagnostics diag.Diagnostics
}

// Open configures the providers and opens the channels of a configuration. A provider that cannot be run leaves its
// channels unhealthy and is no error here: other channels may do. What providers refuse is returned.
func (p *Pool) Open(ctx context.Context, cfg *config.Config) ([]Refusal, error) {
	plans := map[string]*member{}
	for _, pc := range cfg.Providers {
		m, err := p.member(pc.Name)
		if err != nil {
			return nil, err
		}
		if plans[pc.Name] == nil {
			plans[pc.Name] = m
			m.plan(cfg, pc.Name)
		}
	}
	var (
		mu       sync.Mutex
		refusals []Refusal
		group    sync.WaitGroup
	)
	for _, m := range plans {
		group.Go(func() {
			if m.supervisor.FirstStart(ctx) != nil {
				return
			}
			instance, err := m.supervisor.Acquire(ctx)
			if err != nil {
				return
			}
			joined, release := instance.Context(ctx)
			defer release()
			refused, err := m.prepare(joined, instance)
			if err != nil {
				p.config.Logger.Error("provider could not be configured", "provider", m.name, "error", err)
			}
			mu.Lock()
			refusals = append(refusals, refused...)
			mu.Unlock()
		})
	}
	group.Wait()
	slices.SortFunc(refusals, func(a, b Refusal) int { return strings.Compare(a.Subject, b.Subject) })
	if p.config.Changed != nil {
		p.config.Changed()
	}
	return refusals, ctx.Err()
}

// Snapshot gives the state of all planned channels.
func (p *Pool) Snapshot() *catalog.Snapshot {
	p.mu.Lock()
	members := make([]*member, 0, len(p.members))
	for _, m := range p.members {
		members = append(members, m)
	}
	p.mu.Unlock()
	channels := map[addr.Channel]catalog.Channel{}
	for _, m := range members {
		down := ""
		var until time.Time
		if m.supervisor.Current() == nil {
			down = fmt.Sprintf("provider %q is not running", m.name)
			if crash := m.supervisor.LastCrash(); crash != nil {
				down = (&NotRunningError{Name: m.name, Crash: crash}).Error()
			}
			if next, ok := m.supervisor.Restarting(); ok {
				until = next
			}
		}
		m.mu.Lock()
		for _, ch := range m.channels {
			s := m.state[ch.Addr]
			c := catalog.Channel{Checker: s.checker, Unhealthy: s.problem}
			for _, why := range []string{s.sick, down} {
				if why != "" {
					c.Unhealthy = why
				}
			}
			if c.Unhealthy == down {
				c.Until = until
			}
			channels[ch.Addr] = c
		}
		m.mu.Unlock()
	}
	return catalog.NewSnapshot(channels)
}

// Capabilities gives what the open channels can carry.
func (p *Pool) Capabilities() map[addr.Channel]capability.Capabilities {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := map[addr.Channel]capability.Capabilities{}
	for _, m := range p.members {
		m.mu.Lock()
		for a, s := range m.state {
			if s.checker != nil {
				all[a] = s.checker.Capabilities()
			}
		}
		m.mu.Unlock()
	}
	return all
}

// Status says how a provider of the pool is doing.
type Status struct {
	Name       string
	PID        int
	Generation int
	Crash      *Crash
}

// Statuses lists the providers of the pool by name.
func (p *Pool) Statuses() []Status {
	p.mu.Lock()
	defer p.mu.Unlock()
	var all []Status
	for name, m := range p.members {
		s := Status{Name: name, Crash: m.supervisor.LastCrash()}
		if i := m.supervisor.Current(); i != nil {
			s.PID, s.Generation = i.PID(), i.Generation
		}
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b Status) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// Close ends all providers, letting them finish what is in flight within the grace. It gives the number of deliveries
// that were abandoned without an outcome.
func (p *Pool) Close(ctx context.Context, grace time.Duration) int {
	p.mu.Lock()
	members := p.members
	p.members = map[string]*member{}
	p.mu.Unlock()
	var (
		mu        sync.Mutex
		abandoned int
		group     sync.WaitGroup
	)
	for _, m := range members {
		group.Go(func() {
			n := m.supervisor.Stop(ctx, grace)
			mu.Lock()
			abandoned += n
			mu.Unlock()
		})
	}
	group.Wait()
	return abandoned
}
