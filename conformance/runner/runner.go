// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package runner plans and runs conformance checks against a provider binary. It starts the binary with the same code as
// the host does, points it at emulators of its vendor, and turns what the checks find into one report. Run is the
// starting point.
//
// The package is not internal to package suite because its callers are: package conformance, for the tests of provider
// authors, and the command line.
package runner

import (
	"context"
	"encoding/hex"
	"errors"
	"maps"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/isolation"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/core/launch"
	"github.com/wahost/wahost/sdk/client"
	"github.com/wahost/wahost/sdk/provider"
)

// runner is one run. It implements suite.Runner.
type runner struct {
	// ctx ends when the run is interrupted.
	ctx      context.Context
	options  Options
	binary   *Copy // nil for an attached provider
	launcher *launch.Launcher
	facts    *suite.Facts
	secrets  *secrets
	ledger   *ledger
	settings suite.Settings
	pace     pace
	// worlds makes the worlds of the processes, and authority issues the certificates of the emulators in them. Both are nil if the
	// run is not isolated.
	worlds    *isolation.Isolation
	authority *emulator.Authority
	// sends and webhooks notice a provider that never answers.
	sends, webhooks unanswered

	programs programs

	mu           sync.Mutex
	stray, leaks []string
	written      []string                     // secrets in files of isolated processes
	wireMap      map[string]map[string]string // by kind of message and field
}

// minGrace is the smallest delay that is tolerated.
const minGrace = 500 * time.Millisecond

// Run runs the suite. The error is a *UsageError or an *EnvironmentError if there is no report. Whatever the provider
// does wrong once it has started is in the report. When the context ends, checks that have not begun are skipped and
// the report says that the run was interrupted.
func Run(ctx context.Context, o Options) (*report.Report, error) {
	started := time.Now()
	if err := o.check(); err != nil {
		return nil, err
	}
	r := &runner{
		ctx: ctx, options: o, secrets: newSecrets(), ledger: newLedger(),
		settings: suite.Settings{Seed: o.Seed, Env: o.Env, Attached: o.attachment != nil, Patience: 1, Grace: minGrace, SoakMessages: o.SoakMessages},
	}
	if r.attached() {
		r.settings.Patience = breakpointPatience
	}
	r.sends = unanswered{call: "SendMessages", limit: r.patient(suite.SendTimeout)}
	r.webhooks = unanswered{call: "HandleWebhook", limit: r.patient(suite.WebhookTimeout)}
	if !r.attached() {
		if r.binary = o.Copy; r.binary == nil {
			own, err := NewCopy(o.Command)
			if err != nil {
				return nil, err
			}
			defer func() { _ = own.remove() }()
			r.binary = own
		}
		r.settings.Binary = r.binary.path
		if o.Certify {
			if err := r.checkProgram(); err != nil {
				return nil, err
			}
		}
	}
	end, err := r.isolate()
	if err != nil {
		return nil, err
	}
	defer end()
	launcher, err := launch.New(hclog.NewNullLogger())
	if err != nil {
		return nil, environment("the provider cannot be started: %w", err)
	}
	defer func() { _ = launcher.Close() }()
	launcher.SweepAtClose = true
	r.launcher = launcher
	first, err := r.discover(ctx)
	if err != nil {
		return nil, err
	}
	sched := newScheduler(r, first)
	defer sched.close()
	checks, err := suite.Catalogue(r.facts, o.Groups...)
	if err != nil {
		return nil, environment("the suite is broken: %w", err)
	}
	plan, err := makePlan(r.facts, checks, o)
	if err != nil {
		return nil, err
	}
	ids := make([]string, 0, len(plan))
	for _, p := range plan {
		ids = append(ids, p.check.ID)
	}
	waivers, err := o.KnownFailing.Waive(ids, o.Now())
	if err != nil {
		return nil, usage("%w", err)
	}
	if first != nil {
		r.calibrate(ctx, first)
	}
	watching, stopWatching := context.WithCancel(ctx)
	var watched sync.WaitGroup
	watched.Go(func() { r.pace.watch(watching) })
	defer func() {
		stopWatching()
		watched.Wait()
	}()
	rep := r.newReport(checks, plan)
	o.Progress(plannedEvent(rep, plan))
	results, evidence := sched.run(plan)
	sched.close()
	rep.Run.Interrupted = ctx.Err() != nil
	rep.Run.Started, rep.Run.Duration = started.UTC(), time.Since(started)
	slices.SortFunc(results, func(a, b report.Result) int { return strings.Compare(a.ID, b.ID) })
	rep.NotApplicable = append(rep.NotApplicable, untested(results, rep.NotApplicable)...)
	rep.Results = waivers.Apply(results)
	rep.Dialect.WireMap = r.wireMap
	r.judgeOutput(rep.Results)
	r.judgeWorlds(rep.Results)
	attachEvidence(rep, evidence)
	r.recordPrograms(rep)
	r.violations(rep)
	rep.Judge()
	return rep, nil
}

// discover starts the provider for the first time and asks it for its facts.
func (r *runner) discover(ctx context.Context) (*station, error) {
	// The emulator needs the dialect before anything else is known.
	r.facts = &suite.Facts{Dialect: r.options.Dialect}
	if r.binary != nil {
		r.facts.File = r.binary.name
	}
	// In an isolated run the emulator is where the provider's schema says that its vendor is.
	s := &station{run: r, late: r.worlds != nil}
	if err := s.open(ctx, suite.StationOptions{Bare: true}); err != nil {
		s.Close()
		return nil, r.unstartable(ctx, err)
	}
	var err error
	fail := func(format string, err error) (*station, error) {
		s.Close()
		var u *UsageError
		if errors.As(err, &u) {
			return nil, err
		}
		return nil, environment(format, err)
	}
	ask, cancel := context.WithTimeout(ctx, r.options.StartTimeout)
	defer cancel()
	if r.facts.Metadata, err = s.proc.Client.Metadata(ask); err != nil {
		return fail("the provider does not return its identity: %w", err)
	}
	r.facts.SendStream = s.proc.Client.SendsOverStream()
	var bad *client.SchemaError
	if r.facts.Schema, err = s.proc.Client.Schema(ask); errors.As(err, &bad) {
		r.facts.Schema = provider.Schema{}
		r.facts.BadSchema, r.facts.Unopened = err.Error(), err.Error()
		if s.late {
			return s, s.startEmulator()
		}
		return s, nil
	}
	if err != nil {
		return fail("the provider does not return its schema: %w", err)
	}
	if s.late {
		if err := s.startEmulator(); err != nil {
			return fail("%w", err)
		}
		s.world.Lead(s.emu.Site().(*isolation.Site))
	}
	err = s.configure(ask, suite.StationOptions{})
	var refused *suite.ConfigureError
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

// unstartable returns an error if a program does not run at all, because it is not a provider. It returns nil if the
// program prints something other than the handshake. Such a program is tested, and fails.
func (r *runner) unstartable(ctx context.Context, cause error) error {
	var u *EnvironmentError
	if errors.As(cause, &u) {
		return cause
	}
	if r.attached() {
		return environment("the running provider cannot be used: %w", cause)
	}
	var silent *launch.StartError
	if errors.As(cause, &silent) && silent.Kind == launch.TimedOut {
		// Every check would wait as long again, with the same result.
		return environment("%w\nThe start limit is %s: run `%s describe` to see whether the program answers at all, or set a longer limit with --start-timeout.",
			cause, r.options.StartTimeout, r.options.Command)
	}
	printed := false
	suite.Execution{Runner: r, Timeout: r.options.StartTimeout, Check: suite.Check{Run: func(ctx context.Context, e *suite.Env) {
		raw, err := e.StartRaw(ctx, suite.RawOptions{})
		printed = err == nil && raw.Line != "" && ctx.Err() == nil
	}}}.Run(ctx)
	if !printed {
		return environment("%w", cause)
	}
	r.facts.Unopened = cause.Error()
	return nil
}

// providerName returns the name of the provider for logs.
func (r *runner) providerName() string {
	if name := r.facts.Metadata.Name; name != "" {
		return name
	}
	if a := r.options.attachment; a != nil {
		return a.Name
	}
	return r.binary.name
}

// calibrate measures how fast this machine is at the moment, and derives the grace from it.
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
	r.settings.Grace = max(minGrace, 100*took[len(took)/2])
}

// note records output that violates a rule of the whole run.
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

func (r *runner) newReport(checks []suite.Check, plan []planned) *report.Report {
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
		Suite:         report.SuiteInfo{Version: suite.Version, CatalogueDigest: suite.Digest(checks), Protocol: client.ProtocolVersion, Go: runtime.Version(), Build: build()},
		Run: report.RunInfo{
			Mode: mode, Seed: o.Seed, Selectors: o.narrowed(), KnownFailingDigest: o.KnownFailing.Digest(),
			Platform: runtime.GOOS + "/" + runtime.GOARCH, Isolation: string(o.Isolation),
			Limits: map[string]string{
				"start": o.StartTimeout.String(), "send": r.patient(suite.SendTimeout).String(), "check": r.patient(checkTimeout).String(),
				"check_alone": r.patient(aloneTimeout).String(), "grace": "measured, at least " + minGrace.String(), "parallel": strconv.Itoa(o.Parallel),
			},
			Env:           recorded(o.Env),
			LimitsChanged: r.attached() || o.StartTimeout > DefaultStartTimeout,
		},
		Provider: report.ProviderInfo{
			Name: f.Metadata.Name, Vendor: f.Metadata.Vendor, Version: f.Metadata.Version, OS: runtime.GOOS, Arch: runtime.GOARCH,
			Protocol: client.ProtocolVersion, Capabilities: f.Capabilities,
		},
		Dialect: dialectInfo(f.Dialect),
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
	rep.NotApplicable = proofs(plan)
	return rep
}

func plannedEvent(rep *report.Report, plan []planned) Event {
	e := Event{Kind: EventPlanned, Provider: rep.Provider, Seed: rep.Run.Seed, Isolation: rep.Run.Isolation}
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

// violations adds the deviations of the run as a whole.
func (r *runner) violations(rep *report.Report) {
	add := func(kind, detail string) {
		rep.Violations = append(rep.Violations, report.Violation{Kind: kind, Detail: detail})
	}
	for _, s := range r.ledger.strays() {
		add(report.Unattributed, s)
	}
	for _, leak := range r.ledger.disclosures(r.facts.Dialect, r.secrets.Find) {
		add(report.CanaryLeaked, leak)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, l := range r.leaks {
		add(report.CanaryLeaked, l)
	}
	if r.binary == nil {
		return
	}
	// A shared copy that seems to be the same is read again when it is closed.
	if r.options.Copy != nil && r.binary.sameFile() {
		rep.Provider.SHA256After = rep.Provider.SHA256
		return
	}
	if err := r.binary.unchanged(); err != nil {
		add(report.BinaryChanged, err.Error())
		return
	}
	rep.Provider.SHA256After = rep.Provider.SHA256
}

// silentCheck is the check about standard output. Whatever any process of the run printed there counts for it.
const silentCheck = "proto/stdout-silent"

func (r *runner) judgeOutput(results []report.Result) {
	r.mu.Lock()
	defer r.mu.Unlock()
	i := slices.IndexFunc(results, func(res report.Result) bool { return res.ID == silentCheck })
	if i < 0 || len(r.stray) == 0 || results[i].Status != report.Pass {
		return
	}
	results[i].Status = report.Fail
	results[i].Findings = append(results[i].Findings, report.Finding{
		Expected: "nothing but the handshake on standard output, in all checks", Actual: r.secrets.Mask(r.stray[0]), At: "stdout",
	})
}

// Facts returns the facts that the checks were planned from.
func (r *runner) Facts() *suite.Facts { return r.facts }

// Settings returns the settings of all checks.
func (r *runner) Settings() suite.Settings {
	s := r.settings
	s.Grace = max(s.Grace, r.pace.grace())
	return s
}

// Secrets returns the credentials that were generated so far.
func (r *runner) Secrets() suite.Secrets { return r.secrets }

// Start starts a process for a check.
func (r *runner) Start(ctx context.Context, o suite.StationOptions) (suite.Station, error) {
	s, err := r.start(ctx, o)
	if err != nil {
		return nil, err
	}
	return s, nil
}

// Claim reserves a recipient for a check.
func (r *runner) Claim(address string) { r.ledger.claim(address) }

// ClaimNew reserves a recipient for a check, unless some check has reserved it.
func (r *runner) ClaimNew(address string) bool { return r.ledger.claimNew(address) }

// Release notes that the check of the recipients has ended.
func (r *runner) Release(addresses []string) { r.ledger.release(addresses, time.Now()) }

// Exchanges returns the vendor requests to a recipient in order.
func (r *runner) Exchanges(address string) []emulator.Exchange { return r.ledger.of(address) }

// RecordLeak records that the provider disclosed a secret.
func (r *runner) RecordLeak(detail string) { r.note(nil, []string{detail}) }

// RecordPlaces records where the fields of a kind of message are in a request.
func (r *runner) RecordPlaces(kind string, places map[string]string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.wireMap == nil {
		r.wireMap = map[string]map[string]string{}
	}
	if r.wireMap[kind] == nil {
		r.wireMap[kind] = map[string]string{}
	}
	maps.Copy(r.wireMap[kind], places)
}
