// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package server

import (
	"context"
	"strings"
	"sync"

	"github.com/wahost/wahost/sdk/internal/providerpb"
	"github.com/wahost/wahost/sdk/provider"
)

// healthBoard holds the last known health of each channel and notifies watchers of changes.
type healthBoard struct {
	mu       sync.Mutex
	states   map[*channel]*providerpb.ChannelHealth
	stops    map[*channel]context.CancelFunc
	watchers map[chan struct{}]struct{}
}

func (b *healthBoard) init() {
	b.states = map[*channel]*providerpb.ChannelHealth{}
	b.stops = map[*channel]context.CancelFunc{}
	b.watchers = map[chan struct{}]struct{}{}
}

// watch adds a channel. A channel that is not a HealthWatcher counts as healthy.
func (b *healthBoard) watch(ch *channel) {
	ctx, stop := context.WithCancel(context.Background())
	b.mu.Lock()
	b.states[ch] = &providerpb.ChannelHealth{ChannelId: ch.id, Healthy: true}
	b.stops[ch] = stop
	b.notify()
	b.mu.Unlock()
	if w, ok := ch.channel.(provider.HealthWatcher); ok {
		go func() {
			// After a panic, the channel keeps the health that was reported last.
			_ = guard("in WatchHealth", ch.id, func() {
				w.WatchHealth(ctx, func(healthy bool, detail string) { b.report(ch, healthy, detail) })
			})
		}()
	}
}

func (b *healthBoard) report(ch *channel, healthy bool, detail string) {
	detail = strings.ToValidUTF8(detail, "\uFFFD") // what is not UTF-8 would end the watch of all channels
	b.mu.Lock()
	defer b.mu.Unlock()
	if old, ok := b.states[ch]; ok && (old.GetHealthy() != healthy || old.GetDetail() != detail) {
		b.states[ch] = &providerpb.ChannelHealth{ChannelId: ch.id, Healthy: healthy, Detail: detail}
		b.notify()
	}
}

func (b *healthBoard) forget(ch *channel) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if stop := b.stops[ch]; stop != nil {
		stop()
	}
	delete(b.stops, ch)
	delete(b.states, ch)
	b.notify()
}

// notify wakes the watchers. The caller holds b.mu.
func (b *healthBoard) notify() {
	for w := range b.watchers {
		select {
		case w <- struct{}{}:
		default:
		}
	}
}

func (b *healthBoard) snapshot() *providerpb.WatchHealthResponse {
	b.mu.Lock()
	defer b.mu.Unlock()
	resp := &providerpb.WatchHealthResponse{}
	for _, h := range b.states {
		resp.Channels = append(resp.Channels, h)
	}
	return resp
}

// WatchHealth sends the health of all channels immediately and again on every change, until the call or the server ends.
func (s *Server) WatchHealth(_ *providerpb.WatchHealthRequest, stream providerpb.ProviderService_WatchHealthServer) error {
	changed := make(chan struct{}, 1)
	s.health.mu.Lock()
	s.health.watchers[changed] = struct{}{}
	s.health.mu.Unlock()
	defer func() {
		s.health.mu.Lock()
		delete(s.health.watchers, changed)
		s.health.mu.Unlock()
	}()
	for {
		if err := stream.Send(s.health.snapshot()); err != nil {
			return err
		}
		select {
		case <-changed:
		case <-stream.Context().Done():
			return nil
		case <-s.calls.base.Done():
			return nil
		}
	}
}
