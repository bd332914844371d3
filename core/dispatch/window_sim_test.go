// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

import (
	"container/heap"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// simulation is a window, messages and a vendor in a time of its own.
type simulation struct {
	vendor vendorModel
	// load says how many messages wait for the vendor. Nil means that messages always wait.
	load func(elapsed time.Duration) int
	most int

	w       *window
	now     time.Time
	events  events
	random  *rand.Rand
	free    []time.Time // when each server of the vendor is free
	tokens  float64
	refill  time.Time
	answers int
	refused int
	lost    int
	took    []time.Duration // what was answered since the last report
	sent    int             // of the load
}

// vendorModel says how a vendor behaves at a time since the start.
type vendorModel struct {
	// latency is the time that a request takes when the vendor has little to do.
	latency func(elapsed time.Duration, random *rand.Rand) time.Duration
	// servers is how many requests it works on at a time; further ones wait. 0 means that it has no limit.
	servers int
	// perSecond is the rate above which it refuses. 0 means that it does not.
	perSecond float64
	// timeout is how long the host waits. 0 means forever.
	timeout time.Duration
}

type event struct {
	at, began time.Time
	sign      windowSign
}

type events []event

func (e events) Len() int           { return len(e) }
func (e events) Less(i, j int) bool { return e[i].at.Before(e[j].at) }
func (e events) Swap(i, j int)      { e[i], e[j] = e[j], e[i] }
func (e *events) Push(x any)        { *e = append(*e, x.(event)) }
func (e *events) Pop() any {
	last := len(*e) - 1
	x := (*e)[last]
	*e = (*e)[:last]
	return x
}

var simulated = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// run goes on for a time and returns the throughput per second and the median latency.
func (s *simulation) run(length time.Duration) (perSecond float64, median time.Duration) {
	if s.w == nil {
		s.w = newWindow()
		if s.most > 0 {
			s.w.bound(s.most)
		}
		s.now, s.refill, s.random = simulated, simulated, rand.New(rand.NewPCG(1, 2))
		s.free = make([]time.Time, s.vendor.servers)
	}
	end := s.now.Add(length)
	begun := s.answers
	s.took = s.took[:0]
	for {
		s.fill()
		next := end.Add(1)
		if s.load != nil {
			next = s.now.Add(time.Millisecond) // the load may be larger then
		}
		if len(s.events) > 0 && s.events[0].at.Before(next) {
			next = s.events[0].at
		}
		if next.After(end) {
			s.now = end
			break
		}
		s.now = next
		if len(s.events) == 0 || s.events[0].at.After(s.now) {
			continue
		}
		e := heap.Pop(&s.events).(event)
		switch e.sign {
		case signAnswered:
			s.answers++
			s.took = append(s.took, e.at.Sub(e.began))
		case signRefused:
			s.refused++
		case signLost:
			s.lost++
		}
		s.w.answered(e.began, s.now, e.sign)
	}
	if len(s.took) > 0 {
		slices.Sort(s.took)
		median = s.took[len(s.took)/2]
	}
	return float64(s.answers-begun) / length.Seconds(), median
}

// fill sends what the window allows.
func (s *simulation) fill() {
	for len(s.events) < s.w.current() && (s.load == nil || s.sent < s.load(s.now.Sub(simulated))) {
		s.sent++
		s.w.sent(1, s.now)
		heap.Push(&s.events, s.request())
	}
}

// request returns the event that ends a request that is made now.
func (s *simulation) request() event {
	e := event{began: s.now, sign: signAnswered}
	needs := s.vendor.latency(s.now.Sub(simulated), s.random)
	if s.vendor.perSecond > 0 {
		s.tokens = min(s.vendor.perSecond/10, s.tokens+s.now.Sub(s.refill).Seconds()*s.vendor.perSecond)
		if s.refill = s.now; s.tokens < 1 {
			e.sign, e.at = signRefused, s.now.Add(needs)
			return e
		}
		s.tokens--
	}
	e.at = s.now.Add(needs)
	if s.vendor.servers > 0 {
		first := 0
		for i, at := range s.free {
			if at.Before(s.free[first]) {
				first = i
			}
		}
		if s.free[first].After(s.now) {
			e.at = s.free[first].Add(needs)
		}
		s.free[first] = e.at
	}
	if s.vendor.timeout > 0 && e.at.Sub(s.now) > s.vendor.timeout {
		e.at, e.sign = s.now.Add(s.vendor.timeout), signLost
	}
	return e
}

func always(d time.Duration) func(time.Duration, *rand.Rand) time.Duration {
	return func(time.Duration, *rand.Rand) time.Duration { return d }
}

// around returns latencies up to a tenth above and below d. With equal ones a vendor with several servers answers in bursts.
func around(d time.Duration) func(time.Duration, *rand.Rand) time.Duration {
	return func(_ time.Duration, random *rand.Rand) time.Duration {
		return time.Duration((0.9 + 0.2*random.Float64()) * float64(d))
	}
}

// The window finds what a vendor can do: it is large enough for the vendor's throughput and not so large that messages wait there.
func TestTheWindowSuitsTheVendor(t *testing.T) {
	t.Parallel()
	const ms = time.Millisecond
	type phase struct {
		length      time.Duration
		least, most int           // size of the window at the end
		perSecond   float64       // at least
		latency     time.Duration // the median, at most; 0 if it is not checked
	}
	for name, test := range map[string]struct {
		simulation
		phases []phase
	}{
		"a vendor of 200 ms without a limit": {simulation{vendor: vendorModel{latency: always(200 * ms)}}, []phase{
			{1400 * ms, 1024, 1024, 0, 0},
			{10 * time.Second, 1024, 1024, 5100, 200 * ms},
		}},
		"a vendor of 20 ms without a limit": {simulation{vendor: vendorModel{latency: always(20 * ms)}}, []phase{
			{200 * ms, 1024, 1024, 0, 0},
		}},
		"a machine that handles 25,000 a second": {simulation{vendor: vendorModel{latency: always(40 * time.Microsecond), servers: 1}}, []phase{
			{time.Second, 64, 256, 24_900, 10 * ms},
			{5 * time.Second, 64, 256, 24_900, 10 * ms},
		}},
		"a busy machine that handles 2,000 a second": {simulation{vendor: vendorModel{latency: always(500 * time.Microsecond), servers: 1}}, []phase{
			{time.Minute, 8, 64, 1_990, 30 * ms},
		}},
		"a vendor that works on 100 at a time": {simulation{vendor: vendorModel{latency: around(200 * ms), servers: 100}}, []phase{
			{5 * time.Second, 100, 250, 430, 0},
			{5 * time.Minute, 100, 180, 490, 360 * ms},
		}},
		"a vendor that works on 10 at a time": {simulation{vendor: vendorModel{latency: around(200 * ms), servers: 10}}, []phase{
			{time.Minute, 8, 24, 45, 0},
			{5 * time.Minute, 8, 24, 48, 480 * ms},
		}},
		"a vendor whose latency varies without a cause": {simulation{vendor: vendorModel{latency: func(_ time.Duration, r *rand.Rand) time.Duration {
			return 50*ms + time.Duration(r.ExpFloat64()*float64(150*ms))
		}}}, []phase{
			{5 * time.Second, 512, 1024, 0, 0},
			{20 * time.Second, 512, 1024, 4000, 0},
		}},
		"a vendor that becomes slower, and faster again": {simulation{vendor: vendorModel{latency: func(at time.Duration, _ *rand.Rand) time.Duration {
			if at > 10*time.Second && at < 40*time.Second {
				return 600 * ms
			}
			return 100 * ms
		}}}, []phase{
			{10 * time.Second, 1024, 1024, 0, 0},
			{15 * time.Second, 1024, 1024, 0, 0},
			{15 * time.Second, 1024, 1024, 1600, 0},
			{5 * time.Second, 1024, 1024, 8000, 0},
		}},
		"a vendor that refuses more than 500 a second": {simulation{vendor: vendorModel{latency: always(100 * ms), perSecond: 500}}, []phase{
			{5 * time.Second, 20, 80, 0, 0},
			{time.Minute, 20, 80, 400, 0},
		}},
		"a vendor that loses what waits longer than 2 s": {simulation{vendor: vendorModel{latency: around(500 * ms), servers: 20, timeout: 2 * time.Second}}, []phase{
			{time.Minute, 8, 60, 36, 0},
		}},
		"a vendor that never answers": {simulation{vendor: vendorModel{latency: always(time.Hour), timeout: time.Second}}, []phase{
			{10 * time.Second, 8, 8, 0, 0},
		}},
		"a bound": {simulation{vendor: vendorModel{latency: always(200 * ms)}, most: 100}, []phase{
			{5 * time.Second, 100, 100, 0, 0},
			{5 * time.Second, 100, 100, 490, 200 * ms},
		}},
		"a bound below the least": {simulation{vendor: vendorModel{latency: always(200 * ms)}, most: 3}, []phase{
			{5 * time.Second, 3, 3, 14, 200 * ms},
		}},
		"few messages": {simulation{vendor: vendorModel{latency: always(200 * ms)}, load: func(at time.Duration) int { return int(at / (20 * ms)) }}, []phase{
			{time.Minute, 16, 24, 49, 200 * ms},
		}},
		"bursts of a thousand": {simulation{vendor: vendorModel{latency: always(200 * ms)}, load: func(at time.Duration) int { return 1000 * int(1+at/(10*time.Second)) }}, []phase{
			{9 * time.Second, 500, 1024, 100, 0},
			{40 * time.Second, 1000, 1024, 99, 200 * ms},
		}},
		"a burst after a long pause": {simulation{vendor: vendorModel{latency: always(200 * ms)}, load: func(at time.Duration) int {
			if at < 5*time.Minute {
				return 10_000
			}
			return 10_016
		}}, []phase{
			{time.Minute, 1024, 1024, 0, 0},
			{4*time.Minute + 100*ms, 16, 16, 0, 0},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for i, want := range test.phases {
				perSecond, median := test.run(want.length)
				size := test.w.current()
				t.Logf("phase %d: window %d, %.0f/s, median %v, %d refused, %d lost", i+1, size, perSecond, median, test.refused, test.lost)
				require.GreaterOrEqual(t, size, want.least)
				require.LessOrEqual(t, size, want.most)
				require.GreaterOrEqual(t, perSecond, want.perSecond)
				if want.latency > 0 {
					require.LessOrEqual(t, median, want.latency)
				}
			}
		})
	}
}
