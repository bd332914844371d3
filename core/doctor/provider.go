// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/wahost/wahost/core/config/load"
	"github.com/wahost/wahost/core/registry/release"
)

// required returns the names of the required providers, sorted.
func (e *Exam) required() []string {
	required, _ := e.Host.Requirements()
	return slices.Sorted(maps.Keys(required))
}

// providers starts each required provider.
func (e *Exam) providers(ctx context.Context) {
	const check = "providers"
	if found := e.Host.StartErrors(); found.HasErrors() {
		e.add(check, Error, "", "Run `wahost validate`, which shows why.", "No provider starts until the configuration or the lock file is fixed.")
		return
	}
	names := e.required()
	e.Host.Prefetch(names)
	for _, name := range names {
		meta, err := e.Host.Metadata(ctx, name)
		if err != nil {
			e.add(check, Error, name, "Do what the text says, and then run `wahost providers`.", "%s", oneLine(err))
			continue
		}
		from := "attached"
		if l, err := e.Host.Locate(name); err == nil && !e.Host.Attaches(name) {
			from = l.Path
		}
		e.ok(check, name, "Version %s starts (%s).", meta.Version, from)
	}
	for _, name := range e.Host.Shadowed() {
		e.add(check, Warning, name, "Unset WAHOST_PROVIDER_DIR to use what is installed.", "WAHOST_PROVIDER_DIR is set, so the version that `wahost init` installed is not used.")
	}
}

// oneLine returns the text of an error about a provider on one line.
func oneLine(err error) string {
	text := err.Error()
	var p *load.ProviderError
	if errors.As(err, &p) {
		text = p.Detail
	}
	return strings.Join(strings.Fields(text), " ")
}

// lock compares the lock file with what is required.
func (e *Exam) lock() {
	const check = "lock"
	path, required := e.Host.Paths().Lock, e.required()
	if len(required) == 0 || e.Host.StartErrors().HasErrors() {
		return
	}
	if names := e.Host.Unlocked(); len(names) > 0 {
		e.add(check, Warning, path, "Run `wahost init`, and commit the lock file.", "Not locked: %s. Whatever program is found for them is started.", strings.Join(names, ", "))
	}
	this := release.Current().String()
	for _, l := range e.Host.Locks() {
		var missing []string
		for _, p := range l.Platforms {
			if p != this {
				missing = append(missing, p)
			}
		}
		switch {
		case !slices.Contains(required, l.Name):
			e.add(check, Warning, path, "Run `wahost init`, which writes the file again.", "It has the provider %s, which the configuration does not require.", l.Name)
		case len(l.Platforms) == 0 && l.Source == "":
			e.add(check, Warning, path, "Run `wahost init`, which completes it.", "The lock of %s was written by hand, and has no source address and no platforms.", l.Name)
		case len(l.Platforms) > 0 && !l.HasPlatform(this):
			e.add(check, Error, path, fmt.Sprintf("Run `wahost providers lock --platform %s`, and then `wahost init`.", this),
				"%s %s is locked for %s, and not for %s.", l.Name, l.Version, strings.Join(l.Platforms, ", "), this)
		case l.Programs() < len(l.Platforms):
			e.add(check, Warning, path, "Run `wahost providers lock --platform "+strings.Join(missing, " --platform ")+"`.",
				"%s %s is locked for %s, with the programs of %d: the first `wahost init` on another platform changes the file.", l.Name, l.Version,
				count(len(l.Platforms), "platform"), l.Programs())
		default:
			e.ok(check, path, "%s %s is locked for %s.", l.Name, l.Version, strings.Join(l.Platforms, ", "))
		}
	}
}

// certificates reports the certificates of the required providers.
func (e *Exam) certificates() {
	const check = "certificates"
	demands, enforces := e.Host.DemandsCertificates()
	level := Warning
	if enforces {
		level = Error
	}
	if !demands {
		e.ok(check, "", "The configuration demands no certificates.")
		return
	}
	for _, name := range e.required() {
		c := e.Host.CertificateState(name)
		switch {
		case c == nil || c.State == "":
			e.add(check, level, name, "Fix what is wrong with the provider first.", "The provider could not be examined, so its certificate was not verified.")
		case c.State != "valid":
			e.add(check, level, c.File, "Ask the author of the provider for a certificate, or make one with `wahost conformance run --certify`.",
				"The certificate of %s is refused: %s.", name, strings.TrimSuffix(c.Problem, "."))
		case c.EndsSoon:
			e.add(check, Warning, c.File, "Ask for a new one, or certify the provider again with `wahost conformance run --certify`.",
				"The certificate of %s ends on %s.", name, c.Ends.Format(time.DateOnly))
		default:
			e.ok(check, c.File, "The certificate of %s is valid until %s.", name, c.Ends.Format(time.DateOnly))
		}
	}
}

// overrides reports what takes the place of installed providers.
func (e *Exam) overrides() {
	const check = "overrides"
	list, file := e.Host.Overrides()
	for _, o := range list {
		e.add(check, Warning, file, "Remove it from dev_overrides before this configuration sends real messages.", "%s is used in place of what is installed, and its version and the lock file do not count.", o)
	}
	for _, name := range e.Host.Attachable() {
		e.add(check, Warning, "WAHOST_REATTACH_PROVIDERS", "Unset the variable when you have finished debugging.", "%s is a process that somebody else started, and the lock file does not count.", name)
	}
	if e.variable("WAHOST_DISABLE_PLUGIN_TLS") != "" {
		e.add(check, Warning, "WAHOST_DISABLE_PLUGIN_TLS", "Unset the variable. It is for tests.", "Connections to providers are not encrypted.")
	}
	if len(list) == 0 && len(e.Host.Attachable()) == 0 {
		e.ok(check, "", "No provider is replaced by one under development.")
	}
}
