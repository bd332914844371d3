// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package runner

import (
	"math/rand/v2"
	"time"

	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/isolation"
	"github.com/wahost/wahost/conformance/known"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/core/launch"
)

// DefaultSeed is the seed of runs that name no seed and are not certified.
const DefaultSeed = 7

// maxSeed is the largest seed that is drawn, so that people can type it.
const maxSeed = 1 << 31

// Options configure Run. Command or Attach, Dialect and Groups are required.
type Options struct {
	// Command is the path of the provider's binary.
	Command string
	// Copy is a copy of Command that several runs share. If it is nil, the run makes its own, as one that certifies must.
	Copy *Copy
	// Attach names, instead of Command, a provider that is already running, in the form that its -debug prints. Checks
	// that need a process of their own, or look at the process, are skipped, so such a run is at best incomplete.
	Attach string
	// Dialect describes the vendor.
	Dialect *dialect.Dialect
	// DialectPath is the file name shown in the commands that repeat a check; may be empty.
	DialectPath string
	// Groups are the checks to plan.
	Groups []suite.Group
	// Seed is the seed of all generated values; 0 means DefaultSeed, or one that is drawn if Certify is set: a provider that knew
	// the seed would know the values. The report records it.
	Seed int64

	// Selectors and Exclude are patterns over ids. Levels and Capabilities narrow the plan further. A run whose plan is
	// narrowed is incomplete.
	Selectors, Exclude []string
	Levels             []report.Level
	Capabilities       []string
	// Quick leaves out the checks that are slow, see suite.Check.Slow. Such a run is incomplete as well.
	Quick bool
	// FailedFrom selects the checks that neither passed nor were not applicable in an earlier report.
	FailedFrom *report.Report
	// KnownFailing are the failures that are expected; may be nil.
	KnownFailing *known.List
	// Certify refuses everything that narrows the plan or waives a failure, and fixes the limits.
	Certify bool

	// Isolation says how processes of the provider are kept apart; empty means isolation.None.
	Isolation isolation.Mode
	// Soak adds the checks of a process that has carried thousands of messages. A run that certifies has them anyway.
	Soak bool
	// SoakMessages is how many messages these checks send; 0 means DefaultSoakMessages, the only number that certifies.
	SoakMessages int

	// Env is added to the environment of every process, as KEY=value.
	Env []string
	// Parallel is how many checks run at a time on shared processes; 0 means DefaultParallel.
	Parallel int
	// Progress is called with one event at a time; may be nil.
	Progress func(Event)
	// Now is the clock for known failures; nil means time.Now.
	Now func() time.Time

	// StartTimeout is how long the provider may take from a start to its first answer; 0 means DefaultStartTimeout. A
	// run with a longer limit cannot be certified.
	StartTimeout time.Duration
	// attachment is Attach once it is parsed; nil if it is empty.
	attachment *launch.Attachment
}

// DefaultStartTimeout is how long a provider may take from its start to its first answer, as in production.
const DefaultStartTimeout = launch.DefaultStartTimeout

// DefaultSoakMessages is how many messages the checks of the soak lane send.
const DefaultSoakMessages = 3000

// DefaultParallel is how many checks run at the same time on shared processes.
const DefaultParallel = 8

// EventKind is the kind of an Event.
type EventKind string

// The kinds of events, in the order in which they occur.
const (
	// EventPlanned occurs once, when the plan is made.
	EventPlanned EventKind = "planned"
	// EventStarted and EventFinished occur for each check that is run.
	EventStarted  EventKind = "started"
	EventFinished EventKind = "finished"
)

// Event is one step of a run.
type Event struct {
	Kind EventKind
	// ID is the id of the check; empty in EventPlanned.
	ID string
	// Result is set in EventFinished.
	Result *report.Result
	// Provider, Planned, NotApplicable, Skipped, Seed and Isolation are set in EventPlanned. Planned counts the checks that will run.
	Provider                        report.ProviderInfo
	Planned, NotApplicable, Skipped int
	Seed                            int64
	Isolation                       string
	// Done is how many of the planned checks have finished.
	Done int
}

// check returns an error if options contradict each other, and fills in defaults.
func (o *Options) check() error {
	switch {
	case o.Command == "" && o.Attach == "":
		return usage("no provider was named")
	case o.Dialect == nil:
		return usage("no dialect was given")
	}
	if err := o.checkAttach(); err != nil {
		return err
	}
	if o.Certify && o.Narrows() {
		return usage("a certificate needs the full plan: selectors, levels, capabilities, earlier failures and a quick run cannot be asked for")
	}
	if o.Quick && o.Soak {
		return usage("a quick run has no checks that send thousands of messages: ask for one or the other")
	}
	if o.Certify && o.Copy != nil {
		return usage("a certificate needs a copy of the provider that no other run used")
	}
	if o.Certify && o.KnownFailing != nil {
		return usage("a certificate needs the full plan: known failures cannot be waived")
	}
	if o.Certify && len(o.Env) > 0 {
		return usage("a certified run adds nothing to the provider's environment")
	}
	if o.Certify && o.StartTimeout != 0 {
		return usage("a certified run has the start limit %s: do not set another", DefaultStartTimeout)
	}
	if o.Certify && o.SoakMessages != 0 {
		return usage("a certified run sends %d messages in its longest checks: do not set another number", DefaultSoakMessages)
	}
	if o.StartTimeout < 0 {
		return usage("the start limit %s is not above zero", o.StartTimeout)
	}
	if o.FailedFrom != nil {
		var failed []string
		for _, r := range o.FailedFrom.Results {
			switch r.Status {
			case report.Pass, report.NA, report.Skipped, report.XFail:
			default:
				failed = append(failed, r.ID)
			}
		}
		if len(failed) == 0 {
			return usage("the earlier report has no failure to repeat")
		}
		o.Selectors = append(failed, o.Selectors...)
	}
	if o.Isolation == "" {
		o.Isolation = isolation.None
	}
	if o.Isolation != isolation.None && o.Attach != "" {
		return usage("a running provider cannot be isolated")
	}
	switch {
	case o.Seed == 0 && o.Certify:
		o.Seed = 1 + rand.Int64N(maxSeed)
	case o.Seed == 0:
		o.Seed = DefaultSeed
	}
	if o.StartTimeout == 0 {
		o.StartTimeout = DefaultStartTimeout
	}
	if o.Parallel <= 0 {
		o.Parallel = DefaultParallel
	}
	if o.SoakMessages == 0 {
		o.SoakMessages = DefaultSoakMessages
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Progress == nil {
		o.Progress = func(Event) {}
	}
	return nil
}

// Narrows reports whether the options leave out checks that the provider's capabilities would ask for.
func (o *Options) Narrows() bool {
	return len(o.Selectors)+len(o.Exclude)+len(o.Levels)+len(o.Capabilities) > 0 || o.FailedFrom != nil || o.Quick
}

// narrowed returns what narrowed the plan, for the report.
func (o *Options) narrowed() []string {
	out := append([]string(nil), o.Selectors...)
	for _, x := range o.Exclude {
		out = append(out, "!"+x)
	}
	for _, l := range o.Levels {
		out = append(out, "level:"+string(l))
	}
	for _, c := range o.Capabilities {
		out = append(out, "capability:"+c)
	}
	if o.Quick {
		out = append(out, "quick")
	}
	return out
}
