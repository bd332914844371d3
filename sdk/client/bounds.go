// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package client

import (
	"fmt"

	"github.com/wahost/wahost/sdk/diag"
	"github.com/wahost/wahost/sdk/message"
)

// SchemaError is the error of a schema that a provider served and that the host cannot use.
type SchemaError struct {
	// Block is "provider" or "channel".
	Block string
	Cause error
}

// Error says which block is at fault and why.
func (e *SchemaError) Error() string {
	return fmt.Sprintf("schema of the %s block: %v", e.Block, e.Cause)
}

// Unwrap returns the cause.
func (e *SchemaError) Unwrap() error { return e.Cause }

const (
	// healthPerSecond and healthBurst bound how fast reports of health are read. A provider that reports faster waits.
	healthPerSecond = 50
	healthBurst     = 100
)

// answerLimit bounds the outcomes that are taken from one call. Some may be repeated or unknown to the host, which it
// ignores; each of them costs it a search, and a provider could send them without end.
type answerLimit struct{ deliveries, left int }

func newAnswerLimit(batches []message.Batch) *answerLimit {
	n := 0
	for _, b := range batches {
		n += len(b.Deliveries)
	}
	return &answerLimit{deliveries: n, left: 2*n + 100}
}

func (l *answerLimit) take(outcomes int) error {
	if l.left -= outcomes; l.left < 0 {
		return fmt.Errorf("the provider answers far more outcomes than the %d deliveries it was given", l.deliveries)
	}
	return nil
}

// unusable is the finding about an answer that the host cannot use. It concerns the one block that was asked about.
func unusable(what string, err error) diag.Diagnostic {
	return diag.BlockError("Unusable answer of the provider", fmt.Sprintf(
		"The %s that the provider answered cannot be used: %v. This is a bug in the provider.", what, err))
}
