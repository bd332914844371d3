// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/core/launch"
	"github.com/wahost/wahost/sdk/client"
	"github.com/wahost/wahost/sdk/provider"
)

// runner is one run.
type runner struct {
	// ctx ends when the run is interrupted.
	ctx     context.Context
	options Options
	binary  *binary // nil for a provider that runs already
	facts   *Facts
	secrets *secrets
	ledger  *ledger
	grace   time.Duration
	attempt atomic.Int64
	// unsent and unhandled notice a provider that never answers.
	unsent, unhandled silence

	mu           sync.Mutex
	stray, leaks []string
	wireMap      map[string]map[string]string // by kind of message and field
}

// minGrace is the least that anything may be late.
const minGrace = 500 * time.Millisecond

// Run runs the suite. The error is a *UsageError or an *EnvironmentError where there is no report; whatever the
// provider does wrong once it has started is in the report. When the context ends, what has not begun is skipped
// and the report says that the run was interrupted.
func Run(ctx context.Context, o Options) (*report.Report, error) {
	started := time.Now()
	if err := o.check(); err != nil {
		return nil, err
	}
	r := &runner{ctx: ctx, options: o, secrets: &secrets{}, ledger: newLedger(), grace: minGrace}
	r.unsent = silence{call: "SendMessages", limit: r.patient(sendTimeout)}
	r.unhandled = silence{call: "HandleWebhook", limit: r.patient(webhookTimeout)}
	if !r.attached() {
		bin, err := copyBinary(o.Command)
		if err != nil {
			return nil, err
		}
		defer func() { _ = bin.remove() }()
		r.binary = bin
	}
	first, err := r.discover(ctx)
	if err != nil {
		return nil, err
	}
	sched := newScheduler(r, first)
	defer sched.close()
	checks, err := Catalogue(r.facts, o.Groups...)
	if err != nil {
		return nil, environment("the suite is broken: %w", err)
	}
	plan, err := makePlan(r.facts, checks, o)
	if err != nil {
		return nil, err
	}
	known, err := o.KnownFailing.plan(plan, o.Now())
	if err != nil {
		return nil, err
	}
	if first != nil {
		r.calibrate(ctx, first)
	}
	rep := r.newReport(checks, plan)
	o.Progress(plannedEvent(rep, plan))
	results, evidence := sched.run(plan)
	sched.close()
	rep.Run.Interrupted = ctx.Err() != nil
	rep.Run.Started, rep.Run.Duration = started.UTC(), time.Since(started)
	slices.SortFunc(results, func(a, b report.Result) int { return strings.Compare(a.ID, b.ID) })
	rep.Results = known.apply(results)
	rep.Dialect.WireMap = r.wireMap
	r.silence(rep.Results)
	attach(rep, evidence)
	r.violations(rep)
	rep.Judge()
	return rep, nil
}

// discover starts the provider for the first time and asks what it is.
func (r *runner) discover(ctx context.Context) (*station, error) {
	// The emulator needs the dialect before anything else is known.
	r.facts = &Facts{Dialect: r.options.Dialect}
	s, err := r.start(ctx, StationOptions{Bare: true})
	if err != nil {
		return nil, r.unstartable(ctx, err)
	}
	fail := func(format string, err error) (*station, error) {
		s.close()
		var u *UsageError
		if errors.As(err, &u) {
			return nil, err
		}
		return nil, environment(format, err)
	}
	ask, cancel := context.WithTimeout(ctx, r.options.StartTimeout)
	defer cancel()
	if r.facts.Metadata, err = s.proc.Client.Metadata(ask); err != nil {
		return fail("the provider does not say who it is: %w", err)
	}
	var bad *client.SchemaError
	if r.facts.Schema, err = s.proc.Client.Schema(ask); errors.As(err, &bad) {
		r.facts.Schema = provider.Schema{}
		r.facts.BadSchema, r.facts.Unopened = err.Error(), err.Error()
		return s, nil
	}
	if err != nil {
		return fail("the provider does not give its schema: %w", err)
	}
	err = s.configure(ask, StationOptions{})
	var refused *configureError
	switch {
	case errors.As(err, &refused):
		r.facts.Unopened = err.Error()
		if caps, askErr := s.proc.Client.DefaultCapabilities(ask); askErr == nil && caps != nil {
			r.facts.Capabilities = *caps
		}
	case err != nil:
		return fail("%w", err)
	default:
		r.facts.Capabilities = s.caps
	}
	return s, nil
}

// unstartable tells a program that speaks, though not as it should, from one that does not run: the former is tested,
// and fails, the latter is no provider. It gives nil for the former.
func (r *runner) unstartable(ctx context.Context, cause error) error {
	var u *EnvironmentError
	if errors.As(cause, &u) {
		return cause
	}
	if r.attached() {
		return environment("the provider that runs already cannot be used: %w", cause)
	}
	var silent *launch.StartError
	if errors.As(cause, &silent) && silent.Kind == launch.TimedOut {
		// Every check would wait as long again, to say the same.
		return environment("%w\nThe start limit is %s: run `%s describe` to see whether the program answers at all, or give it longer with --start-timeout.",
			cause, r.options.StartTimeout, r.options.Command)
	}
	ctx, cancel := context.WithTimeout(ctx, r.options.StartTimeout)
	defer cancel()
	e := newEnv(r, planned{}, nil, 0)
	defer e.state.end()
	raw, err := e.StartRaw(ctx, RawOptions{})
	if err != nil || raw.Line == "" || ctx.Err() != nil {
		return environment("%w", cause)
	}
	r.facts.Unopened = cause.Error()
	return nil
}

// providerName names the processes in logs.
func (r *runner) providerName() string {
	if name := r.facts.Metadata.Name; name != "" {
		return name
	}
	if a := r.options.attachment; a != nil {
		return a.Name
	}
	return r.binary.name
}

// calibrate measures how fast this machine is at the moment: graces follow from it.
func (r *runner) calibrate(ctx context.Context, s *station) {
	var took []time.Duration
	for range 7 {
		start := time.Now()
		if _, err := s.proc.Client.Metadata(ctx); err != nil {
			return
		}
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	r.grace = max(minGrace, 100*took[len(took)/2])
}

// note keeps what breaks the rules of the whole run.
func (r *runner) note(stray, leaks []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range stray {
		if len(r.stray) < maxStray {
			r.stray = append(r.stray, s)
		}
	}
	for _, l := range leaks {
		if len(r.leaks) < maxStray {
			r.leaks = append(r.leaks, l)
		}
	}
}

func (r *runner) newReport(checks []Check, plan []planned) *report.Report {
	o := r.options
	mode := report.ModeOpen
	switch {
	case o.Certify:
		mode = report.ModeCertified
	case r.attached():
		mode = report.ModeAttached
	}
	f := r.facts
	rep := &report.Report{
		FormatVersion: report.FormatVersion,
		Suite:         report.SuiteInfo{Version: Version, CatalogueDigest: Digest(checks), Protocol: client.ProtocolVersion, Go: runtime.Version()},
		Run: report.RunInfo{
			Mode: mode, Seed: o.Seed, Selectors: o.narrowed(), KnownFailingDigest: o.KnownFailing.Digest(),
			Platform: runtime.GOOS + "/" + runtime.GOARCH,
			Limits: map[string]string{
				"start": o.StartTimeout.String(), "send": r.patient(sendTimeout).String(), "check": r.patient(checkTimeout).String(),
				"check_alone": r.patient(aloneTimeout).String(), "grace": "measured, at least " + minGrace.String(), "parallel": strconv.Itoa(o.Parallel),
			},
			LimitsChanged: r.attached() || o.StartTimeout > DefaultStartTimeout,
		},
		Provider: report.ProviderInfo{
			Name: f.Metadata.Name, Vendor: f.Metadata.Vendor, Version: f.Metadata.Version, OS: runtime.GOOS, Arch: runtime.GOARCH,
			Protocol: client.ProtocolVersion, Capabilities: f.Capabilities,
		},
		Dialect: report.DialectInfo{Name: f.Dialect.Name, Version: f.Dialect.Version, Digest: f.Dialect.Digest},
	}
	if b := r.binary; b != nil {
		rep.Provider.File, rep.Provider.SHA256, rep.Provider.Size = b.name, hex.EncodeToString(b.sum[:]), b.size
	}
	for _, k := range f.Capabilities.Kinds {
		rep.Provider.Kinds = append(rep.Provider.Kinds, k.Kind)
	}
	for _, p := range plan {
		rep.Planned = append(rep.Planned, p.check.ID)
	}
	rep.NotApplicable = twins(plan)
	return rep
}

func plannedEvent(rep *report.Report, plan []planned) Event {
	e := Event{Kind: EventPlanned, Provider: rep.Provider, Seed: rep.Run.Seed}
	for _, p := range plan {
		switch {
		case p.skipped:
			e.Skipped++
		case p.missing != "":
			e.NotApplicable++
		default:
			e.Planned++
		}
	}
	return e
}

// violations adds what no check found but the run as a whole showed.
func (r *runner) violations(rep *report.Report) {
	add := func(kind, detail string) {
		rep.Violations = append(rep.Violations, report.Violation{Kind: kind, Detail: detail})
	}
	for _, s := range r.ledger.strays() {
		add(report.Unattributed, s)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, l := range r.leaks {
		add(report.CanaryLeaked, l)
	}
	if r.binary == nil {
		return
	}
	if err := r.binary.unchanged(); err != nil {
		add(report.BinaryChanged, err.Error())
		return
	}
	rep.Provider.SHA256After = rep.Provider.SHA256
}

// silentCheck is the check about standard output: what any process of the run printed there counts for it.
const silentCheck = "proto/stdout-silent"

func (r *runner) silence(results []report.Result) {
	r.mu.Lock()
	defer r.mu.Unlock()
	i := slices.IndexFunc(results, func(res report.Result) bool { return res.ID == silentCheck })
	if i < 0 || len(r.stray) == 0 || results[i].Status != report.Pass {
		return
	}
	results[i].Status = report.Fail
	results[i].Findings = append(results[i].Findings, report.Finding{
		Expected: "nothing but the handshake on standard output, in all checks", Actual: r.secrets.mask(r.stray[0]), At: "stdout",
	})
}

// reproduce is the command that runs one check again.
func (r *runner) reproduce(id string) string {
	dialect := r.options.DialectPath
	if dialect == "" {
		dialect = r.facts.Dialect.Name + ".hcl"
	}
	provider := r.options.Command
	if r.attached() {
		provider = attachAgain
	}
	return fmt.Sprintf("wahost conformance run %s --dialect %s --seed %d %s", provider, dialect, r.options.Seed, id)
}
