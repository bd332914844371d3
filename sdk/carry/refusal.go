// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package carry

import (
	"errors"
	"fmt"

	"github.com/wahost/wahost/sdk/outcome"
)

// refusal is the error by which an encoder returns a rejection.
type refusal struct{ outcome outcome.Outcome }

func (r *refusal) Error() string {
	return fmt.Sprintf("%s: %s", r.outcome.Rejected.Path, r.outcome.Rejected.Detail)
}

// Refuse returns an error that OutcomeOf turns into a rejection. It is for messages that are refused before anything
// is sent to the vendor. The path names the field at fault and may be empty.
func Refuse(reason outcome.Reason, path, format string, args ...any) error {
	return &refusal{outcome.Reject(reason, path, format, args...)}
}

// OutcomeOf returns the rejection of an encoder's error. An error that was not made by this package becomes a
// rejection with the reason invalid_message.
func OutcomeOf(err error) outcome.Outcome {
	var r *refusal
	if errors.As(err, &r) {
		return r.outcome
	}
	return outcome.Reject(outcome.ReasonInvalidMessage, "", "%s", err)
}
