// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package vendorhttp

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPoolKeepsWhatWasUsed(t *testing.T) {
	t.Parallel()
	const parallel = 300
	var conns, waiting atomic.Int32
	release := make(chan struct{}, parallel)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		if waiting.Add(1)%parallel == 0 {
			for range parallel {
				release <- struct{}{}
			}
		}
		<-release
	}))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			conns.Add(1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	c := newClient(t, server.URL, func(o *Options) { o.Timeout = time.Minute })
	for range 3 {
		var group sync.WaitGroup
		for range parallel {
			group.Go(func() {
				_, failure := c.PostJSON(t.Context(), "/x", 1)
				assert.Nil(t, failure)
			})
		}
		group.Wait()
	}
	assert.Equal(t, int32(parallel), conns.Load())
	assert.Len(t, c.pool.idle, parallel)
	_, failure := c.PostJSON(contextThatEnds(t), "/x", 1)
	assert.NotNil(t, failure)
	assert.Len(t, c.pool.idle, parallel, "no connection is lost to a request that was cancelled before")
	require.NoError(t, c.Close())
	assert.Empty(t, c.pool.idle)
	l, _ := lineOf(t)
	c.pool.put(l)
	assert.Empty(t, c.pool.idle, "a closed pool keeps nothing")
}

// contextThatEnds returns a context that has ended.
func contextThatEnds(t *testing.T) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}

// lineOf returns a line, and whether it was closed.
func lineOf(t *testing.T) (*line, func() bool) {
	t.Helper()
	ours, theirs := net.Pipe()
	t.Cleanup(func() { _, _ = ours.Close(), theirs.Close() })
	raw := &watchedConn{Conn: ours, own: true}
	return newLine(raw, raw), func() bool {
		_ = ours.SetReadDeadline(time.Now())
		_, err := ours.Read(make([]byte, 1))
		return errors.Is(err, io.ErrClosedPipe)
	}
}

func TestPoolOrderAndAge(t *testing.T) {
	t.Parallel()
	base, err := parseEndpoint("http://vendor.example")
	require.NoError(t, err)
	p := newPool(base, 3, true)
	take := func() *line {
		p.dial = func(context.Context, string, string) (net.Conn, error) { return nil, io.EOF }
		l, err := p.line(newLimit(t.Context(), time.Minute), &attempt{})
		assert.Equal(t, l == nil, err != nil)
		return l
	}
	assert.Nil(t, take())
	a, aClosed := lineOf(t)
	b, bClosed := lineOf(t)
	c, cClosed := lineOf(t)
	d, dClosed := lineOf(t)
	for _, l := range []*line{a, b, c, d} {
		p.put(l)
	}
	assert.True(t, dClosed(), "there are three already")
	assert.Same(t, c, take(), "the one that was used last")
	p.put(c)
	a.since = a.since.Add(-idleTimeout)
	p.reap()
	assert.True(t, aClosed())
	assert.False(t, bClosed())
	assert.Equal(t, []*line{b, c}, p.idle)
	assert.NotNil(t, p.reaper, "the others get old too")
	b.since, c.since = b.since.Add(-2*idleTimeout), c.since.Add(-2*idleTimeout)
	assert.Nil(t, take(), "both are too old, even if nobody has closed them")
	p.reap()
	assert.True(t, bClosed())
	assert.True(t, cClosed())
	assert.Nil(t, p.reaper)
	e, eClosed := lineOf(t)
	p.put(e)
	p.close()
	assert.True(t, eClosed())
}

// Whoever sets a deadline finds that it has passed when a request fails for it, as with net/http.
func TestTheContextHasEndedToo(t *testing.T) {
	t.Parallel()
	c := newClient(t, rawServer(t, true, func(conn *net.TCPConn) { _, _ = io.Copy(io.Discard, conn) }))
	for range 50 {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		_, failure := c.PostJSON(ctx, "/", []byte("{}"))
		require.ErrorIs(t, ctx.Err(), context.DeadlineExceeded)
		require.True(t, failure.Timeout)
		require.False(t, failure.Canceled)
		cancel()
	}
}
