// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/wahost/wahost/core/diagview"
	"github.com/wahost/wahost/core/host"
	"github.com/wahost/wahost/core/registry/install"
	"github.com/wahost/wahost/sdk/message"
)

// OpenHost opens the host of the configuration folder. Call Close with it, also after an error of LoadHost or StartHost.
func (a *App) OpenHost(ctx context.Context) (*host.Host, error) {
	h, err := host.Open(ctx, host.Options{
		Dir: a.ConfigDir, DirFrom: a.ConfigFrom, VarFiles: a.VarFiles, Vars: a.Vars,
		Version: a.Build.Version, Log: a.Stderr, Secrets: a.Secrets,
	})
	var setting *host.SettingError
	switch {
	case errors.As(err, &setting):
		return nil, UsageError("%v", err)
	case err != nil:
		return nil, EnvironmentError(err)
	}
	if overrides, file := h.Overrides(); len(overrides) > 0 {
		a.Warn("providers under development are used in place of those that are installed, as dev_overrides in %s demands: %s. Their versions and the lock file do not "+
			"count. Remove the overrides before this configuration sends real messages.", file, strings.Join(overrides, ", "))
	}
	a.WarnShadowed(h)
	return h, nil
}

// WarnShadowed tells which installed providers are not used because of WAHOST_PROVIDER_DIR.
func (a *App) WarnShadowed(h *host.Host) {
	if names := h.Shadowed(); len(names) > 0 {
		a.Warn("%s is set, so what `wahost init` installed is not used: %s. A program in that folder starts only if it has a locked hash. Unset the variable to use "+
			"what is installed.", install.EnvDir, strings.Join(names, ", "))
	}
}

// NoteUnlocked tells which providers are started without a lock.
func (a *App) NoteUnlocked(h *host.Host) {
	if names := h.Unlocked(); len(names) > 0 && !a.OwnConfig {
		a.Note("Not locked: %s. Any program of that name is started until `wahost init` locks one.", strings.Join(names, ", "))
	}
}

// LoadHost opens the host and validates the configuration. The channel, route and template that m names must exist; m may be
// nil. Problems are printed. Providers that cannot be used are warnings if others are left. If recipients are given, m is the
// only message, and providers that it does not need are not waited for. The host may be nil if there is an error.
func (a *App) LoadHost(ctx context.Context, m *message.Message, recipients ...message.Recipient) (*host.Host, error) {
	h, err := a.OpenHost(ctx)
	if err != nil {
		return nil, err
	}
	a.NoteUnlocked(h)
	if len(recipients) > 0 {
		h.Expect(ctx, m, recipients)
	}
	found := h.Validate(ctx)
	if ctx.Err() != nil {
		// The diagnostics are about providers that the interrupted command did not wait for, and about the consequences.
		return h, Interrupted()
	}
	if err := a.reportUsable(h, found, m); err != nil {
		return h, err
	}
	if err := h.Config().CheckTarget(m); err != nil {
		return h, UsageError("%v", err)
	}
	if err := h.Config().CheckSendAt(m, time.Now()); err != nil {
		return h, UsageError("%v", err)
	}
	return h, nil
}

// Start starts the channels of a host of LoadHost, for the same message. Problems are printed.
func (a *App) Start(ctx context.Context, h *host.Host, m *message.Message) error {
	found, err := h.Start(ctx)
	switch {
	case ctx.Err() != nil:
		return Interrupted()
	case err != nil:
		return EnvironmentError(err)
	case found.HasErrors():
		return a.reportUsable(h, found, m)
	}
	return nil
}

// StartHost does what LoadHost and Start do.
func (a *App) StartHost(ctx context.Context, m *message.Message, recipients ...message.Recipient) (*host.Host, error) {
	h, err := a.LoadHost(ctx, m, recipients...)
	if err != nil {
		return h, err
	}
	return h, a.Start(ctx, h, m)
}

// reportUsable prints diagnostics and returns the error that ends the command. Errors are printed as warnings, and end nothing,
// if the host can send without what they are about.
func (a *App) reportUsable(h *host.Host, d host.Diagnosis, m *message.Message) error {
	if d.HasErrors() && h.CanSend(d, m) {
		d = d.Warnings()
	}
	return a.Report(d)
}

// CloseHost closes a host, which may be nil, and prints how many messages were abandoned, and for how many the condition of a
// route could not be decided.
func (a *App) CloseHost(h *host.Host) {
	for _, u := range h.Undecided() {
		a.Warn("the condition of route %s could not be decided for %s: %s", u.Route, messages(u.Messages), u.Cause)
	}
	if abandoned := h.Close(); abandoned > 0 {
		a.Note("%s had no outcome when the providers were stopped", messages(abandoned))
	}
}

// Report prints diagnostics and returns the error that ends the command, or nil if there are only warnings.
func (a *App) Report(d host.Diagnosis) error {
	if a.OnReport != nil {
		a.OnReport(d)
	}
	if a.JSON {
		return a.reportJSON(d)
	}
	if len(d.Diagnostics) > 0 {
		if err := diagview.Write(a.Stderr, d.Files, d.Diagnostics, a.ViewOptions()); err != nil {
			return EnvironmentError(err)
		}
	}
	return Verdict(d)
}

// ViewOptions returns how diagnostics are shown on standard error.
func (a *App) ViewOptions() diagview.Options {
	return diagview.Options{Color: a.Stderr.Color(), Width: a.Stderr.Width()}
}

// Verdict returns the error that ends a command after diagnostics were printed, or nil if there are only warnings.
func Verdict(d host.Diagnosis) error {
	switch {
	case !d.HasErrors():
		return nil
	case d.OnlyProviders():
		return ExitWith(ExitEnvironment)
	}
	return ExitWith(ExitUsage)
}

// messages returns a number of messages in words.
func messages(n int) string {
	if n == 1 {
		return "1 message"
	}
	return strconv.Itoa(n) + " messages"
}
