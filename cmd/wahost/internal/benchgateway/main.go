// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Command benchgateway measures `wahost serve` against the goals of its design, beside Kannel.
//
// Everything runs on this machine: the gateway and its provider as real processes, and the clients, the vendor and the application in this
// one. What is delivered is counted at the vendor, and whole lives at the application. The rounds of what is compared alternate. Beside each
// result stands its A/A control: the same thing measured twice in the same round, as the lowest and the highest ratio.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"
)

const usageText = `Benchgateway measures wahost serve, with its clients, its vendor and its application on this machine.

Usage: benchgateway [flags]

Flags:
`

// settings are what the flags say.
type settings struct {
	wahost, providers           string
	rounds, messages, connected int
	long                        int
	// webhooks is how many webhooks the vendor sends at a time.
	webhooks int
	kannel   bool
	only     string
	// filled is how many messages the store of the console has, and store its URL.
	filled int
	store  string
	// watched is for how long the processor time of open pages is measured.
	watched time.Duration
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
	default:
		fmt.Fprintln(os.Stderr, "benchgateway:", err)
		os.Exit(1)
	}
}

// run runs one command line.
func run(ctx context.Context, args []string, stdout io.Writer) (err error) {
	var s settings
	flags := flag.NewFlagSet("benchgateway", flag.ContinueOnError)
	flags.SetOutput(stdout)
	flags.Usage = func() {
		fmt.Fprint(stdout, usageText)
		flags.PrintDefaults()
	}
	flags.StringVar(&s.wahost, "wahost", "bin/wahost", "the program")
	flags.StringVar(&s.providers, "providers", "bin/providers", "the folder of its providers")
	flags.IntVar(&s.rounds, "rounds", 5, "how many rounds each measurement has")
	flags.IntVar(&s.messages, "messages", 20_000, "how many messages are sent in a round")
	flags.IntVar(&s.connected, "connections", 32, "how many clients send at a time")
	flags.IntVar(&s.webhooks, "webhooks", 128, "how many webhooks the vendor sends at a time")
	flags.IntVar(&s.long, "long", 0, "send this many messages in a row, and show memory and processor time of each tenth")
	flags.StringVar(&s.only, "only", "", "measure only one of: "+strings.Join(names(), ", "))
	flags.IntVar(&s.filled, "console", 0, "measure the console instead, with this many messages in the store")
	flags.StringVar(&s.store, "store", "sqlite:wahost.db", "the URL of that store, such as that of an empty PostgreSQL database; the messages that it has are used as they are")
	flags.DurationVar(&s.watched, "watch", 20*time.Second, "for how long the processor time of open pages is measured")
	flags.BoolVar(&s.kannel, "kannel", true, "measure Kannel as well, if it is installed")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if s.rounds < 1 || s.messages < s.connected || s.connected < 1 || s.webhooks < 1 {
		return errors.New("-rounds, -connections and -webhooks are at least 1, and -messages at least as many as -connections")
	}
	if s.only != "" && !slices.Contains(names(), s.only) {
		return fmt.Errorf("-only %s: expected one of %s", s.only, strings.Join(names(), ", "))
	}
	b := &bench{settings: s, out: stdout}
	if b.dir, err = os.MkdirTemp("", "benchgateway-"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.dir)) }()
	if b.vendor, err = startVendor(ctx, s.webhooks); err != nil {
		return err
	}
	defer b.vendor.close()
	fmt.Fprintf(stdout, "%s, %s on %d processors; %d rounds of %d messages, %d connections\n\n",
		time.Now().UTC().Format(time.DateTime), runtime.Version(), runtime.NumCPU(), s.rounds, s.messages, s.connected)
	switch {
	case s.long > 0:
		return b.longRun(ctx)
	case s.filled > 0:
		return b.console(ctx)
	}
	return b.all(ctx)
}
