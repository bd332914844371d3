// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package suite plans and runs conformance checks against a provider binary. It starts the binary through the same
// code as the host does, points it at emulators of its vendor, hands each check what it needs, and turns what the
// checks find into one report. The checks themselves are in conformance/checks. Run is the starting point.
package suite

import (
	"context"

	"github.com/wahost/wahost/conformance/report"
)

// Lane says how a check may be run beside others.
type Lane int

const (
	// Shared checks run in parallel on a process that others use as well. They script faults by recipient only.
	Shared Lane = iota
	// Own checks get a process and an emulator of their own, and may do anything to them.
	Own
	// Alone checks depend on time: like Own, one at a time when everything else has ended, and up to three
	// times. A mixed outcome is flaky.
	Alone
)

// Check is one thing that a provider must do. It is data: the same facts give the same checks.
type Check struct {
	// ID is group/slug, or group/slug/row where data drives it. It is never reused.
	ID    string
	Level report.Level
	// Provisional checks are reported and change no verdict.
	Provisional bool
	// Requirement is the sentence that the provider must live up to.
	Requirement string
	// Since is the version of the suite that has the check first; empty for the first one.
	Since string
	// Capability names what must be declared for the check to apply, such as "list"; empty for every provider.
	Capability string
	// Needs names the capability that is missing for this provider, or gives ""; nil needs nothing.
	Needs func(*Facts) (missing string)
	// Control says what must succeed for a refusal to count; empty for a check that asks for no refusal.
	Control string
	// Kills names the mutants of the reference provider that the check must find.
	Kills []string
	// Note says where and why the check differs from the specification; empty for nowhere.
	Note string
	Lane Lane
	// JudgesSchema checks run also where the schema cannot be used, on a process without configuration.
	JudgesSchema bool
	Run          func(ctx context.Context, e *Env)
}

// Group makes the checks that apply to what is known of a provider.
type Group func(*Facts) []Check
