// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package suite defines conformance checks: a Check is data, Facts are what checks are planned from, and an Env is what
// a check uses to call the provider, inspect the requests to the emulated vendor, and report deviations. Package runner
// plans and runs checks; the checks are in conformance/checks.
package suite

import (
	"context"

	"github.com/wahost/wahost/conformance/report"
)

// Isolation says how a check may run beside others.
type Isolation int

// The levels of isolation.
const (
	// Shared checks run in parallel on a process that other checks use as well. They script faults only by recipient.
	Shared Isolation = iota
	// Own checks get a process and an emulator of their own, and may do anything to them.
	Own
	// Alone checks depend on time. They are like Own, but run one at a time after all other checks, and up to three
	// times. If the results differ, the check is flaky.
	Alone
)

// Check is one thing that a provider must do. Checks are data: the same facts always lead to the same checks.
type Check struct {
	// ID is group/slug, or group/slug/row if data generates the check. An ID is never reused.
	ID string
	// Level says how much the check counts.
	Level report.Level
	// Provisional checks are reported but do not change the verdict.
	Provisional bool
	// Requirement is a whole sentence that must be true of the provider.
	Requirement string
	// Since is the version of the suite that introduced the check; empty means the first version.
	Since string
	// Capability must be declared for the check to apply, such as "list"; empty means that it applies to all providers.
	Capability string
	// Needs returns the capability that the provider lacks, or "" if the check applies; nil means that it always does.
	Needs func(*Facts) (missing string)
	// Control says what must succeed for a refusal to count; empty if the check does not ask for a refusal.
	Control string
	// Kills names the mutants of the reference provider that the check must find.
	Kills []string
	// Note says where and why the check differs from the specification; usually empty.
	Note string
	// Isolation says how the check may run beside others.
	Isolation Isolation
	// Soak leaves the check out of the plan unless the run asks for such checks, or for this one.
	Soak bool
	// Slow leaves the check out of quick runs, because it waits, measures, starts many processes, or tries many values or faults. A
	// check that is Alone or Soak need not say so.
	Slow bool
	// JudgesSchema makes the check run also if the host cannot use the schema, on a process without configuration.
	JudgesSchema bool
	// Run is the check itself. It may be nil if the check does not apply.
	Run func(ctx context.Context, e *Env)
}

// Quick reports whether the check is part of quick runs.
func (c *Check) Quick() bool { return !c.Slow && !c.Soak && c.Isolation != Alone }

// Slow returns the checks, all of them marked as slow.
func Slow(checks ...Check) []Check {
	for i := range checks {
		checks[i].Slow = true
	}
	return checks
}

// Group returns the checks of one group for what is known of a provider.
type Group func(*Facts) []Check
