// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package counts_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/wahost/wahost/core/gateway/counts"
	"github.com/wahost/wahost/core/gateway/store"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// source counts how often it counts, which takes a time.
type source struct {
	takes  time.Duration
	err    error
	counts int
}

func (s *source) Counts(ctx context.Context) (map[store.State]int, error) {
	s.counts++
	n := s.counts
	select {
	case <-time.After(s.takes):
		return map[store.State]int{store.StateDead: n}, s.err
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

func (*source) Troubles(_ context.Context, senders []string, n int) ([]store.TroubleCount, error) {
	return []store.TroubleCount{{Messages: n, Trouble: store.Trouble{Reason: senders[0]}}}, nil
}

func (*source) Backlog(context.Context) ([]store.Waiting, error) {
	return []store.Waiting{{Lane: "+49100"}}, nil
}

// A count is made again when it is old for what it took, and nobody waits for one that takes long.
func TestStates(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct {
		takes time.Duration
		// waits are pauses before a call, and want is what each call returns.
		waits []time.Duration
		want  []int
	}{
		"a fast count is made each time":          {0, []time.Duration{0, 0, 0}, []int{1, 2, 3}},
		"so is one that is not slow":              {50 * time.Millisecond, []time.Duration{0, 0}, []int{1, 2}},
		"one that is slow is kept for a moment":   {60 * time.Millisecond, []time.Duration{0, 2 * time.Second, 2 * time.Second}, []int{1, 1, 1}},
		"a long one is kept for a while":          {time.Second, []time.Duration{0, 10 * time.Second}, []int{1, 1}},
		"an old one is returned while one begins": {time.Second, []time.Duration{0, 40 * time.Second, 2 * time.Second}, []int{1, 1, 2}},
		"a stale one is not":                      {time.Second, []time.Duration{0, time.Minute}, []int{1, 2}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := counts.New(&source{takes: x.takes})
				defer c.Close()
				for i, wait := range x.waits {
					time.Sleep(wait)
					synctest.Wait()
					before := time.Now()
					got, at, err := c.States(t.Context())
					require.NoError(t, err)
					require.Equal(t, x.want[i], got[store.StateDead], "call %d", i)
					require.False(t, at.After(before), "call %d", i)
				}
			})
		})
	}
}

// Callers that come together share a count. After a change each gets a new one, and so it is after an error.
func TestForget(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &source{takes: time.Second}
		c := counts.New(s)
		defer c.Close()
		var all sync.WaitGroup
		for range 5 {
			all.Go(func() {
				got, _, err := c.States(t.Context())
				require.NoError(t, err)
				require.Equal(t, 1, got[store.StateDead])
			})
		}
		synctest.Wait()
		c.Forget() // the count that is under way does not know of the change
		got, _, err := c.States(t.Context())
		require.NoError(t, err)
		require.Equal(t, 2, got[store.StateDead])
		all.Wait()
		c.Forget()
		s.err = errors.New("the database is away")
		_, _, err = c.States(t.Context())
		require.ErrorIs(t, err, s.err)
		s.err = nil
		got, _, err = c.States(t.Context())
		require.NoError(t, err)
		require.Equal(t, 4, got[store.StateDead])
	})
}

// Who cannot wait gets the reason, and the end of the gateway ends a count.
func TestEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := counts.New(&source{takes: time.Hour})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, _, err := c.States(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		c.Close()
		_, _, err = c.States(t.Context())
		require.Error(t, err)
	})
}

// Keys that see different senders have different counts.
func TestKinds(t *testing.T) {
	t.Parallel()
	c := counts.New(&source{})
	defer c.Close()
	for _, sender := range []string{"1", "2"} {
		got, _, err := c.Troubles(t.Context(), []string{sender}, 7)
		require.NoError(t, err)
		require.Equal(t, []store.TroubleCount{{Messages: 7, Trouble: store.Trouble{Reason: sender}}}, got)
	}
	waiting, _, err := c.Backlog(t.Context())
	require.NoError(t, err)
	require.Equal(t, "+49100", waiting[0].Lane)
}
