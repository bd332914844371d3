// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"time"

	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/core/launch"
)

// Version is that of the suite. Its major number changes when a provider that conformed may no longer do so.
const Version = "1.0.0"

// DefaultSeed is the seed of runs that name none, and of certified ones.
const DefaultSeed = 7

// Options of Run. Command or Attach, Dialect and Groups are required.
type Options struct {
	// Command is the path of the provider's binary.
	Command string
	// Attach names, in place of Command, a provider that runs already, as its -debug prints it. Checks that need a
	// process of their own, or look at the process, are skipped, so that such a run is incomplete at best.
	Attach  string
	Dialect *dialect.Dialect
	// DialectPath is what the reproduce commands name; may be empty.
	DialectPath string
	Groups      []Group
	// Seed is DefaultSeed where 0.
	Seed int64

	// Selectors and Exclude are patterns over ids, Levels and Capabilities narrow further. Whatever narrows the plan
	// makes the run incomplete.
	Selectors, Exclude []string
	Levels             []report.Level
	Capabilities       []string
	// FailedFrom takes the ids of an earlier report which neither passed nor were not applicable.
	FailedFrom *report.Report
	// KnownFailing waives failures; nil for none.
	KnownFailing *KnownFailing
	// Certify refuses whatever narrows or waives, and fixes seed and limits.
	Certify bool

	// Env is added to the environment of every process, as KEY=value.
	Env []string
	// Parallel is how many checks share processes at a time; DefaultParallel where 0.
	Parallel int
	// Progress is told what happens, one event at a time; nil for nobody.
	Progress func(Event)
	// Now is the clock of known failures; time.Now where nil.
	Now func() time.Time

	// StartTimeout is how long the provider may take from a start to its first answer; DefaultStartTimeout where 0. A
	// longer one makes the run uncertifiable.
	StartTimeout time.Duration
	// attachment is what Attach says; nil for none.
	attachment *launch.Attachment
}

// DefaultParallel checks run at the same time.
const DefaultParallel = 8

// EventKind tells events apart.
type EventKind string

// The kinds of Event, in the order in which they come.
const (
	// EventPlanned comes once, when the plan is made.
	EventPlanned EventKind = "planned"
	// EventStarted and EventFinished come for each check that is run.
	EventStarted  EventKind = "started"
	EventFinished EventKind = "finished"
)

// Event is one step of a run.
type Event struct {
	Kind EventKind
	// ID is the check; empty in EventPlanned.
	ID string
	// Result comes with EventFinished.
	Result *report.Result
	// Provider, Planned, NotApplicable and Skipped come with EventPlanned. Planned counts those that will be run.
	Provider                        report.ProviderInfo
	Planned, NotApplicable, Skipped int
	Seed                            int64
	// Done of Planned have finished.
	Done int
}

// check refuses options that contradict each other, and fills in defaults.
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
	if o.Certify && (len(o.Selectors) > 0 || len(o.Exclude) > 0 || len(o.Levels) > 0 || len(o.Capabilities) > 0 || o.FailedFrom != nil) {
		return usage("a certificate needs the full plan: selectors, levels, capabilities and earlier failures cannot be named")
	}
	if o.Certify && o.KnownFailing != nil {
		return usage("a certificate needs the full plan: known failures cannot be waived")
	}
	if o.Certify && o.Seed != 0 && o.Seed != DefaultSeed {
		return usage("a certified run has the seed %d", DefaultSeed)
	}
	if o.Certify && len(o.Env) > 0 {
		return usage("a certified run adds nothing to the provider's environment")
	}
	if o.Certify && o.StartTimeout != 0 {
		return usage("a certified run has the start limit %s: leave the other one out", DefaultStartTimeout)
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
	if o.Seed == 0 {
		o.Seed = DefaultSeed
	}
	if o.StartTimeout == 0 {
		o.StartTimeout = DefaultStartTimeout
	}
	if o.Parallel <= 0 {
		o.Parallel = DefaultParallel
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Progress == nil {
		o.Progress = func(Event) {}
	}
	return nil
}

// narrowed lists what narrowed the plan, for the report.
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
	return out
}
