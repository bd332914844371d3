// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/runner"
	"github.com/wahost/wahost/conformance/suite"
)

// slowCheck is how long a check may run before the heartbeat names it.
const slowCheck = 5 * time.Second

// runProgress shows a conformance run: on a terminal one live line with the failures above it, elsewhere failures and
// a heartbeat.
type runProgress struct {
	app      *app
	jsonl    bool
	silent   bool
	live     bool
	narrowed bool
	attached bool

	mu       sync.Mutex
	began    time.Time
	planned  int
	done     int
	bad      int
	running  map[string]time.Time
	stop     chan struct{}
	finished chan struct{}
}

// attachedBanner is the first line about a provider that ran already.
const attachedBanner = "attached: not certifiable"

func newRunProgress(a *app, mode string, narrowed, attached bool) *runProgress {
	_, terminal := a.stderr.terminal()
	p := &runProgress{
		app: a, jsonl: mode == "json", silent: mode == "none" || mode == "json", live: terminal && mode == "auto", narrowed: narrowed, attached: attached,
		began: time.Now(), running: map[string]time.Time{}, stop: make(chan struct{}), finished: make(chan struct{}),
	}
	go p.beat()
	return p
}

// event is called by the suite, one event at a time.
func (p *runProgress) event(e runner.Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.jsonl {
		_ = writeLine(p.app.stderr, eventRow(e))
	}
	switch e.Kind {
	case runner.EventPlanned:
		p.planned = e.Planned
		p.begin(e)
	case runner.EventStarted:
		p.running[e.ID] = time.Now()
	case runner.EventFinished:
		delete(p.running, e.ID)
		p.done = e.Done
		if e.Result != nil && deviates(*e.Result) {
			p.bad++
			if !p.app.json {
				p.clear()
				printResult(p.app.stdout, *e.Result)
			}
		}
	}
	p.draw()
}

func (p *runProgress) begin(e runner.Event) {
	if p.app.json || p.silent {
		return
	}
	if p.attached {
		fmt.Fprintln(p.app.stdout, attachedBanner)
	}
	if p.narrowed {
		fmt.Fprintln(p.app.stdout, "incomplete: the plan is narrowed, so the verdict cannot be conformant")
	}
	known := map[string]bool{}
	for _, k := range suite.Kinds() {
		known[k] = true
	}
	declared := 0
	for _, k := range e.Provider.Kinds {
		if known[k] {
			declared++
		}
	}
	fmt.Fprintf(p.app.stdout, "provider %s %s %s, %d of %d kinds of message declared, %d planned, %d n/a, %d skipped, seed %d\n",
		e.Provider.Name, e.Provider.Version, shortBytes(e.Provider), declared, len(known), e.Planned, e.NotApplicable, e.Skipped, e.Seed)
}

// deviates says that a result is worth showing at once.
func deviates(res report.Result) bool {
	return res.Status != report.Pass && res.Status != report.NA && res.Status != report.Skipped
}

func (p *runProgress) draw() {
	if !p.live || p.planned == 0 {
		return
	}
	oldest, since := p.oldest()
	line := fmt.Sprintf("%d of %d, %d not passed", p.done, p.planned, p.bad)
	if p.done > 0 && p.done < p.planned {
		left := time.Since(p.began) / time.Duration(p.done) * time.Duration(p.planned-p.done)
		line += fmt.Sprintf(", about %s left", left.Round(time.Second))
	}
	if oldest != "" {
		line += fmt.Sprintf(", %s for %s", oldest, time.Since(since).Round(time.Second))
	}
	if width := p.app.stderr.width(); width > 1 && len(line) > width-1 {
		line = line[:width-1]
	}
	fmt.Fprintf(p.app.stderr, "\r\x1b[K%s", line)
}

func (p *runProgress) clear() {
	if p.live {
		fmt.Fprint(p.app.stderr, "\r\x1b[K")
	}
}

func (p *runProgress) oldest() (id string, since time.Time) {
	for _, k := range slices.Sorted(maps.Keys(p.running)) {
		if id == "" || p.running[k].Before(since) {
			id, since = k, p.running[k]
		}
	}
	return id, since
}

// beat says now and then how far the run is, where there is no live line.
func (p *runProgress) beat() {
	defer close(p.finished)
	every := heartbeat
	if p.live {
		every = time.Second
	}
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
		case <-p.stop:
			return
		}
		p.mu.Lock()
		if p.live {
			p.draw()
		} else if !p.silent && p.planned > 0 {
			line := fmt.Sprintf("%d of %d, %d not passed", p.done, p.planned, p.bad)
			var slow []string
			for _, id := range slices.Sorted(maps.Keys(p.running)) {
				if age := time.Since(p.running[id]); age > slowCheck {
					slow = append(slow, fmt.Sprintf("%s for %s", id, age.Round(time.Second)))
				}
			}
			if len(slow) > 0 {
				line += ", running: " + strings.Join(slow, ", ")
			}
			fmt.Fprintln(p.app.stderr, line)
		}
		p.mu.Unlock()
	}
}

func (p *runProgress) finish() {
	close(p.stop)
	<-p.finished
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
}

// eventRow is an event as `--progress json` prints it.
func eventRow(e runner.Event) map[string]any {
	row := map[string]any{"event": e.Kind, "done": e.Done}
	switch e.Kind {
	case runner.EventPlanned:
		row["planned"], row["not_applicable"], row["skipped"], row["seed"] = e.Planned, e.NotApplicable, e.Skipped, e.Seed
	default:
		row["id"] = e.ID
	}
	if e.Result != nil {
		row["status"], row["findings"] = e.Result.Status, e.Result.Findings
	}
	return row
}

// printResult shows one result that is not a pass.
func printResult(w *output, res report.Result) {
	level := strings.ToUpper(string(res.Level))
	if res.Capability != "" {
		level += ", capability " + res.Capability
	}
	if res.Provisional {
		level += ", provisional"
	}
	fmt.Fprintf(w, "%s %s  (%s)\n  requirement  %s\n", strings.ToUpper(string(res.Status)), res.ID, level, res.Requirement)
	const most = 5
	for i, f := range res.Findings {
		if i == most {
			fmt.Fprintf(w, "  and %d more findings, in the report\n", len(res.Findings)-most)
			break
		}
		if f.At != "" {
			fmt.Fprintf(w, "  at           %s\n", f.At)
		}
		fmt.Fprintf(w, "  expected     %s\n  actual       %s\n", f.Expected, f.Actual)
	}
	if res.Note != "" {
		fmt.Fprintf(w, "  note         %s\n", res.Note)
	}
	if res.Reproduce != "" {
		fmt.Fprintf(w, "  reproduce    %s\n", res.Reproduce)
	}
	fmt.Fprintf(w, "  explain      wahost conformance explain %s\n", res.ID)
	if os.Getenv("GITHUB_ACTIONS") == "true" && len(res.Findings) > 0 {
		text := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(res.ID + ": expected " + res.Findings[0].Expected + ", got " + res.Findings[0].Actual)
		kind := "error"
		if res.Provisional || res.Level == report.Rec || res.Level == report.Info {
			kind = "warning"
		}
		fmt.Fprintf(w, "::%s title=conformance::%s\n", kind, text)
	}
}

// printVerdict ends the output of a run: the verdict with the counts of all statuses beside it.
func printVerdict(w *output, r *report.Report) {
	fmt.Fprintf(w, "\n%s", strings.ReplaceAll(r.Verdict.Word, "_", " "))
	for _, s := range report.Statuses() {
		fmt.Fprintf(w, "  %s %d", s, r.Verdict.Counts[s])
	}
	fmt.Fprintf(w, "  in %s\n", r.Run.Duration.Round(100*time.Millisecond))
	const most = 10
	if !r.Verdict.OK() || r.Run.Mode == report.ModeCertified || r.Run.LimitsChanged {
		for i, reason := range r.Verdict.Reasons {
			if i == most {
				fmt.Fprintf(w, "  and %d more\n", len(r.Verdict.Reasons)-most)
				break
			}
			fmt.Fprintf(w, "  %s\n", reason)
		}
	}
	var profiles []string
	for _, p := range r.Profiles {
		profiles = append(profiles, p.Name+" "+strings.ReplaceAll(p.Word, "_", " "))
	}
	fmt.Fprintf(w, "profiles       %s\nresult digest  %s\n", strings.Join(profiles, ", "), r.ResultDigest)
}

func shortBytes(p report.ProviderInfo) string {
	if p.SHA256 == "" {
		return "of unknown bytes"
	}
	return "sha256:" + shortDigest(p.SHA256)
}

func shortDigest(hex string) string { return hex[:min(12, len(hex))] }
