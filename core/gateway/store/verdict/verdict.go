// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package verdict says before a command whether the state of a message allows it, by the same rules as the command itself.
package verdict

import (
	"time"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/gateway/store/internal/held"
)

// Of returns nil if a message allows an action at a time, and otherwise the *store.RefusedError that the command would have. The life must
// have the history of the message, as Get returns it.
func Of(l *store.Life, a store.Action, at time.Time) error {
	of := held.Target{
		State: l.State, Attempt: l.Attempts, Reason: l.Failure.Reason, Erased: l.Erased, Expires: l.Expires,
		Arrived: !l.Sent.IsZero() || !l.Delivered.IsZero() || !l.Read.IsZero(),
	}
	for _, x := range l.History {
		of.Lost = of.Lost || x.Outcome == store.OutcomeUnknown
	}
	if err := of.Check(a); err != nil {
		return err
	}
	switch a {
	case store.ActionCancel:
		if of.Canceled() {
			return nil
		}
		if err := of.CheckCancel(); err != nil {
			return err
		}
		return of.CheckHandover(l.InHandover)
	case store.ActionRedrive:
		if !l.Successor.IsZero() {
			return nil // the command answers with it
		}
		return of.CheckRedrive()
	case store.ActionResend:
		return of.CheckResend(at)
	}
	return of.CheckResolve()
}
