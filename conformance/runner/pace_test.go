// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package runner

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestGraceFollowsTheMachine(t *testing.T) {
	t.Parallel()
	var p pace
	require.Zero(t, p.grace())
	p.delays[3] = 40 * time.Millisecond
	require.Equal(t, 800*time.Millisecond, p.grace())
	p.delays[4] = time.Minute
	require.Equal(t, maxGrace, p.grace(), "a machine excuses no more")
}

func TestPaceForgets(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var p pace
		p.delays[0] = time.Second
		ctx, cancel := context.WithCancel(t.Context())
		go p.watch(ctx)
		time.Sleep((paceMemory + 1) * paceInterval)
		require.Zero(t, p.grace(), "nothing waits for a processor in a bubble")
		cancel()
	})
}
