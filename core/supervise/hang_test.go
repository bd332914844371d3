//go:build unix

// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package supervise

import (
	"context"
	"os"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/launch"
	"github.com/wahost/wahost/sdk/client"
)

// promptly fails the test if f waits for something that a test holds up.
func promptly(t *testing.T, name string, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	select {
	case <-done:
	case <-time.After(hang):
		t.Fatalf("%s waits", name)
	}
}

// configuration returns the configuration of one channel for each provider, with the url of the channel.
func configuration(urls map[string]string) *config.Config {
	cfg := &config.Config{}
	for name, url := range urls {
		cfg.Providers = append(cfg.Providers, config.Provider{Name: name, ID: name, Value: config.Hide(cty.ObjectVal(map[string]cty.Value{"token": cty.StringVal("t")}))})
		cfg.Channels = append(cfg.Channels, config.Channel{Addr: addr.Channel{Provider: name, Name: "main"}, ProviderID: name,
			Value: config.Hide(cty.ObjectVal(map[string]cty.Value{"url": cty.StringVal(url)}))})
	}
	return cfg
}

// A provider that hangs while its channel is opened keeps neither the state of the others nor the news of it away.
func TestAProviderThatHangs(t *testing.T) {
	t.Parallel()
	v := newVendor(t)
	p, _ := newPatientPool(t, "", Policy{FirstBackoff: time.Hour, MaxBackoff: time.Hour})
	slow, other := addr.Channel{Provider: "bad", Name: "main"}, addr.Channel{Provider: "bad2", Name: "main"}
	p.callTimeout = time.Hour // so that nothing waits for the slow provider and is released by its limit
	_, err := p.Open(t.Context(), configuration(map[string]string{"bad2": ""}), nil)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	opened := make(chan error, 1)
	go func() {
		_, err := p.Open(ctx, configuration(map[string]string{"bad": "open:" + v.URL}), nil)
		opened <- err
	}()
	<-v.arrived
	promptly(t, "Capabilities", func() {
		caps := p.Capabilities()
		assert.Contains(t, caps, other)
		assert.NotContains(t, caps, slow)
	})
	var pid int
	promptly(t, "Statuses", func() {
		for _, s := range p.Statuses() {
			if s.Name == "bad2" {
				pid = s.PID
			}
		}
	})
	promptly(t, "Snapshot", func() {
		c, ok := p.Snapshot().Channel(slow)
		assert.True(t, ok)
		assert.Nil(t, c.Checker, "it is not open yet")
		c, _ = p.Snapshot().Channel(other)
		assert.Empty(t, c.Unhealthy)
	})
	require.NoError(t, syscall.Kill(pid, syscall.SIGKILL))
	require.Eventually(t, func() bool {
		c, _ := p.Snapshot().Channel(other)
		return c.Unhealthy != "" && !c.Until.IsZero()
	}, hang, time.Millisecond, "the end of the other provider is in the snapshot")
	cancel()
	require.ErrorIs(t, <-opened, context.Canceled)
}

// Looking up a binary may take long, since it is hashed.
func TestABinaryThatIsSlowToFind(t *testing.T) {
	t.Parallel()
	l, err := launch.New(hclog.NewNullLogger())
	require.NoError(t, err)
	looking, release := make(chan struct{}), make(chan struct{})
	p := NewPool(PoolConfig{Launcher: l, Logger: hclog.NewNullLogger(), Policy: quick, Find: func(name string) (string, []byte, error) {
		if name == "slow" {
			close(looking)
			<-release
			return "", nil, os.ErrNotExist
		}
		return badProvider, nil, nil
	}})
	t.Cleanup(func() {
		p.Close(context.Background(), time.Second)
		require.NoError(t, l.Close())
	})
	require.Empty(t, open(t, p, ""))
	found := make(chan error, 1)
	go func() {
		_, err := p.Metadata(t.Context(), "slow")
		found <- err
	}()
	<-looking
	promptly(t, "Statuses", func() { assert.Len(t, p.Statuses(), 1) })
	promptly(t, "Snapshot", func() { p.Snapshot() })
	promptly(t, "Send", func() {
		o, err := send(p, "hello")
		assert.NoError(t, err)
		assert.NotNil(t, o.Accepted)
	})
	close(release)
	require.ErrorIs(t, <-found, os.ErrNotExist)
}

// What watches an instance has ended before the next instance is started, and before Stop returns.
func TestWatchEndsWithTheInstance(t *testing.T) {
	t.Parallel()
	l, err := launch.New(hclog.NewNullLogger())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, l.Close()) })
	var watching, starts atomic.Int32
	watched := make(chan *Instance, 2)
	s := New(Config{Name: "bad", Policy: quick,
		Start: func(ctx context.Context) (*launch.Process, error) {
			assert.Zero(t, watching.Load(), "nothing watches an earlier instance")
			starts.Add(1)
			return l.Start(ctx, launch.Spec{Name: "bad", Path: badProvider})
		},
		Watch: func(ctx context.Context, i *Instance) {
			watching.Add(1)
			defer watching.Add(-1)
			watched <- i
			<-ctx.Done()
		},
	})
	require.NoError(t, syscall.Kill((<-watched).PID(), syscall.SIGKILL))
	<-watched
	s.Stop(context.Background(), time.Second)
	require.Zero(t, watching.Load())
	require.EqualValues(t, 2, starts.Load())
	require.Zero(t, s.Stop(context.Background(), time.Second), "it may be stopped again")
	var stopped *NotRunningError
	require.ErrorAs(t, s.FirstStart(t.Context()), &stopped)
}

func TestNothingStartsAfterClose(t *testing.T) {
	t.Parallel()
	p, _ := newPool(t, "")
	open(t, p, "")
	p.Close(context.Background(), time.Second)
	_, err := p.Metadata(t.Context(), "bad2")
	require.ErrorIs(t, err, ErrClosed)
	_, err = send(p, "hello")
	require.ErrorContains(t, err, "is stopped")
	c, ok := p.Snapshot().Channel(main)
	require.True(t, ok)
	require.NotEmpty(t, c.Unhealthy)
}

func TestHealth(t *testing.T) {
	t.Parallel()
	published := 0
	m := &member{name: "bad", publish: func() { published++ }, unhealthy: map[string]string{}, plan: &plan{channels: []config.Channel{{Addr: main}}}}
	m.setHealth([]client.ChannelHealth{{ChannelID: "bad.main", Detail: "no credit"}, {ChannelID: "bad.other"}, {ChannelID: "?"}})
	require.Equal(t, map[string]string{"bad.main": "the provider says: no credit"}, m.unhealthy, "channels that are not configured are ignored")
	m.setHealth([]client.ChannelHealth{{ChannelID: "bad.main", Healthy: true}})
	require.Empty(t, m.unhealthy)
	require.Equal(t, 2, published)
}
