// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package meter

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var noon = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

func TestSamples(t *testing.T) {
	t.Parallel()
	m := &Meter{}
	m.Took(noon.Add(-2*time.Hour), 99) // the ring has this place anew
	m.Took(noon.Add(-Kept), 7)
	m.Took(noon.Add(-15*time.Second), 2)
	m.Took(noon.Add(-11*time.Second), 1)
	m.Waits(noon.Add(-12*time.Second), 40)
	m.Attempted(noon.Add(-12*time.Second), Path{"otp", "p.a"}, true)
	m.Attempted(noon.Add(-12*time.Second), Path{"otp", "p.a"}, false)
	m.Took(noon, 1000) // this step has not ended

	all := m.Samples(noon)
	require.Len(t, all, 360)
	require.Equal(t, Sample{At: noon.Add(-Kept), Taken: 7, Waiting: -1}, all[0])
	require.Equal(t, Sample{At: noon.Add(-20 * time.Second), Taken: 3, Accepted: 1, Failed: 1, Waiting: 40}, all[358])
	require.Equal(t, Sample{At: noon.Add(-10 * time.Second), Waiting: -1}, all[359])
	for _, s := range m.Samples(noon.Add(3 * Kept)) {
		require.Zero(t, s.Taken)
	}
}

func TestFlows(t *testing.T) {
	t.Parallel()
	m := &Meter{}
	a, b := Path{"otp", "p.a"}, Path{"otp", "p.b"}
	m.Attempted(noon.Add(-Recent), a, true) // too old at noon
	m.Attempted(noon.Add(-time.Minute), a, false)
	m.Attempted(noon, a, true)
	m.Attempted(noon, b, true)
	require.Equal(t, map[Path]Flow{a: {2, 1}, b: {1, 0}}, m.Flows(noon))
	require.Empty(t, m.Flows(noon.Add(2*Recent)))
}

func TestMeterIsShared(t *testing.T) {
	t.Parallel()
	m := &Meter{}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 100 {
				m.Took(noon, 1)
				m.Attempted(noon, Path{"r", "c"}, true)
				_ = m.Samples(noon)
			}
		})
	}
	all.Wait()
	require.Equal(t, 800, m.Flows(noon)[Path{"r", "c"}].Attempts)
	require.Equal(t, 800, m.Samples(noon.Add(Step))[359].Taken)
}
