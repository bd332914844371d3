// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package held

import (
	"fmt"
	"time"

	"github.com/wahost/wahost/core/gateway/store"
)

// Target is the message of a command. Its methods return a *store.RefusedError if its state does not allow the command.
type Target struct {
	State store.State
	// Attempt is the number of the last attempt whose outcome is known.
	Attempt int
	Reason  string
	// Arrived is set if a vendor says that the message was sent, delivered or read.
	Arrived bool
	// Lost is set if an attempt has an unknown outcome that no vendor has told about.
	Lost bool
	// Erased is set if the recipient is not known any more.
	Erased  bool
	Expires time.Time
}

func (of *Target) refuse(format string, args ...any) error {
	return &store.RefusedError{State: of.State, Why: fmt.Sprintf(format, args...)}
}

// inDoubt reports whether the message may have reached its recipient although nobody knows.
func (of *Target) inDoubt() bool { return of.Lost && !of.Arrived && of.Reason != store.ReasonResolved }

// Check refuses what needs a recipient if it was erased.
func (of *Target) Check(a store.Action) error {
	if of.Erased && (a == store.ActionRedrive || a == store.ActionResend) {
		return of.refuse("the recipient was erased: the message cannot be sent again")
	}
	return nil
}

// Canceled reports whether the message was canceled before.
func (of *Target) Canceled() bool {
	return of.State == store.StateDead && of.Reason == store.ReasonCanceled
}

// CheckCancel refuses to cancel a message that is not ready. CheckHandover may refuse it as well.
func (of *Target) CheckCancel() error {
	if of.State != store.StateReady {
		return of.refuse("the message is %v: only a message that is ready can be canceled", of.State)
	}
	return nil
}

// CheckHandover refuses to cancel a message that has an attempt in a handover.
func (of *Target) CheckHandover(inFlight bool) error {
	if inFlight {
		return of.refuse("the message was handed over to a vendor and may be sent: it cannot be canceled any more")
	}
	return nil
}

// CheckRedrive refuses to send a new message in place of one that is not dead, or may have reached its recipient.
func (of *Target) CheckRedrive() error {
	switch {
	case of.State == store.StateUnknown || of.State == store.StateDead && of.inDoubt():
		return of.refuse("an attempt may have reached a vendor: resolve the message as failed first, if it is known that it did not")
	case of.State != store.StateDead:
		return of.refuse("the message is %v: only a dead message can be sent anew", of.State)
	case of.Arrived:
		return of.refuse("a vendor says that the message was sent: it is not sent again")
	}
	return nil
}

// CheckResend refuses to send a message once more at a time, unless its outcome is unknown and it has not expired.
func (of *Target) CheckResend(at time.Time) error {
	switch {
	case of.State != store.StateUnknown:
		return of.notUnknown()
	case !of.Expires.IsZero() && !at.Before(of.Expires):
		return of.refuse("the message has expired: resolve it as failed, and redrive it")
	}
	return nil
}

// CheckResolve refuses to resolve a message of which nothing is unknown.
func (of *Target) CheckResolve() error {
	if of.State == store.StateUnknown || of.State == store.StateDead && of.inDoubt() {
		return nil
	}
	return of.notUnknown()
}

func (of *Target) notUnknown() error {
	return of.refuse("the outcome of the message is not unknown: it is %v", of.State)
}
