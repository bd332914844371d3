// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package supervise

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/catalog"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/launch"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/diag"
)

// Pool runs the providers of a configuration: one supervised process for each provider, which serves all its aliases
// and channels. Schemas and validation are available as soon as a process runs; messages can be sent after Open. A Pool
// is safe for concurrent use. It must be closed.
//
// No lock is held during a call to a provider, so that a provider that hangs does not hold up the others.
type Pool struct {
	// records is set once a call has several deliveries. From then on, providers are asked to record which they begin.
	records atomic.Bool
	config  PoolConfig
	// callTimeout is the constant, except in tests.
	callTimeout time.Duration
	// finding is held while a provider is looked up, which may read large files.
	finding sync.Mutex

	mu      sync.Mutex
	members map[string]*member
	// unusable are the channels whose provider was not started, or that the provider refused before it was configured.
	unusable map[addr.Channel]catalog.Channel
	closed   bool
	opening  sync.WaitGroup // the calls of Open that were not waited for

	// publishing orders the snapshots: whoever publishes sees all changes before its own.
	publishing sync.Mutex
	snapshot   atomic.Pointer[catalog.Snapshot]
}

// PoolConfig configures a pool.
type PoolConfig struct {
	Launcher *launch.Launcher
	// Find returns the path of a provider's binary and the sha256 that the binary must have, or nil for any. It is
	// called by one goroutine at a time.
	Find func(name string) (path string, sha256 []byte, err error)
	// Certified returns what the process of a provider that was found may execute, or nil for anything. It may be nil.
	Certified func(name string) *launch.Certified
	// Narrow returns what a channel may be used for, of what its provider declares. It may be nil.
	Narrow func(ch addr.Channel, declared capability.Capabilities) Narrowed
	// WebhookURL returns the URL at which a channel's vendor reaches the host's webhooks, or "". It may be nil.
	WebhookURL func(ch addr.Channel) string
	// MemoryLimit returns the largest resident memory of a provider's process in bytes, or 0 for no limit. It may be nil.
	MemoryLimit func(name string) int64
	// Env is added to the environment of each provider.
	Env    []string
	Logger hclog.Logger
	Policy Policy
}

// ErrClosed is the error of calls to a pool that was closed.
var ErrClosed = errors.New("the providers were stopped")

// NewPool returns a pool that runs nothing yet.
func NewPool(config PoolConfig) *Pool {
	p := &Pool{config: config, callTimeout: callTimeout, members: map[string]*member{}}
	p.publish()
	return p
}

// Prefetch starts providers without waiting for them, so that they start at the same time. Errors are returned by the
// first call that needs the provider.
func (p *Pool) Prefetch(names []string) {
	for _, name := range names {
		_, _ = p.member(name)
	}
}

// member returns the member for a provider. The first call for a provider starts it.
func (p *Pool) member(name string) (*member, error) {
	if m, err := p.started(name); m != nil || err != nil {
		return m, err
	}
	p.finding.Lock()
	defer p.finding.Unlock()
	if m, err := p.started(name); m != nil || err != nil {
		return m, err
	}
	path, sum, err := p.config.Find(name)
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, ErrClosed
	}
	spec := launch.Spec{Name: name, Path: path, SHA256: sum, Env: p.config.Env}
	if p.config.Certified != nil {
		spec.Certified = p.config.Certified(name)
	}
	if p.config.MemoryLimit != nil {
		spec.MemoryLimit = p.config.MemoryLimit(name)
	}
	m := newMember(p, spec)
	p.members[name] = m
	return m, nil
}

// started returns the member for a provider, or nil if the provider was not started yet.
func (p *Pool) started(name string) (*member, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return nil, ErrClosed
	}
	return p.members[name], nil
}

// all returns the members, ordered by name.
func (p *Pool) all() []*member {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.SortedFunc(maps.Values(p.members), func(a, b *member) int { return strings.Compare(a.name, b.name) })
}

// Narrowed is what a channel may be used for.
type Narrowed struct {
	Capabilities capability.Capabilities
	// Refused are the kinds of message that the provider declares and the channel must not carry, with the reasons.
	Refused map[string]string
}

// Refusal is what a provider said against a block when it was configured.
type Refusal struct {
	// Subject is the provider configuration ("innopaas.eu") or the channel ("innopaas.in_otp").
	Subject     string
	Diagnostics diag.Diagnostics
}

// Open configures the providers and opens the channels of a configuration. It returns what the providers refused. If a
// provider cannot be run, its channels are unhealthy and Open does not fail, since other channels may be able to carry
// the messages. A provider none of whose channels can be used is not started.
//
// giveUp returns a channel for a provider. When it is closed, Open no longer waits for the provider, which goes on in the
// background. A nil channel, or a nil function, makes Open wait until the end.
func (p *Pool) Open(ctx context.Context, cfg *config.Config, giveUp func(provider string) <-chan struct{}) ([]Refusal, error) {
	planned, err := p.plan(cfg)
	if err != nil {
		return nil, err
	}
	p.publish()
	var (
		mu       sync.Mutex
		refusals []Refusal
		waited   sync.WaitGroup
	)
	for _, m := range planned {
		opened := make(chan struct{})
		p.opening.Go(func() {
			defer close(opened)
			refused := m.open(ctx)
			mu.Lock()
			defer mu.Unlock()
			refusals = append(refusals, refused...)
		})
		waited.Go(func() {
			var late <-chan struct{}
			if giveUp != nil {
				late = giveUp(m.name)
			}
			select {
			case <-opened:
			case <-late:
			}
		})
	}
	waited.Wait()
	mu.Lock()
	defer mu.Unlock()
	refusals = slices.Clone(refusals)
	slices.SortFunc(refusals, func(a, b Refusal) int { return strings.Compare(a.Subject, b.Subject) })
	return refusals, ctx.Err()
}

// Snapshot returns the state of all channels. It is always current and costs one atomic load.
func (p *Pool) Snapshot() *catalog.Snapshot { return p.snapshot.Load() }

// publish makes a snapshot of the present state.
func (p *Pool) publish() {
	p.publishing.Lock()
	defer p.publishing.Unlock()
	channels := map[addr.Channel]catalog.Channel{}
	for _, m := range p.all() {
		m.describe(channels)
	}
	p.mu.Lock()
	maps.Copy(channels, p.unusable)
	p.mu.Unlock()
	p.snapshot.Store(catalog.NewSnapshot(channels))
}

// Capabilities returns the capabilities of the channels that are open.
func (p *Pool) Capabilities() map[addr.Channel]capability.Capabilities {
	all := map[addr.Channel]capability.Capabilities{}
	for _, m := range p.all() {
		m.capabilities(all)
	}
	return all
}

// Status is the state of one provider of the pool.
type Status struct {
	Name string
	// PID and Generation are 0 if the provider is not running.
	PID        int
	Generation int
	// Started is when the process was started, or zero if the provider is not running.
	Started time.Time
	// Memory is the resident memory of the process in bytes, or 0 if it is not known.
	Memory int64
	// Restarts is how often the provider was started again.
	Restarts int
	// Crash is the last crash, or nil if there was none.
	Crash *Crash
}

// Statuses returns the state of the providers of the pool, ordered by name.
func (p *Pool) Statuses() []Status {
	var all []Status
	for _, m := range p.all() {
		s := Status{Name: m.name, Crash: m.supervisor.LastCrash(), Restarts: m.supervisor.restarts()}
		if i := m.supervisor.Current(); i != nil {
			s.PID, s.Generation, s.Started, s.Memory = i.PID(), i.Generation, i.Started, i.Memory()
		}
		all = append(all, s)
	}
	return all
}

// Close ends all providers. They may finish what is in flight within the grace. It returns the number of deliveries that
// were abandoned without an outcome. Afterwards no provider can be started; what the pool knows of them stays.
func (p *Pool) Close(ctx context.Context, grace time.Duration) int {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	var (
		abandoned atomic.Int64
		stopping  sync.WaitGroup
	)
	for _, m := range p.all() {
		stopping.Go(func() { abandoned.Add(int64(m.supervisor.Stop(ctx, grace))) })
	}
	stopping.Wait()
	p.opening.Wait()
	p.publish()
	return int(abandoned.Load())
}
