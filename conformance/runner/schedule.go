// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package runner

import (
	"errors"
	"sync"
	"time"

	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/suite"
)

const (
	// checkTimeout is the time limit of one run of a check, and aloneTimeout of one that measures time.
	checkTimeout = 40 * time.Second
	aloneTimeout = 40 * time.Second
	// soakTimeout is the time limit of a check of the soak lane.
	soakTimeout = 3 * time.Minute
	// sharedEnds is how many checks may end a shared process. Then no more checks share one: each would have to run again
	// by itself.
	sharedEnds = 8
	// sharedProcesses is how many processes shared checks run on.
	sharedProcesses = 2
	// ownParallel is how many checks with processes of their own run at a time.
	ownParallel = 3
	// aloneTries is how often a check that runs alone may be tried.
	aloneTries = 3
)

// scheduler runs a plan. Only the goroutine that ran a check records its result.
type scheduler struct {
	r     *runner
	slots []*slot

	mu       sync.Mutex
	results  []report.Result
	evidence map[string][]emulator.Exchange
	done     int
}

// slot holds one process for shared checks, and starts another one after it ended.
type slot struct {
	mu      sync.Mutex
	station *station
	err     error
}

func newScheduler(r *runner, first *station) *scheduler {
	s := &scheduler{r: r, evidence: map[string][]emulator.Exchange{}}
	for range r.processes() {
		s.slots = append(s.slots, &slot{})
	}
	switch {
	case first == nil:
	case r.facts.Unopened == "":
		s.slots[0].station = first
	default:
		first.Close()
	}
	return s
}

func (s *scheduler) close() {
	for _, slot := range s.slots {
		slot.mu.Lock()
		if slot.station != nil {
			slot.station.Close()
			slot.station = nil
		}
		slot.mu.Unlock()
	}
}

// get returns a running process. After a failed start it does not try again: every start would fail in the same way.
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
		l.station.Close()
	}
	l.station, l.err = r.start(r.ctx, suite.StationOptions{Bare: r.facts.BadSchema != ""})
	return l.station, l.err
}

// run returns one result for each check of the plan, and by id the vendor requests that belong to them.
func (s *scheduler) run(plan []planned) ([]report.Result, map[string][]emulator.Exchange) {
	by := map[suite.Isolation][]planned{}
	for _, p := range plan {
		switch {
		case p.skipped:
			s.record(p, report.Skipped, suite.Result{Note: p.why})
		case p.missing != "":
			s.record(p, report.NA, suite.Result{Note: p.check.Note})
		case s.r.facts.BadSchema != "" && !p.check.JudgesSchema:
			s.finish(p, s.unstarted(errors.New(s.r.facts.BadSchema)))
		default:
			by[p.check.Isolation] = append(by[p.check.Isolation], p)
		}
	}
	suspects := s.shared(by[suite.Shared])
	s.parallel(append(by[suite.Own], suspects...), ownParallel, func(p planned) {
		try := 0
		if p.check.Isolation == suite.Shared {
			try = 1
		}
		s.finish(p, s.own(p, try))
	})
	for _, p := range by[suite.Alone] {
		if s.interrupted(p) {
			continue
		}
		s.started(p)
		s.finish(p, s.alone(p))
	}
	return s.results, s.evidence
}

// shared runs checks on shared processes. It returns the checks during which a process ended: each of them has to run
// by itself to find out which one ended it.
func (s *scheduler) shared(plan []planned) (suspects []planned) {
	var mu sync.Mutex
	next := 0
	s.parallel(plan, s.r.options.Parallel, func(p planned) {
		mu.Lock()
		slot := s.slots[next%len(s.slots)]
		next++
		alone := len(suspects) >= sharedEnds
		if alone {
			suspects = append(suspects, p)
		}
		mu.Unlock()
		if alone {
			return
		}
		station, err := slot.get(s.r)
		if err != nil {
			s.finish(p, s.unstarted(err))
			return
		}
		o := s.r.execute(p, station, 0, s.r.patient(checkTimeout))
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
func (s *scheduler) own(p planned, try int) suite.Result {
	timeout := checkTimeout
	if p.check.Isolation == suite.Alone {
		timeout = aloneTimeout
	}
	if p.check.Soak {
		timeout = soakTimeout
	}
	station, err := s.r.start(s.r.ctx, suite.StationOptions{})
	if err != nil {
		return s.unstarted(err)
	}
	defer station.Close()
	o := s.r.execute(p, station, try, timeout)
	if station.ended(o) && !o.MayEnd && o.Status != report.Timeout {
		o.Status = report.Crash
		o.Findings = append(o.Findings, station.lastWords())
	}
	return o
}

// alone runs a check and repeats it if it did not pass. Mixed results are flaky.
func (s *scheduler) alone(p planned) suite.Result {
	first := s.own(p, 0)
	switch first.Status {
	case report.Pass, report.Blocked, report.Skipped, report.NA:
		return first
	}
	for try := 1; try < aloneTries && s.r.ctx.Err() == nil; try++ {
		if again := s.own(p, try); again.Status == report.Pass {
			first.Status, first.Note = report.Flaky, "it passed when repeated"
			return first
		}
	}
	return first
}

// unstarted returns the result of a check whose process did not start.
func (s *scheduler) unstarted(err error) suite.Result {
	if s.r.attached() && startFailed(err) {
		return suite.Result{Status: report.Blocked, Note: "the running provider cannot be reached: " + s.r.secrets.Mask(err.Error())}
	}
	o := suite.Result{Status: report.Fail}
	if startFailed(err) {
		o.Status = report.Crash
	}
	var (
		environment *EnvironmentError
		usage       *UsageError
	)
	if errors.As(err, &environment) || errors.As(err, &usage) {
		o.Status = report.Error
	}
	o.Findings = []report.Finding{{
		Expected: "the provider starts and takes the dialect's configuration", Actual: s.r.secrets.Mask(err.Error()), At: suite.AtStart,
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

// interrupted records a check as skipped if the run was interrupted before the check began.
func (s *scheduler) interrupted(p planned) bool {
	if s.r.ctx.Err() == nil {
		return false
	}
	s.record(p, report.Skipped, suite.Result{Note: report.NoteInterrupted})
	return true
}

func (s *scheduler) started(p planned) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.r.options.Progress(Event{Kind: EventStarted, ID: p.check.ID, Done: s.done})
}

// finish records a check that was run. A check that was running when the run was interrupted has no result.
func (s *scheduler) finish(p planned, o suite.Result) {
	if s.r.ctx.Err() != nil {
		s.record(p, report.Skipped, suite.Result{Note: report.NoteInterrupted})
		return
	}
	s.record(p, o.Status, o)
}

func (s *scheduler) record(p planned, status report.Status, o suite.Result) {
	c := p.check
	r := report.Result{
		ID: c.ID, Group: group(c.ID), Level: c.Level, Provisional: c.Provisional, Status: status,
		Requirement: c.Requirement, Control: c.Control, Capability: c.Capability, Duration: o.Took,
		Findings: o.Findings, Reproduce: s.r.reproduce(c.ID), Note: o.Note,
	}
	if r.Capability == "" && status == report.NA {
		r.Capability = p.missing
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.results = append(s.results, r)
	if len(o.Exchanges) > 0 {
		s.evidence[c.ID] = o.Exchanges
	}
	if o.Ran || status != report.Skipped && status != report.NA {
		s.done++
		s.r.options.Progress(Event{Kind: EventFinished, ID: c.ID, Result: &r, Done: s.done})
	}
}
