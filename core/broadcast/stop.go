// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package broadcast

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/dispatch"
	"github.com/wahost/wahost/sdk/outcome"
)

const (
	// refusalsToStop is how many messages in a row a channel refuses for a cause that is not theirs before the run stops.
	refusalsToStop = 3
	// unroutedToStop is how many rows in a row no channel can carry before the run stops.
	unroutedToStop = 20
)

// StopKind tells why a run ended before all rows were sent.
type StopKind string

// The kinds of stops.
const (
	// StopRefused means that a vendor or provider refuses all messages, for example because a credential is wrong.
	StopRefused StopKind = "refused"
	// StopUnavailable means that no channel was healthy, also after waiting for one.
	StopUnavailable StopKind = "unavailable"
	// StopUnrouted means that no route has a channel that can carry the message, for many rows in a row.
	StopUnrouted StopKind = "unrouted"
	// StopFailures means that more rows failed than Options.MaxFailures allows.
	StopFailures StopKind = "failures"
	// StopError means that the journal or the output could not be written.
	StopError StopKind = "error"
)

// Stop is the reason that a run ended before all rows were sent. It is an error only as the cause of contexts.
type Stop struct { //nolint:errname // it is an error only as a cause
	Kind StopKind
	// Channel is the channel that the cause is about, or the zero Channel.
	Channel addr.Channel
	// Rejected is the refusal that the run stopped for. It is set for refused, unavailable and unrouted.
	Rejected *outcome.Rejected
	// Failures is the number of failed rows. It is set for failures.
	Failures int
	// Err is set for error.
	Err error
}

// Error says why the run stopped.
func (s *Stop) Error() string {
	switch s.Kind {
	case StopFailures:
		return fmt.Sprintf("%d rows failed, which is more than allowed", s.Failures)
	case StopError:
		return s.Err.Error()
	}
	return fmt.Sprintf("%s: %s", s.Rejected.Reason, s.Rejected.Detail)
}

// Unwrap returns Err.
func (s *Stop) Unwrap() error { return s.Err }

// accountWide reports whether a rejection is about the account, the number or the configuration, and not about the message.
// Such a message is sent again when the cause is repaired.
func accountWide(r *outcome.Rejected) bool {
	if r == nil {
		return false
	}
	wide := r.Scope == outcome.ScopeAccount || r.Scope == outcome.ScopeSender
	switch r.Reason {
	case outcome.ReasonUnauthenticated:
		return true
	case outcome.ReasonForbidden, outcome.ReasonMisconfigured, outcome.ReasonQuotaExceeded:
		return wide
	}
	return false
}

// refusals counts the refusals in a row that are not about a message, by channel.
type refusals map[addr.Channel]*refusedChannel

// refusedChannel is a channel whose last answers were refusals.
type refusedChannel struct {
	count int
	since time.Time // of the first of them
}

// take counts the outcome of an attempt that was given to a provider at begun. It returns a stop when a channel refused too
// many. Only an attempt that began after the first refusal shows that the account works again: an earlier one may have been
// answered before the account stopped to work, and its answer may come late.
func (c refusals) take(at dispatch.Attempt, next dispatch.Next, begun time.Time) *Stop {
	r := at.Outcome.Rejected
	refused := c[at.Channel]
	switch {
	case accountWide(r) && next == dispatch.Fallback:
		return nil
	case accountWide(r):
		if refused == nil {
			refused = &refusedChannel{since: time.Now()}
			c[at.Channel] = refused
		}
		if refused.count++; refused.count >= refusalsToStop {
			return &Stop{Kind: StopRefused, Channel: at.Channel, Rejected: r}
		}
	case refused == nil || !begun.After(refused.since):
	case at.Outcome.Accepted != nil, r != nil && at.Outcome.Attempts > 0:
		delete(c, at.Channel)
	}
	return nil
}

// unattempted returns the rejection of a message that no channel was asked to send, or nil.
func unattempted(r dispatch.Result) *outcome.Rejected {
	if len(r.Attempts) > 0 {
		return nil
	}
	return r.Outcome.Rejected
}

// unrouted reports whether no channel can carry the message as the configuration is now.
func unrouted(r dispatch.Result) bool {
	rej := unattempted(r)
	return rej != nil && (rej.Reason == outcome.ReasonMisconfigured || len(r.Skipped) > 0 && rej.Reason != outcome.ReasonVendorUnavailable)
}

// Failures is a limit of failed rows. The zero value allows any number.
type Failures struct {
	// Set is false if there is no limit.
	Set bool
	// Rows is the number of rows that may fail.
	Rows int
	// Percent is the share of the rows of the file that may fail, used instead of Rows if it is not 0.
	Percent float64
}

// ParseFailures reads a limit such as "20" or "1.5%".
func ParseFailures(text string) (Failures, error) {
	if number, ok := strings.CutSuffix(text, "%"); ok {
		share, err := strconv.ParseFloat(number, 64)
		if err != nil || !(share > 0 && share <= 100) {
			return Failures{}, fmt.Errorf("%q is not a percentage: give a number above 0 and up to 100, such as 1.5%%", text)
		}
		return Failures{Set: true, Percent: share}, nil
	}
	rows, err := strconv.Atoi(text)
	if err != nil || rows < 0 {
		return Failures{}, fmt.Errorf("%q is not a number of rows or a percentage, such as 20 or 1.5%%", text)
	}
	return Failures{Set: true, Rows: rows}, nil
}

// exceeded reports whether so many failed rows of a file with so many rows are too many.
func (f Failures) exceeded(failed, rows int) bool {
	switch {
	case !f.Set:
		return false
	case f.Percent > 0:
		return float64(failed) > f.Percent/100*float64(rows)
	}
	return failed > f.Rows
}
