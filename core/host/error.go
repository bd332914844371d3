// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package host

import (
	"errors"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/wahost/wahost/core/config/load"
	"github.com/wahost/wahost/core/launch"
	"github.com/wahost/wahost/core/registry/install"
	"github.com/wahost/wahost/core/registry/lockfile"
	"github.com/wahost/wahost/core/supervise"
	"github.com/wahost/wahost/internal/printable"
)

// providerError returns an error of a provider as a *load.ProviderError, and counts it.
func (h *Host) providerError(name string, err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, errNotNeeded) {
		return &load.ProviderError{Kind: load.NotAwaited, Name: name, Detail: "Nothing needs it now, so its start was not waited for."}
	}
	h.providerErrors++
	p := &load.ProviderError{Name: name, Detail: printable.Line(err.Error())}
	var (
		notFound    *install.NotFoundError
		mismatch    *lockfile.MismatchError
		start       *launch.StartError
		crash       *supervise.CrashError
		down        *supervise.NotRunningError
		uncertified *uncertifiedError
		located     *load.ProviderError
	)
	switch {
	case errors.As(err, &located):
		p.Kind, p.Detail = located.Kind, printable.Line(located.Detail)
	case errors.As(err, &uncertified):
		p = uncertified.providerError()
	case errors.As(err, &notFound):
		p.Kind, p.Detail = load.NotInstalled, notFound.Error()+"."
	case errors.As(err, &mismatch):
		p.Kind, p.Detail = load.LockMismatch, mismatch.Error()+"."
	case errors.As(err, &start) && start.Kind == launch.IncompatibleProtocol:
		p.Kind, p.Detail = load.Incompatible, start.Error()+"."
	case errors.As(err, &start) && start.Kind == launch.ChecksumMismatch:
		p.Kind, p.Detail = load.LockMismatch, start.Error()+"."
	case errors.As(err, &start):
		p.Detail = start.Error()
	case errors.As(err, &crash):
		p.Kind, p.Detail = load.Crashed, crash.Error() // its output is printable
	case errors.As(err, &down):
		p.Kind, p.Detail = load.Crashed, down.Error()
	case status.Code(err) == codes.DeadlineExceeded:
		p.Detail = "It did not answer in time when it was asked about this configuration."
	}
	return p
}
