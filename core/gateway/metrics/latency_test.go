// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package metrics

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/sdk/outcome"
)

func TestLatency(t *testing.T) {
	t.Parallel()
	m := New(func() State { return State{} })
	require.Empty(t, m.Latency())
	ch := addr.Channel{Provider: "p", Name: "first"}
	for _, took := range []time.Duration{500 * time.Microsecond, 3 * time.Millisecond, 4 * time.Millisecond, 2 * time.Minute} {
		m.Sent(ch, outcome.Accept(""), took)
	}
	h := m.Latency()["p.first"]
	require.Equal(t, 4, h.Count)
	require.InDelta(t, 120.0075, h.Sum, 1e-9)
	require.Len(t, h.Counts, len(h.Bounds)+1)
	require.Equal(t, []int{1, 0, 2}, h.Counts[:3])
	require.Equal(t, 1, h.Counts[len(h.Counts)-1])
}
