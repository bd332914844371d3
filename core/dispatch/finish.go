// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// abandon ends the job where it waits, because its caller left or the dispatcher was closed. The result is the outcome
// of the last attempt. If no attempt was made, it says that the message was not attempted.
func (j *job) abandon(reason error) {
	if n := len(j.attempts); n > 0 {
		j.finish(j.attempts[n-1].Outcome)
		return
	}
	j.finish(notAttempted(reason))
}

// finish delivers the result. The job must not be touched after it.
func (j *job) finish(o outcome.Outcome) {
	o.DeliveryID = j.id
	if o.Rejected == nil {
		o.IgnoredFields = also(o.IgnoredFields, j.ignored)
	}
	d, done := j.d, j.done
	result := Result{
		ID: j.id, To: j.facts.To, Route: j.route, Outcome: o, Attempts: j.attempts, Skipped: j.skipped,
		Undecided: j.undecided, RawTemplate: j.rawTemplate,
	}
	clear(j.candidates)
	*j = job{candidates: j.candidates[:0]}
	jobs.Put(j)
	done(result)
	d.jobs.leave()
}

// also returns paths and further ones. Outcomes may share a list, so that it is not changed.
func also(paths, further []string) []string {
	if len(further) == 0 {
		return paths
	}
	return slices.Concat(paths, further)
}

// unavailable returns a rejection by the host that is safe to retry.
func unavailable(format string, args ...any) outcome.Outcome {
	o := outcome.Reject(outcome.ReasonVendorUnavailable, "", format, args...)
	o.Rejected.Retry = outcome.RetrySafe
	return o
}

func notAttempted(reason error) outcome.Outcome { return unavailable("not attempted: %v", reason) }

// invalid returns the rejection of a message that nobody can get.
func invalid(err error) outcome.Outcome {
	var e *message.InvalidError
	if errors.As(err, &e) && len(e.Problems) > 0 {
		return outcome.Reject(outcome.ReasonInvalidMessage, e.Problems[0].Path, "%s", e.Problems[0].Detail)
	}
	return outcome.Reject(outcome.ReasonInvalidMessage, "", "%v", err)
}

// sleep waits. If one of the contexts ends first, it returns the cause.
func sleep(caller, dispatcher context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-caller.Done():
		return context.Cause(caller)
	case <-dispatcher.Done():
		return context.Cause(dispatcher)
	}
}
