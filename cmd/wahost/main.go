// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Command wahost sends WhatsApp messages through any number of vendors, each of which is a provider: a program of its
// own that wahost runs.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/wahost/wahost/cmd/wahost/internal/cli"
)

// version is set by the linker.
var version = "0.1.0-dev"

func main() {
	// The first interrupt lets what is under way finish; the second ends at once.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	// A reader that leaves, such as head, must not end the program between two messages: the write fails and is told.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	code := run(ctx, cli.NewApp(os.Stdin, os.Stdout, os.Stderr), os.Args[1:])
	stop()
	os.Exit(code)
}

// run runs one command line and returns its exit code.
func run(ctx context.Context, a *cli.App, args []string) int {
	return cli.Run(ctx, a, newRoot(a), args)
}

func newRoot(a *cli.App) *cobra.Command {
	a.Version = version
	root := cli.NewRoot(a)
	root.AddCommand(
		newValidate(a), newFmt(a), newProviders(a), newExplain(a), newSend(a), newSandbox(a), newDemo(a), newConformance(a),
		newVersion(a),
	)
	return root
}
