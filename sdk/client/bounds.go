// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package client

import (
	"fmt"

	"github.com/wahost/wahost/sdk/message"
)

// SchemaError is the error of a schema that a provider served and that the host cannot use.
type SchemaError struct {
	// Block is "provider", "channel" or "options".
	Block string
	Cause error
}

// Error says which block is at fault and why.
func (e *SchemaError) Error() string {
	return fmt.Sprintf("schema of the %s: %v", e.name(), e.Cause)
}

func (e *SchemaError) name() string {
	if e.Block == "options" {
		return e.Block
	}
	return e.Block + " block"
}

// Unwrap returns the cause.
func (e *SchemaError) Unwrap() error { return e.Cause }

const (
	// healthPerSecond and healthBurst bound how fast reports of health are read. A provider that reports faster waits.
	healthPerSecond = 50
	healthBurst     = 100
)

// answerLimit bounds the number of outcomes that are read from one call. The host ignores outcomes that are repeated or
// that belong to none of its deliveries, but it looks each of them up, and a provider could send them without end.
type answerLimit struct{ deliveries, left int }

func newAnswerLimit(batches []message.Batch) *answerLimit {
	n := countDeliveries(batches)
	return &answerLimit{deliveries: n, left: 2*n + 100}
}

func (l *answerLimit) take(outcomes int) error {
	if l.left -= outcomes; l.left < 0 {
		return fmt.Errorf("the provider answers far more outcomes than the %d deliveries it was given", l.deliveries)
	}
	return nil
}

// UnusableError is the error of an answer that the host cannot use. The provider runs, and its other answers may be fine.
type UnusableError struct {
	// What names the answer, such as "capabilities".
	What  string
	Cause error
}

// Error says what cannot be used and why.
func (e *UnusableError) Error() string {
	return fmt.Sprintf("the %s that the provider answered cannot be used: %v", e.What, e.Cause)
}

// Unwrap returns the cause.
func (e *UnusableError) Unwrap() error { return e.Cause }
