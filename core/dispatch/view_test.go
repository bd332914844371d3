// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/catalog"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

func TestTheViewIsCurrent(t *testing.T) {
	t.Parallel()
	sender := &fakeSender{}
	d := start(t, setup{}, sender)
	unhealthy := func() string {
		c, ok := d.Snapshot().Channel(first)
		require.True(t, ok)
		return c.Unhealthy
	}
	require.Empty(t, unhealthy())
	require.Same(t, sender.Snapshot(), d.Snapshot(), "without a closed channel there is nothing to add")

	d.channels[first].lane.Load().pauseUntil(time.Now().Add(time.Hour), "paused")
	require.Equal(t, "paused", unhealthy())
	require.Same(t, d.Snapshot(), d.Snapshot())

	checker := capability.NewChecker(capability.Capabilities{Kinds: []capability.Kind{{Kind: "text"}}, MaxRecipients: 10})
	sender.set(map[addr.Channel]catalog.Channel{first: {Checker: checker, Unhealthy: "the provider is down"}})
	require.Equal(t, "the provider is down", unhealthy(), "what the source tells comes first")
	c := d.channels[first]
	l := c.lane.Load()
	l.mu.Lock()
	defer l.mu.Unlock()
	require.Equal(t, 10, c.maxRecipients, "the channel adapts to new capabilities")
}

// The view is read for every message.
func TestReadingTheViewDoesNotAllocate(t *testing.T) {
	sender := &fakeSender{}
	d := start(t, setup{}, sender)
	d.Snapshot()
	d.channels[first].lane.Load().pauseUntil(time.Now().Add(time.Hour), "paused")
	require.Zero(t, testing.AllocsPerRun(100, func() { d.Snapshot() }))
}

func BenchmarkSnapshot(b *testing.B) {
	d := start(b, setup{}, &fakeSender{})
	b.ReportAllocs()
	for b.Loop() {
		d.Snapshot()
	}
}

// BenchmarkSend measures what the dispatcher adds to one call.
func BenchmarkSend(b *testing.B) {
	sender := &fakeSender{discard: true, send: each(func(addr.Channel, message.Delivery) outcome.Outcome { return outcome.Accept("v") })}
	d := start(b, setup{}, sender)
	req := request(d, 1, "p.first")
	req.To.Address = "+4915123456789"
	b.ReportAllocs()
	for b.Loop() {
		d.Send(b.Context(), req)
	}
}
