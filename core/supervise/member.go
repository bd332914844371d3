// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package supervise

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/catalog"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/launch"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/client"
)

// member is one provider of the pool: its supervisor, the part of the configuration that it serves, and the state of
// its channels.
type member struct {
	name        string
	logger      hclog.Logger
	publish     func() // after each change of the state
	supervisor  *Supervisor
	narrow      func(addr.Channel, capability.Capabilities) Narrowed // nil if everything that is declared may be used
	webhookURL  func(addr.Channel) string                            // nil if the host serves no webhooks
	callTimeout time.Duration                                        // of each call that does not send

	mu       sync.Mutex // never held during a call to the provider
	plan     *plan      // nil before Open
	prepared *prepared  // how the plan is being applied, or was; nil before that
	channels map[addr.Channel]channelState
	// unhealthy holds what the running instance says of channels that are not healthy, by channel id.
	unhealthy map[string]string
}

// plan is the part of a configuration that one provider serves.
type plan struct {
	providers []config.Provider
	channels  []config.Channel
}

// has reports whether a channel with that id is in the plan.
func (p *plan) has(id string) bool {
	return slices.ContainsFunc(p.channels, func(ch config.Channel) bool { return ch.Addr.String() == id })
}

// prepared is the work of applying a plan to an instance, which is done once.
type prepared struct {
	plan     *plan
	instance *Instance
	done     chan struct{}
	// What came of it; valid when done is closed.
	refusals []Refusal
	err      error
}

// channelState is what came of opening a channel.
type channelState struct {
	checker *capability.Checker // nil if the channel is not open
	failure string              // the reason it is not open
	sender  string              // the sending identity of an open channel
	refused map[string]string   // the kinds that are declared and must not be used, with the reasons
}

// newMember starts a provider.
func newMember(p *Pool, spec launch.Spec) *member {
	m := &member{name: spec.Name, logger: p.config.Logger, publish: p.publish, narrow: p.config.Narrow, webhookURL: p.config.WebhookURL, callTimeout: p.callTimeout, unhealthy: map[string]string{}}
	m.supervisor = New(Config{
		Name: spec.Name, Policy: p.config.Policy, Changed: p.publish,
		Start: func(ctx context.Context) (*launch.Process, error) { return p.config.Launcher.Start(ctx, spec) },
		Prepare: func(ctx context.Context, i *Instance) error {
			m.forgetHealth()
			_, err := m.prepare(ctx, i)
			return err
		},
		Watch: m.watchHealth, Release: m.release,
	})
	return m
}

// setPlan takes the provider's part of a configuration. Its channels are not open until the plan was applied.
func (m *member) setPlan(cfg *config.Config) {
	next := &plan{}
	for _, pc := range cfg.Providers {
		if pc.Name == m.name && pc.Unusable == "" {
			next.providers = append(next.providers, pc)
		}
	}
	for _, ch := range cfg.Channels {
		if ch.Addr.Provider == m.name && ch.Unusable == "" {
			next.channels = append(next.channels, ch)
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.plan, m.channels = next, map[addr.Channel]channelState{}
}

// open applies the plan to the running instance and returns what the provider refused. A provider that does not run
// refuses nothing.
func (m *member) open(ctx context.Context) []Refusal {
	if m.supervisor.FirstStart(ctx) != nil {
		return nil
	}
	instance, err := m.supervisor.Acquire(ctx)
	if err != nil {
		return nil
	}
	joined, release := instance.Context(ctx)
	defer release()
	refusals, err := m.prepare(joined, instance)
	if err != nil {
		m.logger.Error("provider could not be configured", "provider", m.name, "error", err)
	}
	return refusals
}

// prepare applies the plan to an instance, once; who comes second waits for the first. What the provider refuses is
// returned and leaves channels closed. An error means that the provider could not be asked.
func (m *member) prepare(ctx context.Context, i *Instance) ([]Refusal, error) {
	for {
		m.mu.Lock()
		if m.plan == nil {
			m.mu.Unlock()
			return nil, nil
		}
		p := m.prepared
		first := p == nil || p.plan != m.plan || p.instance != i
		if first {
			p = &prepared{plan: m.plan, instance: i, done: make(chan struct{})}
			m.prepared = p
		}
		m.mu.Unlock()
		if first {
			p.refusals, p.err = m.apply(ctx, p)
			if p.err != nil {
				m.forget(p)
			}
			close(p.done)
			m.publish()
			return p.refusals, p.err
		}
		select {
		case <-p.done:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
		if p.err == nil {
			return p.refusals, nil
		}
	}
}

// forget lets a plan that could not be applied be applied again.
func (m *member) forget(p *prepared) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.prepared == p {
		m.prepared = nil
	}
}

// apply configures the provider and opens its channels.
func (m *member) apply(ctx context.Context, p *prepared) ([]Refusal, error) {
	var refusals []Refusal
	refused := map[string]string{}
	// The provider is about to learn secrets.
	if err := p.instance.CheckCertified(); err != nil {
		return nil, err
	}
	for _, pc := range p.plan.providers {
		bounded, cancel := context.WithTimeout(ctx, m.callTimeout)
		ds, err := p.instance.Client.ConfigureProvider(bounded, pc.ID, config.Reveal[cty.Value](pc.Value))
		cancel()
		if err != nil {
			return refusals, fmt.Errorf("configure %s: %w", pc.ID, err)
		}
		if ds.HasErrors() {
			refusals = append(refusals, Refusal{Subject: pc.ID, Diagnostics: ds})
			refused[pc.ID] = ds.Err().Error()
		}
	}
	for _, ch := range p.plan.channels {
		if reason, ok := refused[ch.ProviderID]; ok {
			m.setChannel(p, ch.Addr, channelState{failure: fmt.Sprintf("provider %s was not configured: %s", ch.ProviderID, reason)})
			continue
		}
		bounded, cancel := context.WithTimeout(ctx, m.callTimeout)
		request := client.OpenRequest{ProviderID: ch.ProviderID, ChannelID: ch.Addr.String(), Config: config.Reveal[cty.Value](ch.Value)}
		if m.webhookURL != nil {
			request.WebhookURL = m.webhookURL(ch.Addr)
		}
		opened, ds, err := p.instance.Client.OpenChannel(bounded, request)
		cancel()
		var unusable *client.UnusableError
		if errors.As(err, &unusable) {
			// It is this channel's fault alone: the process is not started again, and its other channels are used.
			m.logger.Error("channel cannot be used", "channel", ch.Addr.String(), "error", err)
			m.setChannel(p, ch.Addr, channelState{failure: err.Error()})
			continue
		}
		if err != nil {
			return refusals, fmt.Errorf("open channel %s: %w", ch.Addr, err)
		}
		if ds.HasErrors() {
			refusals = append(refusals, Refusal{Subject: ch.Addr.String(), Diagnostics: ds})
			m.setChannel(p, ch.Addr, channelState{failure: "the provider refused the channel: " + ds.Err().Error()})
			continue
		}
		may := Narrowed{Capabilities: opened.Capabilities}
		if m.narrow != nil {
			may = m.narrow(ch.Addr, opened.Capabilities)
		}
		m.setChannel(p, ch.Addr, channelState{checker: capability.NewChecker(may.Capabilities), sender: opened.Sender, refused: may.Refused})
	}
	return refusals, nil
}

// setChannel records what came of opening a channel, unless a newer plan or instance has come meanwhile.
func (m *member) setChannel(p *prepared, a addr.Channel, s channelState) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.prepared == p && m.plan == p.plan {
		m.channels[a] = s
	}
}

// releaseTimeout bounds release, in which somebody may have stopped the process at a breakpoint.
const releaseTimeout = 2 * time.Second

// release closes the channels that were opened on an instance, so that the next host finds none.
func (m *member) release(ctx context.Context, i *Instance) {
	ctx, cancel := context.WithTimeout(ctx, releaseTimeout)
	defer cancel()
	var open []string
	m.mu.Lock()
	if m.prepared != nil && m.prepared.instance == i {
		for _, ch := range m.prepared.plan.channels {
			if m.channels[ch.Addr].checker != nil {
				open = append(open, ch.Addr.String())
			}
		}
	}
	m.mu.Unlock()
	for _, id := range open {
		if err := i.Client.CloseChannel(ctx, id); err != nil {
			m.logger.Warn("channel could not be closed", "channel", id, "error", err)
		}
	}
}

// watchHealth follows what an instance says of the health of its channels until the context ends with the instance.
func (m *member) watchHealth(ctx context.Context, i *Instance) {
	// A provider that cannot tell its health counts as healthy.
	_ = i.Client.WatchHealth(ctx, m.setHealth)
}

// setHealth takes the health of some channels.
func (m *member) setHealth(news []client.ChannelHealth) {
	m.mu.Lock()
	for _, h := range news {
		switch {
		case h.Healthy || m.plan == nil || !m.plan.has(h.ChannelID):
			delete(m.unhealthy, h.ChannelID)
		default:
			m.unhealthy[h.ChannelID] = "the provider says: " + h.Detail
		}
	}
	m.mu.Unlock()
	m.publish()
}

// forgetHealth is called before a new instance is used.
func (m *member) forgetHealth() {
	m.mu.Lock()
	defer m.mu.Unlock()
	clear(m.unhealthy)
}

// describe adds the state of the member's channels.
func (m *member) describe(channels map[addr.Channel]catalog.Channel) {
	down, until := m.down()
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.plan == nil {
		return
	}
	for _, ch := range m.plan.channels {
		s := m.channels[ch.Addr]
		c := catalog.Channel{Checker: s.checker, Refused: s.refused, Sender: cmp.Or(ch.Sender, s.sender), Unhealthy: s.failure}
		if reason := m.unhealthy[ch.Addr.String()]; reason != "" {
			c.Unhealthy = reason
		}
		if down != "" {
			c.Unhealthy, c.Until = down, until
		}
		channels[ch.Addr] = c
	}
}

// down returns the reason that the provider is not running and when it will be started again; the reason is empty if it
// is running, the time is zero if it will not be started.
func (m *member) down() (reason string, until time.Time) {
	s := m.supervisor.state()
	switch {
	case s.running:
		return "", time.Time{}
	case s.crash == nil:
		reason = fmt.Sprintf("provider %q is not running", m.name)
	default:
		reason = (&NotRunningError{Name: m.name, Crash: s.crash}).Error()
	}
	return reason, s.next
}

// capabilities adds the capabilities of the member's open channels.
func (m *member) capabilities(all map[addr.Channel]capability.Capabilities) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for a, s := range m.channels {
		if s.checker != nil {
			all[a] = s.checker.Capabilities()
		}
	}
}
