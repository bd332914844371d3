// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package supervise

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/zclconf/go-cty/cty"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/catalog"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/launch"
	"github.com/wahost/wahost/sdk/client"
	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/provider"
)

// callTimeout bounds the calls that only configure.
const callTimeout = 10 * time.Second

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

// member is one provider of the pool.
type member struct {
	name       string
	supervisor *Supervisor
	logger     hclog.Logger

	mu        sync.Mutex
	providers []config.Provider
	channels  []config.Channel
	planned   bool
	prepared  int // generation that the plan was applied to
	state     map[addr.Channel]channelState
}

type channelState struct {
	checker *provider.Checker
	// problem says why the channel is not open; sick what the provider says of its health.
	problem, sick string
}

// Prefetch starts providers without waiting for them, so that they start side by side.
func (p *Pool) Prefetch(names []string) {
	for _, name := range names {
		_, _ = p.member(name)
	}
}

// member gives the provider's member, starting it at first use.
func (p *Pool) member(name string) (*member, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if m := p.members[name]; m != nil {
		return m, nil
	}
	path, sum, err := p.config.Find(name)
	if err != nil {
		return nil, err
	}
	m := &member{name: name, logger: p.config.Logger, state: map[addr.Channel]channelState{}}
	m.supervisor = New(Config{
		Name: name, Policy: p.config.Policy, Changed: p.config.Changed,
		Start: func(ctx context.Context) (*launch.Process, error) {
			return p.config.Launcher.Start(ctx, launch.Spec{Name: name, Path: path, SHA256: sum, Env: p.config.Env})
		},
		Prepare: func(ctx context.Context, i *Instance) error {
			_, err := m.prepare(ctx, i)
			if err == nil {
				go m.watchHealth(i, p.config.Changed)
			}
			return err
		},
	})
	p.members[name] = m
	return m, nil
}

// call makes one call to a provider that has started, under a deadline and the life of the process.
func (p *Pool) call(ctx context.Context, name string, f func(context.Context, *client.Client) error) error {
	m, err := p.member(name)
	if err != nil {
		return err
	}
	if err := m.supervisor.FirstStart(ctx); err != nil {
		return err
	}
	instance, err := m.supervisor.Acquire(ctx)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	joined, release := instance.Context(ctx)
	defer release()
	if err := f(joined, instance.Client); err != nil {
		return instance.explain(ctx, err)
	}
	return nil
}

// CrashError says that a provider ended while it was called.
type CrashError struct {
	Name   string
	Output []string
	Cause  error
}

// Error gives the end of the provider's output.
func (e *CrashError) Error() string {
	lines := append([]string{fmt.Sprintf("provider %q ended while it was called", e.Name)}, e.Output[max(0, len(e.Output)-12):]...)
	return strings.Join(lines, "\n  ")
}

// Unwrap gives the error of the call.
func (e *CrashError) Unwrap() error { return e.Cause }

// explain tells a process that died from a call that failed: the connection breaks a moment before its end shows.
func (i *Instance) explain(ctx context.Context, err error) error {
	if code := status.Code(err); code != codes.Unavailable && code != codes.Canceled {
		return err
	}
	wait := time.NewTimer(200 * time.Millisecond)
	defer wait.Stop()
	select {
	case <-i.Done():
		// Its last words are read by the time it has been ended.
		i.Kill()
		return &CrashError{Name: i.Name(), Output: i.LastOutput(), Cause: err}
	case <-wait.C:
	case <-ctx.Done():
	}
	return err
}

// Metadata asks a provider who it is.
func (p *Pool) Metadata(ctx context.Context, name string) (meta provider.Metadata, err error) {
	err = p.call(ctx, name, func(ctx context.Context, c *client.Client) (err error) {
		meta, err = c.Metadata(ctx)
		return err
	})
	return meta, err
}

// DefaultCapabilities asks a provider what a channel with default configuration carries; nil where it cannot say.
func (p *Pool) DefaultCapabilities(ctx context.Context, name string) (caps *provider.Capabilities, err error) {
	err = p.call(ctx, name, func(ctx context.Context, c *client.Client) (err error) {
		caps, err = c.DefaultCapabilities(ctx)
		return err
	})
	return caps, err
}

// Schema asks a provider for the schemas of its blocks.
func (p *Pool) Schema(ctx context.Context, name string) (s provider.Schema, err error) {
	err = p.call(ctx, name, func(ctx context.Context, c *client.Client) (err error) {
		s, err = c.Schema(ctx)
		return err
	})
	return s, err
}

// ValidateProvider asks a provider about a `provider` block, offline.
func (p *Pool) ValidateProvider(ctx context.Context, name string, value cty.Value) (ds diag.Diagnostics, err error) {
	err = p.call(ctx, name, func(ctx context.Context, c *client.Client) (err error) {
		ds, err = c.ValidateProviderConfig(ctx, value)
		return err
	})
	return ds, err
}

// ValidateChannel asks a provider about a `channel` block, offline.
func (p *Pool) ValidateChannel(ctx context.Context, name string, value cty.Value) (ds diag.Diagnostics, err error) {
	err = p.call(ctx, name, func(ctx context.Context, c *client.Client) (err error) {
		ds, err = c.ValidateChannelConfig(ctx, value)
		return err
	})
	return ds, err
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

func (m *member) plan(cfg *config.Config, name string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.planned, m.prepared, m.providers, m.channels = true, 0, nil, nil
	m.state = map[addr.Channel]channelState{}
	for _, pc := range cfg.Providers {
		if pc.Name == name {
			m.providers = append(m.providers, pc)
		}
	}
	for _, ch := range cfg.Channels {
		if ch.Addr.Provider == name {
			m.channels = append(m.channels, ch)
		}
	}
}

// prepare applies the plan to an instance, once. Diagnostics leave channels closed; an error means that the process
// could not be asked.
func (m *member) prepare(ctx context.Context, i *Instance) ([]Refusal, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.planned || m.prepared == i.Generation {
		return nil, nil
	}
	var refusals []Refusal
	refused := map[string]string{}
	for _, pc := range m.providers {
		bounded, cancel := context.WithTimeout(ctx, callTimeout)
		ds, err := i.Client.ConfigureProvider(bounded, pc.ID, pc.Value.Reveal())
		cancel()
		if err != nil {
			return refusals, fmt.Errorf("configure %s: %w", pc.ID, err)
		}
		if ds.HasErrors() {
			refusals = append(refusals, Refusal{Subject: pc.ID, Diagnostics: ds})
			refused[pc.ID] = ds.Err().Error()
		}
	}
	for _, ch := range m.channels {
		if why, ok := refused[ch.ProviderID]; ok {
			m.state[ch.Addr] = channelState{problem: fmt.Sprintf("provider %s was not configured: %s", ch.ProviderID, why)}
			continue
		}
		bounded, cancel := context.WithTimeout(ctx, callTimeout)
		caps, ds, err := i.Client.OpenChannel(bounded, ch.ProviderID, ch.Addr.String(), ch.Value.Reveal())
		cancel()
		if err != nil {
			return refusals, fmt.Errorf("open channel %s: %w", ch.Addr, err)
		}
		if ds.HasErrors() {
			refusals = append(refusals, Refusal{Subject: ch.Addr.String(), Diagnostics: ds})
			m.state[ch.Addr] = channelState{problem: "the provider refused the channel: " + ds.Err().Error()}
			continue
		}
		m.state[ch.Addr] = channelState{checker: provider.NewChecker(caps)}
	}
	m.prepared = i.Generation
	return refusals, nil
}

// watchHealth follows what the provider says of its channels for as long as the instance runs.
func (m *member) watchHealth(i *Instance, changed func()) {
	ctx, release := i.Context(context.Background())
	defer release()
	_ = i.Client.WatchHealth(ctx, func(all []client.ChannelHealth) {
		m.mu.Lock()
		for _, h := range all {
			a, err := addr.ParseChannel(h.ChannelID)
			state, ok := m.state[a]
			if err != nil || !ok {
				continue
			}
			state.sick = ""
			if !h.Healthy {
				state.sick = "the provider says: " + h.Detail
			}
			m.state[a] = state
		}
		m.mu.Unlock()
		if changed != nil {
			changed()
		}
	})
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
		if m.supervisor.Current() == nil {
			down = fmt.Sprintf("provider %q is not running", m.name)
			if crash := m.supervisor.LastCrash(); crash != nil {
				down = (&NotRunningError{Name: m.name, Crash: crash}).Error()
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
			channels[ch.Addr] = c
		}
		m.mu.Unlock()
	}
	return catalog.NewSnapshot(channels)
}

// Capabilities gives what the open channels can carry.
func (p *Pool) Capabilities() map[addr.Channel]provider.Capabilities {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := map[addr.Channel]provider.Capabilities{}
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

// NotAttemptedError says that nothing of a request was given to the vendor.
type NotAttemptedError struct{ Cause error }

// Error gives the cause.
func (e *NotAttemptedError) Error() string { return "not attempted: " + e.Cause.Error() }

// Unwrap gives the cause.
func (e *NotAttemptedError) Unwrap() error { return e.Cause }

// Send sends batches over one channel: see client.Client.SendMessages. It waits for a provider that is being
// restarted. The error is a *NotAttemptedError where it is certain that nothing was given to the vendor.
func (p *Pool) Send(ctx context.Context, ch addr.Channel, batches []client.Batch, answer func(provider.Outcome)) error {
	p.mu.Lock()
	m := p.members[ch.Provider]
	p.mu.Unlock()
	if m == nil {
		return &NotAttemptedError{Cause: fmt.Errorf("provider %q is not in the configuration", ch.Provider)}
	}
	instance, err := m.supervisor.Acquire(ctx)
	if err != nil {
		return &NotAttemptedError{Cause: err}
	}
	joined, release := instance.Context(ctx)
	defer release()
	err = instance.Client.SendMessages(joined, ch.String(), batches, answer)
	switch {
	case err == nil:
		return nil
	case status.Code(err) == codes.FailedPrecondition:
		return &NotAttemptedError{Cause: errors.New(status.Convert(err).Message())}
	}
	return instance.explain(ctx, err)
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
