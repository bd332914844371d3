// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package broadcast

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// A slow vendor has as many messages under way as a channel sends at once, and a fast one few.
func TestTheLatencyDecidesWhatIsUnderWay(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		latency time.Duration
		want    int
	}{
		"a vendor on this machine": {time.Millisecond, leastUnderWay},
		"10 ms":                    {10 * time.Millisecond, leastUnderWay},
		"20 ms":                    {20 * time.Millisecond, 64},
		"200 ms":                   {200 * time.Millisecond, 985},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				p := newPacer(singlePace)
				for i := range 2*pacerSamples + 1 {
					if i < pacerSamples {
						require.Equal(t, leastUnderWay, p.limit(time.Now()), "few until the latency is known")
					}
					require.NoError(t, p.enter(t.Context(), t.Context(), 1))
					p.leave(test.latency)
				}
				require.InDelta(t, test.want, p.limit(time.Now()), 1)
			})
		})
	}
}

func TestThePacerWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPacer(singlePace)
		require.NoError(t, p.enter(t.Context(), t.Context(), leastUnderWay))
		ctx, cancel := context.WithCancelCause(t.Context())
		entered := make(chan error, 1)
		go func() { entered <- p.enter(t.Context(), ctx, 8) }()
		synctest.Wait()
		require.Empty(t, entered)
		for range 8 {
			p.leave(time.Millisecond)
		}
		require.NoError(t, <-entered)
		go func() { entered <- p.enter(t.Context(), ctx, 8) }()
		synctest.Wait()
		stop := errors.New("stop")
		cancel(stop)
		require.ErrorIs(t, <-entered, stop)
		// A vendor that does not answer at all does not hold up the rest.
		began := time.Now()
		require.NoError(t, p.enter(t.Context(), t.Context(), 64))
		require.GreaterOrEqual(t, time.Since(began), pacerPatience)
	})
}
