// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package broadcast

import (
	"errors"
	"slices"

	"github.com/wahost/wahost/core/dispatch"
	"github.com/wahost/wahost/sdk/outcome"
)

// take takes the result of a row from the dispatcher.
func (r *run) take(row Row, result dispatch.Result) {
	rej := result.Outcome.Rejected
	switch {
	case notHandedOver(result):
		// The row is not in the journal as begun, so that the next run sends it.
		r.stop(&Stop{Kind: StopUnavailable, Rejected: rej, Channel: result.Channel()})
	case r.ctx.Err() != nil && rej != nil && rej.Retry != outcome.RetryNever:
		r.journal.finished(RowResult{row, result}, true, r.Record(result))
	case accountWide(rej):
		r.mu.Lock()
		r.refused = &Stop{Kind: StopRefused, Channel: result.Channel(), Rejected: rej}
		r.mu.Unlock()
		r.journal.finished(RowResult{row, result}, true, r.Record(result))
		r.tell(row, result)
	default:
		r.settle(row, result)
	}
}

// notHandedOver reports whether no provider could be asked to send the message, so that it is not its fault.
func notHandedOver(r dispatch.Result) bool {
	rej := r.Outcome.Rejected
	if rej == nil || rej.Reason != outcome.ReasonVendorUnavailable || rej.Retry != outcome.RetrySafe {
		return false
	}
	return !slices.ContainsFunc(r.Attempts, func(at dispatch.Attempt) bool { return at.Outcome.Attempts > 0 || at.Outcome.Rejected == nil })
}

// settle counts and records a row that is finished.
func (r *run) settle(row Row, result dispatch.Result) {
	word := result.Outcome.Word()
	r.Progress(word)
	rej := result.Outcome.Rejected
	r.mu.Lock()
	switch {
	case result.Outcome.Accepted != nil:
		r.summary.Accepted++
	case rej != nil:
		r.summary.Rejected++
	default:
		r.summary.Unknown++
	}
	failed := r.summary.Rejected + r.summary.Unknown
	noRoute := unrouted(result)
	if noRoute {
		r.unrouted++
	} else {
		r.unrouted = 0
	}
	lost := r.unrouted >= unroutedToStop
	r.mu.Unlock()
	retryable := rej != nil && (rej.Retry != outcome.RetryNever || noRoute)
	r.journal.finished(RowResult{row, result}, retryable, r.Record(result))
	if !retryable {
		r.reject(row, result.Outcome)
	}
	r.tell(row, result)
	if lost {
		r.stop(&Stop{Kind: StopUnrouted, Rejected: rej})
	}
	if r.MaxFailures.exceeded(failed, r.File.Rows) {
		r.stop(&Stop{Kind: StopFailures, Failures: failed})
	}
}

// tell passes on the result of a row. It does so also where the journal cannot be written.
func (r *run) tell(row Row, result dispatch.Result) {
	if err := r.Result(row, result); err != nil {
		r.stop(&Stop{Kind: StopError, Err: err})
	}
}

// end closes the journal and completes the summary.
func (r *run) end(err error) (Summary, error) {
	unrecorded, closing := r.journal.close()
	s := &r.summary
	s.Unrecorded = unrecorded
	s.Unsent = s.Rows - s.Accepted - s.Rejected - s.Unknown - s.Duplicates
	for _, n := range s.Before {
		s.Unsent -= n
	}
	if s.Stop == nil && s.Unsent > 0 && r.ctx.Err() == nil {
		s.Stop = r.refused
	}
	if r.rejects != nil {
		closing = errors.Join(closing, r.rejects.Close())
	}
	if err == nil {
		err = closing
	}
	return *s, err
}
