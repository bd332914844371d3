// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Command wahost sends WhatsApp messages through any number of vendors. Each vendor is a provider: a program of its own
// that wahost runs.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/cmd/wahost/internal/command"
	"github.com/wahost/wahost/core/host"
	"github.com/wahost/wahost/core/launch"
	"github.com/wahost/wahost/internal/buildinfo"
	_ "github.com/wahost/wahost/internal/gcstart"
)

func main() {
	// Providers run as the same user, and must not read the secrets of the host. If that is refused, the host runs as before.
	_ = launch.Hide()
	host.CollectLess() // until the end, as gcstart does from the start
	// The first interrupt lets messages under way finish, and the second ends the program at once.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	// A reader that leaves, such as head, must not end the program between two messages: the write fails and is reported.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	code := run(ctx, cli.NewApp(os.Stdin, os.Stdout, os.Stderr), os.Args[1:])
	stop()
	os.Exit(code)
}

// run runs one command line and returns its exit code.
func run(ctx context.Context, a *cli.App, args []string) int {
	a.Build = buildinfo.Read()
	return cli.Run(ctx, a, command.New(a), args)
}
