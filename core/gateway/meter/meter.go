// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package meter remembers what a gateway did in the last hour, for curves, and how the messages of each route left in the last minutes.
// It is in memory and of one process. Nothing in it has a phone number or a text.
package meter

import (
	"sync"
	"time"
)

const (
	// Step is the time that a sample is of.
	Step = 10 * time.Second
	// Kept is how long samples are kept.
	Kept = time.Hour
	// Recent is how long attempts of a route are counted.
	Recent = 5 * time.Minute

	samples = int64(Kept / Step)
	steps   = int64(Recent / Step)
	// slots has room for the step that has not ended.
	slots = samples + 1
)

// Sample is what happened in one Step.
type Sample struct {
	// At is the beginning of the step.
	At time.Time
	// Taken is the number of messages that the gateway took. Accepted and Failed are numbers of attempts: those that a vendor accepted,
	// and those that were rejected or whose outcome is unknown.
	Taken, Accepted, Failed int
	// Waiting is the number of messages that were waiting or under way in the step, or -1 if nobody counted.
	Waiting int
}

// Path is a route and one of its channels. The route is empty for messages that named their channel.
type Path struct{ Route, Channel string }

// Flow is how many attempts messages made on a Path.
type Flow struct{ Attempts, Failed int }

// Meter counts. The zero value is ready, and its methods are safe for concurrent use.
type Meter struct {
	mu      sync.Mutex
	samples [slots]stepped[Sample]
	flows   map[Path]*[steps]stepped[Flow]
}

// stepped is a value of a step, which is the number of steps since 1970. A later step takes the place of one that is too old.
type stepped[T any] struct {
	step  int64
	value T
}

func stepOf(at time.Time) int64 { return at.Unix() / int64(Step/time.Second) }

// sample returns the sample of a time. m.mu must be held.
func (m *Meter) sample(at time.Time) *Sample {
	step := stepOf(at)
	s := &m.samples[step%slots]
	if s.step != step {
		*s = stepped[Sample]{step, Sample{Waiting: -1}}
	}
	return &s.value
}

// Took counts messages that the gateway took.
func (m *Meter) Took(at time.Time, messages int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sample(at).Taken += messages
}

// Waits records how many messages wait or are under way.
func (m *Meter) Waits(at time.Time, messages int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sample(at).Waiting = messages
}

// Attempted counts an attempt. It failed unless a vendor accepted the message.
func (m *Meter) Attempted(at time.Time, p Path, accepted bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.sample(at)
	if m.flows == nil {
		m.flows = map[Path]*[steps]stepped[Flow]{}
	}
	ring := m.flows[p]
	if ring == nil {
		ring = &[steps]stepped[Flow]{}
		m.flows[p] = ring
	}
	step := stepOf(at)
	f := &ring[step%steps]
	if f.step != step {
		*f = stepped[Flow]{step: step}
	}
	f.value.Attempts++
	if accepted {
		s.Accepted++
		return
	}
	s.Failed++
	f.value.Failed++
}

// Samples returns the samples of the hour before a time, the oldest first and one for each step. The last step has not ended yet, and is
// not among them.
func (m *Meter) Samples(now time.Time) []Sample {
	m.mu.Lock()
	defer m.mu.Unlock()
	end := stepOf(now)
	all := make([]Sample, 0, samples)
	for step := end - samples; step < end; step++ {
		v := Sample{Waiting: -1}
		if s := m.samples[step%slots]; s.step == step {
			v = s.value
		}
		v.At = time.Unix(step*int64(Step/time.Second), 0).UTC()
		all = append(all, v)
	}
	return all
}

// Flows returns the attempts of the minutes before a time. Paths without an attempt are absent.
func (m *Meter) Flows(now time.Time) map[Path]Flow {
	m.mu.Lock()
	defer m.mu.Unlock()
	oldest := stepOf(now) - steps + 1
	sums := map[Path]Flow{}
	for p, ring := range m.flows {
		var sum Flow
		for _, f := range ring {
			if f.step >= oldest {
				sum.Attempts += f.value.Attempts
				sum.Failed += f.value.Failed
			}
		}
		if sum.Attempts > 0 {
			sums[p] = sum
		}
	}
	return sums
}
