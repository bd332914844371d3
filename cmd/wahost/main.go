// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Command wahost sends WhatsApp messages through any number of vendors, each of which is a provider: a program of its
// own that wahost runs.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

// version is set by the linker.
var version = "0.1.0-dev"

// The exit codes. They are part of what scripts rely on.
const (
	exitDone        = 0
	exitBad         = 1 // it ran and the answer is bad
	exitUsage       = 2 // wrong usage or configuration
	exitEnvironment = 3 // a provider is missing or crashes, or output cannot be written
	exitIncomplete  = 4 // a conformance run that was narrowed, waived or interrupted
)

// codedError is an error with its exit code.
type codedError struct {
	code int
	err  error // nil where everything was said already
}

func (e *codedError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit code %d", e.code)
	}
	return e.err.Error()
}

func (e *codedError) Unwrap() error { return e.err }

func usageError(format string, args ...any) error {
	return &codedError{code: exitUsage, err: fmt.Errorf(format, args...)}
}

func environmentError(err error) error {
	return &codedError{code: exitEnvironment, err: err}
}

// interrupted ends a command that was interrupted before it did anything.
func interrupted() error {
	return &codedError{code: exitBad, err: errors.New("interrupted before anything was done")}
}

// said ends with a code when the reason was printed already.
func said(code int) error { return &codedError{code: code} }

func main() {
	// The first interrupt lets what is under way finish; the second ends at once.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	// A reader that leaves, such as head, must not end the program between two messages: the write fails and is told.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	code := run(ctx, newApp(os.Stdin, os.Stdout, os.Stderr), os.Args[1:])
	stop()
	os.Exit(code)
}

// run runs one command line and gives its exit code: the only place that decides one.
func run(ctx context.Context, a *app, args []string) int {
	root := newRoot(a)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		if err = a.stdout.err(); err != nil {
			fmt.Fprintf(a.stderr, "Error: output could not be written: %v\n", err)
			return exitEnvironment
		}
		return exitDone
	}
	var coded *codedError
	if !errors.As(err, &coded) {
		// Cobra's own errors are about flags and arguments.
		coded = &codedError{code: exitUsage, err: err}
	}
	if coded.err != nil {
		fmt.Fprintf(a.stderr, "Error: %v\n", coded.err)
	}
	return coded.code
}
