// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"
)

// The exit codes. Scripts rely on them. The comment of each is its text in the reference.
const (
	// Done, and the result is positive.
	ExitOK = 0
	// The command ran and the result is negative: a message was not accepted, a check failed, a certificate does not hold, `fmt --check`
	// would change a file, or the command was interrupted.
	ExitNegative = 1
	// Wrong usage, or a mistake in the configuration, a message or a recipients file.
	ExitUsage = 2
	// Environment: a provider is missing, does not start or crashed, or output cannot be written.
	ExitEnvironment = 3
	// A conformance run is incomplete: it was narrowed, interrupted, or has waived failures.
	ExitIncomplete = 4
	// Nobody reads the output any more, as after `wahost ... | head -1`. It is the code that a shell shows for SIGPIPE, and no error is
	// printed.
	ExitReaderLeft = 141
)

// ExitError is an error with an exit code.
type ExitError struct {
	Code int
	Err  error // nil if the reason was printed already
}

// Error returns the message of Err.
func (e *ExitError) Error() string {
	if e.Err == nil {
		return fmt.Sprintf("exit code %d", e.Code)
	}
	return e.Err.Error()
}

// Unwrap returns Err.
func (e *ExitError) Unwrap() error { return e.Err }

// UsageError returns an error about wrong usage or configuration.
func UsageError(format string, args ...any) error {
	return &ExitError{Code: ExitUsage, Err: fmt.Errorf(format, args...)}
}

// NegativeError returns err as the reason of a negative result.
func NegativeError(err error) error {
	return &ExitError{Code: ExitNegative, Err: err}
}

// EnvironmentError returns err as an error of the environment.
func EnvironmentError(err error) error {
	return &ExitError{Code: ExitEnvironment, Err: err}
}

// notWritten returns the error of output that cannot be written.
func notWritten(err error) error {
	return EnvironmentError(fmt.Errorf("output could not be written: %w", err))
}

// Interrupted returns the error of a command that was interrupted before it did anything.
func Interrupted() error {
	return &ExitError{Code: ExitNegative, Err: errors.New("interrupted before anything was done")}
}

// ExitWith returns an error that sets the exit code without printing anything more.
func ExitWith(code int) error { return &ExitError{Code: code} }

// Run runs a command line and returns its exit code. No other function decides one.
func Run(ctx context.Context, a *App, root *cobra.Command, args []string) int {
	a.JSON = wantsJSON(args)
	root.SetArgs(args)
	err := checkWritten(root, args)
	if err == nil {
		err = root.ExecuteContext(ctx)
	}
	if a.Stdout.ReaderLeft() {
		return ExitReaderLeft // the reader has what it wanted, as head does after its last line
	}
	if err == nil {
		if err = a.Stdout.Err(); err == nil {
			return ExitOK
		}
		err = notWritten(err)
	}
	exit := exitOf(err)
	a.JSON = wantsJSON(args) // a mistake in --json itself resets it
	a.printError(exit)
	return exit.Code
}

// exitOf returns an error with its exit code. Cobra's own errors are about flags and arguments.
func exitOf(err error) *ExitError {
	var exit *ExitError
	if errors.As(err, &exit) {
		return exit
	}
	return &ExitError{Code: ExitUsage, Err: err}
}
