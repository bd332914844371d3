// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"errors"
	"sync"
	"time"

	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/report"
)

const (
	// checkTimeout bounds one run of a check, aloneTimeout one that measures time.
	checkTimeout = 20 * time.Second
	aloneTimeout = 30 * time.Second
	// sharedStations are the processes of the lane Shared.
	sharedStations = 2
	// ownParallel is how many checks with processes of their own run at a time.
	ownParallel = 3
	// aloneTries is how often a check of the lane Alone may be run.
	aloneTries = 3
)

// scheduler runs a plan. A result is recorded only by the goroutine that ran the check to its end.
type scheduler struct {
	r     *runner
	slots []*slot

	mu       sync.Mutex
	results  []report.Result
	evidence map[string][]emulator.Exchange
	done     int
}

// slot holds one process of the lane Shared, and starts another one where it ended.
type slot struct {
	mu      sync.Mutex
	station *station
	err     error
}

func newScheduler(r *runner, first *station) *scheduler {
	s := &scheduler{r: r, evidence: map[string][]emulator.Exchange{}}
	for range r.sharedStations() {
		s.slots = append(s.slots, &slot{})
	}
	switch {
	case first == nil:
	case r.facts.Unopened == "":
		s.slots[0].station = first
	default:
		first.close()
	}
	return s
}

func (s *scheduler) close() {
	for _, slot := range s.slots {
		slot.mu.Lock()
		if slot.station != nil {
			slot.station.close()
			slot.station = nil
		}
		slot.mu.Unlock()
	}
}

// get gives a living process. One that could not be started is not tried again: every start would fail alike.
func (l *slot) get(r *runner) (*station, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err != nil {
		return nil, l.err
	}
	if l.station != nil && l.station.alive() {
		return l.station, nil
	}
	if l.station != nil {
		l.station.close()
	}
	l.station, l.err = r.start(r.ctx, StationOptions{Bare: r.facts.BadSchema != ""})
	return l.station, l.err
}

// run gives one result for each check of the plan, and the vendor requests behind them.
func (s *scheduler) run(plan []planned) ([]report.Result, map[string][]emulator.Exchange) {
	lanes := map[Lane][]planned{}
	for _, p := range plan {
		switch {
		case p.skipped:
			s.record(p, report.Skipped, checkResult{note: p.why})
		case p.missing != "":
			s.record(p, report.NA, checkResult{note: p.check.Note})
		case s.r.facts.BadSchema != "" && !p.check.JudgesSchema:
			s.finish(p, s.unstarted(errors.New(s.r.facts.BadSchema)))
		default:
			lanes[p.check.Lane] = append(lanes[p.check.Lane], p)
		}
	}
	suspects := s.shared(lanes[Shared])
	s.parallel(append(lanes[Own], suspects...), ownParallel, func(p planned) {
		try := 0
		if p.check.Lane == Shared {
			try = 1
		}
		s.finish(p, s.own(p, try))
	})
	for _, p := range lanes[Alone] {
		if s.interrupted(p) {
			continue
		}
		s.started(p)
		s.finish(p, s.alone(p))
	}
	return s.results, s.evidence
}

// shared runs checks on shared processes and gives those during which a process ended: which of them ended it shows
// when each is run by itself.
func (s *scheduler) shared(plan []planned) (suspects []planned) {
	var mu sync.Mutex
	next := 0
	s.parallel(plan, s.r.options.Parallel, func(p planned) {
		mu.Lock()
		slot := s.slots[next%len(s.slots)]
		next++
		mu.Unlock()
		station, err := slot.get(s.r)
		if err != nil {
			s.finish(p, s.unstarted(err))
			return
		}
		o := s.r.runCheck(p, station, 0, s.r.patient(checkTimeout))
		if s.r.attached() {
			s.finish(p, station.lost(o))
			return
		}
		if station.ended(o) {
			mu.Lock()
			suspects = append(suspects, p)
			mu.Unlock()
			return
		}
		s.finish(p, o)
	})
	return suspects
}

// own runs a check on a process of its own.
func (s *scheduler) own(p planned, try int) checkResult {
	timeout := checkTimeout
	if p.check.Lane == Alone {
		timeout = aloneTimeout
	}
	station, err := s.r.start(s.r.ctx, StationOptions{})
	if err != nil {
		return s.unstarted(err)
	}
	defer station.close()
	o := s.r.runCheck(p, station, try, timeout)
	if station.ended(o) && !o.mayEnd && o.status != report.Timeout {
		o.status = report.Crash
		o.findings = append(o.findings, station.lastWords())
	}
	return o
}

// alone repeats a check that did not pass. Mixed results are flaky.
func (s *scheduler) alone(p planned) checkResult {
	first := s.own(p, 0)
	if first.status == report.Pass || first.status == report.Blocked {
		return first
	}
	for try := 1; try < aloneTries && s.r.ctx.Err() == nil; try++ {
		if again := s.own(p, try); again.status == report.Pass {
			first.status, first.note = report.Flaky, "it passed when repeated"
			return first
		}
	}
	return first
}

// AtStart is where findings are that say no more than that a process of the provider did not come up.
const AtStart = "start"

// unstarted is the outcome of a check whose process did not come up.
func (s *scheduler) unstarted(err error) checkResult {
	if s.r.attached() && startFailed(err) {
		return checkResult{status: report.Blocked, note: "the provider that runs already cannot be reached: " + s.r.secrets.mask(err.Error())}
	}
	o := checkResult{status: report.Fail}
	if startFailed(err) {
		o.status = report.Crash
	}
	var (
		environment *EnvironmentError
		usage       *UsageError
	)
	if errors.As(err, &environment) || errors.As(err, &usage) {
		o.status = report.Error
	}
	o.findings = []report.Finding{{
		Expected: "the provider starts and takes the dialect's configuration", Actual: s.r.secrets.mask(err.Error()), At: AtStart,
	}}
	return o
}

func (s *scheduler) parallel(plan []planned, workers int, do func(planned)) {
	queue := make(chan planned)
	var wg sync.WaitGroup
	for range min(workers, len(plan)) {
		wg.Go(func() {
			for p := range queue {
				if !s.interrupted(p) {
					s.started(p)
					do(p)
				}
			}
		})
	}
	for _, p := range plan {
		queue <- p
	}
	close(queue)
	wg.Wait()
}

// interrupted records a check that is not begun because the run is to end.
func (s *scheduler) interrupted(p planned) bool {
	if s.r.ctx.Err() == nil {
		return false
	}
	s.record(p, report.Skipped, checkResult{note: interruptedNote})
	return true
}

func (s *scheduler) started(p planned) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.r.options.Progress(Event{Kind: EventStarted, ID: p.check.ID, Done: s.done})
}

// finish records a check that was run. One that was under way when the run was interrupted has no result.
func (s *scheduler) finish(p planned, o checkResult) {
	if s.r.ctx.Err() != nil {
		s.record(p, report.Skipped, checkResult{note: interruptedNote})
		return
	}
	s.record(p, o.status, o)
}

func (s *scheduler) record(p planned, status report.Status, o checkResult) {
	c := p.check
	r := report.Result{
		ID: c.ID, Group: group(c.ID), Level: c.Level, Provisional: c.Provisional, Status: status,
		Requirement: c.Requirement, Control: c.Control, Capability: c.Capability, Duration: o.took,
		Findings: o.findings, Reproduce: s.r.reproduce(c.ID), Note: o.note,
	}
	if r.Capability == "" && status == report.NA {
		r.Capability = p.missing
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.results = append(s.results, r)
	if len(o.exchanges) > 0 {
		s.evidence[c.ID] = o.exchanges
	}
	if o.ran || status != report.Skipped && status != report.NA {
		s.done++
		s.r.options.Progress(Event{Kind: EventFinished, ID: c.ID, Result: &r, Done: s.done})
	}
}

// interruptedNote marks checks that an interruption left without a result.
const interruptedNote = "the run was interrupted"
