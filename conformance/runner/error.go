// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package runner

import "fmt"

// UsageError is the error for impossible options, such as a selector that matches nothing, an empty plan, or a dialect
// for another provider.
type UsageError struct{ Err error }

// Error describes what to change.
func (e *UsageError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *UsageError) Unwrap() error { return e.Err }

func usage(format string, args ...any) error {
	return &UsageError{fmt.Errorf(format, args...)}
}

// EnvironmentError is the error if nothing could be tested: the binary is missing, does not start or does not answer,
// or the suite cannot work on the machine.
type EnvironmentError struct{ Err error }

// Error describes what failed.
func (e *EnvironmentError) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *EnvironmentError) Unwrap() error { return e.Err }

func environment(format string, args ...any) error {
	return &EnvironmentError{fmt.Errorf(format, args...)}
}
