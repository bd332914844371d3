// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package doctor examines an installation of wahost and one configuration folder, and reports what is wrong and what to do about it. Nothing
// is changed, and no message is sent.
//
// The main starting point is Examine. It is offline; Online asks the vendors.
package doctor

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/wahost/wahost/core/config/load"
	"github.com/wahost/wahost/core/diagview"
	"github.com/wahost/wahost/core/host"
	"github.com/wahost/wahost/internal/buildinfo"
)

// Level is how bad a finding is.
type Level string

// The levels.
const (
	OK Level = "ok"
	// Warning is about something that works now and may not later, or that is not safe.
	Warning Level = "warning"
	// Error is about something that does not work.
	Error Level = "error"
)

// Finding is the result of one look.
type Finding struct {
	// Check is the name of what was examined, such as "lock".
	Check string `json:"check"`
	Level Level  `json:"level"`
	// Where is the file, the variable, the provider or the channel that the finding is about. It may be empty.
	Where string `json:"where,omitempty"`
	// Found is what was found, as a sentence.
	Found string `json:"found"`
	// Do says what to do. It is empty if nothing is wrong.
	Do string `json:"do,omitempty"`
}

// Exam is an examination.
type Exam struct {
	// Host is an open host that was not validated yet.
	Host *host.Host
	// Build identifies wahost.
	Build buildinfo.Info
	// Env is the environment, each entry NAME=VALUE.
	Env []string
	// Now is the time.
	Now time.Time

	findings []Finding
	// plain are the files with a secret that is written in them.
	plain  map[string]bool
	usable bool
}

// add adds a finding.
func (e *Exam) add(check string, level Level, where, do, format string, args ...any) {
	e.findings = append(e.findings, Finding{Check: check, Level: level, Where: where, Found: fmt.Sprintf(format, args...), Do: do})
}

// ok adds a finding without anything wrong.
func (e *Exam) ok(check, where, format string, args ...any) {
	e.add(check, OK, where, "", format, args...)
}

// variable returns a variable of the environment, or "".
func (e *Exam) variable(name string) string {
	for _, entry := range e.Env {
		if value, ok := strings.CutPrefix(entry, name+"="); ok {
			return value
		}
	}
	return ""
}

// Examine makes all checks that need no network. Providers are started, which make no requests until they are asked to.
func (e *Exam) Examine(ctx context.Context) []Finding {
	e.ok("program", "", "wahost %s", e.Build)
	e.configuration(ctx)
	e.providers(ctx)
	e.lock()
	e.certificates()
	e.permissions()
	e.sockets()
	e.temporary()
	e.clock()
	e.limits(ctx)
	e.network()
	e.overrides()
	e.cache()
	return e.findings
}

// configuration validates the configuration.
func (e *Exam) configuration(ctx context.Context) {
	const check = "configuration"
	dir := e.Host.Paths().Dir
	e.plain = map[string]bool{}
	if _, err := os.Stat(dir); err != nil {
		e.add(check, Error, dir, "Name the folder of the configuration with --config.", "The folder cannot be used: %v.", reason(err))
		return
	}
	if !e.Host.Configured() {
		e.add(check, Warning, dir, "Name the folder with --config.", "There is no configuration in this folder, so only the installation was examined.")
		return
	}
	found := e.Host.Validate(ctx)
	report := diagview.NewReport(found.Files, found.Diagnostics)
	first, errors, warnings := "", 0, 0
	for _, d := range report.Diagnostics {
		if d.Summary == load.PlainSecret && d.Range != nil {
			e.plain[d.Range.Filename] = true
		}
		switch d.Severity {
		case "error":
			if errors++; errors == 1 {
				first = d.Summary
				if d.Range != nil {
					first = fmt.Sprintf("%s, in %s line %d", first, d.Range.Filename, d.Range.Start.Line)
				}
			}
		default:
			warnings++
		}
	}
	e.usable = e.Host.Config() != nil && (!found.HasErrors() || e.Host.CanSend(found, nil))
	switch {
	case errors == 1:
		e.add(check, Error, dir, "Run `wahost validate`, which shows its place.", "1 error: %s.", first)
	case errors > 1:
		e.add(check, Error, dir, "Run `wahost validate`, which shows each with its place.", "%s. The first is: %s.", count(errors, "error"), first)
	case warnings > 0:
		e.add(check, Warning, dir, "Run `wahost validate`, which shows each with its place.", "The configuration is valid, with %s.", count(warnings, "warning"))
	default:
		c := e.Host.Config()
		e.ok(check, dir, "%s, %s and %s.", count(len(c.Channels), "channel"), count(len(c.Routes), "route"), count(len(c.Templates), "template"))
	}
}

// count returns a number of things in words.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
