// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/runner"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/internal/printable"
)

// slowCheck is how long a check may run before a line of progress names it.
const slowCheck = 5 * time.Second

// runProgress shows a conformance run: the results that deviate, as they arrive, and how far the run is.
type runProgress struct {
	app      *cli.App
	jsonl    bool
	silent   bool
	narrowed bool
	attached bool
	display  *cli.Progress

	mu      sync.Mutex
	began   time.Time
	planned int
	done    int
	bad     int
	running map[string]time.Time
	// causes has the causes that were shown.
	causes map[string]bool
}

// attachedBanner is the first line of a run against a provider that was already running.
const attachedBanner = "attached: not certifiable"

func newRunProgress(a *cli.App, mode string, narrowed, attached bool) *runProgress {
	p := &runProgress{
		app: a, jsonl: mode == "json", silent: mode != "auto" || a.JSON, narrowed: narrowed, attached: attached,
		began: time.Now(), running: map[string]time.Time{}, causes: map[string]bool{},
	}
	p.display = cli.NewProgress(a.Stderr, p.line)
	return p
}

// event shows one event. The suite calls it, one event at a time.
func (p *runProgress) event(e runner.Event) {
	if p.jsonl {
		_ = cli.WriteLine(p.app.Stderr, eventRow(e))
	}
	text := p.count(e)
	if text == "" || p.app.JSON {
		p.display.Update()
		return
	}
	_ = p.display.Above(p.app.Stdout, text)
	if e.Result != nil {
		_ = Annotate(p.app, *e.Result)
	}
}

// count counts an event, and returns the text that is shown immediately, or "" if the event shows nothing.
func (p *runProgress) count(e runner.Event) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch e.Kind {
	case runner.EventPlanned:
		p.planned = e.Planned
		return p.begin(e)
	case runner.EventStarted:
		p.running[e.ID] = time.Now()
	case runner.EventFinished:
		delete(p.running, e.ID)
		p.done = e.Done
		if e.Result == nil || !e.Result.Deviates() {
			return ""
		}
		p.bad++
		// The end of the run names all checks of a cause.
		if cause := report.CauseOf(*e.Result); !p.causes[cause] {
			p.causes[cause] = true
			return ResultText(*e.Result)
		}
	}
	return ""
}

// begin returns the first lines of a run, or "" if progress is not shown.
func (p *runProgress) begin(e runner.Event) string {
	if p.silent {
		return ""
	}
	var b strings.Builder
	if p.attached {
		fmt.Fprintln(&b, attachedBanner)
	}
	if p.narrowed {
		fmt.Fprintln(&b, "incomplete: the plan is narrowed, so the verdict cannot be conformant")
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
	fmt.Fprintf(&b, "provider %s %s %s, %d of %d kinds of message declared, %d planned, %d na, %d skipped, seed %d, isolation %s\n",
		printable.Line(e.Provider.Name), printable.Line(e.Provider.Version), shortBytes(e.Provider), declared, len(known), e.Planned, e.NotApplicable, e.Skipped, e.Seed, e.Isolation)
	return b.String()
}

// line returns how far the run is. A live line names the check that has been running longest. Otherwise the line names
// all slow checks.
func (p *runProgress) line(live bool) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.silent || p.planned == 0 {
		return ""
	}
	line := fmt.Sprintf("%d of %d, %d not passed", p.done, p.planned, p.bad)
	if live {
		line += cli.TimeLeft(p.began, p.done, p.planned)
		if id, since := p.oldest(); id != "" {
			line += fmt.Sprintf(", %s for %s", id, time.Since(since).Round(time.Second))
		}
		return line
	}
	var slow []string
	for _, id := range slices.Sorted(maps.Keys(p.running)) {
		if age := time.Since(p.running[id]); age > slowCheck {
			slow = append(slow, fmt.Sprintf("%s for %s", id, age.Round(time.Second)))
		}
	}
	if len(slow) > 0 {
		line += ", running: " + strings.Join(slow, ", ")
	}
	return line
}

func (p *runProgress) oldest() (id string, since time.Time) {
	for _, k := range slices.Sorted(maps.Keys(p.running)) {
		if id == "" || p.running[k].Before(since) {
			id, since = k, p.running[k]
		}
	}
	return id, since
}

func (p *runProgress) finish() { p.display.Close() }

// eventRow is an event as `--progress json` prints it.
func eventRow(e runner.Event) map[string]any {
	row := map[string]any{"event": e.Kind, "done": e.Done}
	switch e.Kind {
	case runner.EventPlanned:
		row["planned"], row["not_applicable"], row["skipped"], row["seed"], row["isolation"] = e.Planned, e.NotApplicable, e.Skipped, e.Seed, e.Isolation
	default:
		row["id"] = e.ID
	}
	if e.Result != nil {
		row["status"], row["findings"] = e.Result.Status, e.Result.Findings
	}
	return row
}

// ResultText returns the lines about one result that is not a pass.
func ResultText(res report.Result) string {
	w := &strings.Builder{}
	level := string(res.Level)
	if res.Capability != "" {
		level += ", capability " + printable.Line(res.Capability)
	}
	if res.Provisional {
		level += ", provisional"
	}
	fmt.Fprintf(w, "%s %s  (%s)\n  requirement  %s\n", res.Status, printable.Line(res.ID), level, printable.Line(res.Requirement))
	const most = 5
	shown, seen := 0, map[report.Finding]bool{}
	for _, f := range res.Findings {
		// Findings of the same place that expect the same are of one cause.
		alike := report.Finding{At: f.At, Expected: f.Expected}
		if shown == most || seen[alike] {
			continue
		}
		shown, seen[alike] = shown+1, true
		if f.At != "" {
			fmt.Fprintf(w, "  at           %s\n", printable.Line(f.At))
		}
		fmt.Fprintf(w, "  expected     %s\n  actual       %s\n", printable.Lines(f.Expected, continued), printable.Lines(f.Actual, continued))
	}
	if left := len(res.Findings) - shown; left > 0 {
		fmt.Fprintf(w, "  and %d more findings, in the report\n", left)
	}
	if res.Note != "" {
		fmt.Fprintf(w, "  note         %s\n", printable.Lines(res.Note, continued))
	}
	if res.Reproduce != "" {
		fmt.Fprintf(w, "  reproduce    %s\n", printable.Line(res.Reproduce))
	}
	fmt.Fprintf(w, "  explain      wahost conformance explain %s\n", printable.Line(res.ID))
	return w.String()
}

// continued is before each further line of a finding.
const continued = "               "

// Annotate shows a result that is not a pass beside the run of a workflow, if the output is read by GitHub Actions.
func Annotate(a *cli.App, res report.Result) error {
	if len(res.Findings) == 0 {
		return nil
	}
	kind := "error"
	if e := res.Effect(); e == report.Advises || e == report.Without {
		kind = "warning"
	}
	return a.Stdout.Annotate(kind, "conformance", res.ID+": expected "+res.Findings[0].Expected+", got "+res.Findings[0].Actual)
}

func shortBytes(p report.ProviderInfo) string {
	if p.SHA256 == "" {
		return "of unknown bytes"
	}
	return "sha256:" + shortDigest(p.SHA256)
}

func shortDigest(hex string) string { return hex[:min(12, len(hex))] }
