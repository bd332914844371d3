// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package supervise

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/hashicorp/go-hclog"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/launch"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/client"
)

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
	checker *capability.Checker
	// problem says why the channel is not open; sick what the provider says of its health.
	problem, sick string
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
		var unusable *client.UnusableError
		if errors.As(err, &unusable) {
			// It is this channel's fault alone: the process is not started again, and its other channels are used.
			m.logger.Error("channel cannot be used", "channel", ch.Addr.String(), "error", err)
			m.state[ch.Addr] = channelState{problem: err.Error()}
			continue
		}
		if err != nil {
			return refusals, fmt.Errorf("open channel %s: %w", ch.Addr, err)
		}
		if ds.HasErrors() {
			refusals = append(refusals, Refusal{Subject: ch.Addr.String(), Diagnostics: ds})
			m.state[ch.Addr] = channelState{problem: "the provider refused the channel: " + ds.Err().Error()}
			continue
		}
		m.state[ch.Addr] = channelState{checker: capability.NewChecker(caps)}
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
