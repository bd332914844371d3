// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package metrics

import (
	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
)

// Histogram counts attempts by how long they took.
type Histogram struct {
	// Count is the number of attempts, and Sum how long they took together in seconds.
	Count int
	Sum   float64
	// Bounds are the upper bounds of Counts in seconds. The last of Counts has no bound.
	Bounds []float64
	Counts []int
}

// Latency returns how long attempts took from the handover to the outcome, by the address of the channel.
func (m *Metrics) Latency() map[string]Histogram {
	all := map[string]Histogram{}
	found := make(chan prometheus.Metric)
	go func() {
		m.sendSeconds.Collect(found)
		close(found)
	}()
	for metric := range found {
		var v dto.Metric
		if metric.Write(&v) != nil || len(v.GetLabel()) != 1 {
			continue
		}
		h := Histogram{Count: int(v.GetHistogram().GetSampleCount()), Sum: v.GetHistogram().GetSampleSum(), Bounds: seconds} //nolint:gosec // there are not so many attempts
		before := 0
		for _, b := range v.GetHistogram().GetBucket() {
			n := int(b.GetCumulativeCount()) //nolint:gosec // as above
			h.Counts = append(h.Counts, n-before)
			before = n
		}
		h.Counts = append(h.Counts, h.Count-before)
		all[v.GetLabel()[0].GetValue()] = h
	}
	return all
}
