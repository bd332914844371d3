// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Command bench measures wahost against the performance goals of its design.
//
// Everything that is compared is measured in the same run: rounds of the things that are compared alternate, and each
// result is a median over the rounds. Beside each result stands its A/A control, which is the same thing measured against
// itself in the same rounds, so that the reader sees the noise of the machine. Processor time is that of whole processes:
// the host, the provider and the vendor, each on its own. It is stable on a busy machine, and throughput is not.
//
// The bench plays the host: it runs wahost's own code with real provider processes and a vendor process of its own.
// Processor time of other processes can be read on Linux only.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/pprof"
	"strings"
	"syscall"
)

const usageText = `Bench measures wahost against the goals of its design, side by side in one run.

Usage: bench [flags]

Each line of the result is one measurement:
  measured   the median over the rounds
  A/A        the same thing against itself in the same rounds, lowest and highest; 1.00 means no noise
  goal       what the design asks for, and whether this run met it

The yardsticks:
  direct     a plain net/http client that makes the same requests
  careful    the HTTP client of the providers (sdk/vendorhttp), called in one process without a provider
  echo       a gRPC call between two Go processes over a unix socket

Flags:
`

func main() {
	if len(os.Args) > 1 {
		if play, ok := children[os.Args[1]]; ok {
			if err := play(); err != nil {
				fmt.Fprintln(os.Stderr, "bench", os.Args[1]+":", err)
				os.Exit(1)
			}
			return
		}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	switch {
	case errors.As(err, new(usageError)):
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(2)
	case err != nil:
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// usageError is a wrong command line.
type usageError struct{ error }

// run runs one command line.
func run(ctx context.Context, args []string, stdout io.Writer) error {
	var (
		b             = &bench{}
		own           settings // what the flags say; zero fields are not set
		quick, asJSON bool
		only, profile string
	)
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.Usage = func() {}
	flags.StringVar(&b.wahost, "wahost", "bin/wahost", "`path` of the wahost program")
	flags.StringVar(&b.providers, "providers", "bin/providers", "`folder` with the programs of the providers")
	flags.StringVar(&b.configs, "configs", "configs", "`folder` with the example configurations")
	flags.StringVar(&only, "only", "", "measure only these, separated by commas: "+strings.Join(names(), ", "))
	flags.IntVar(&own.rounds, "rounds", 0, fmt.Sprintf("how many `rounds` each thing is measured (default %d, with -quick %d)", full.rounds, quickly.rounds))
	flags.DurationVar(&own.round, "round", 0, fmt.Sprintf("how `long` a round of sending lasts (default %v, with -quick %v)", full.round, quickly.round))
	flags.IntVar(&own.recipients, "recipients", 0, fmt.Sprintf("`number` of recipients of the broadcast (default %d, with -quick %d)", full.recipients, quickly.recipients))
	flags.BoolVar(&quick, "quick", false, "fewer and shorter rounds, which take less than a minute")
	flags.BoolVar(&asJSON, "json", false, "print one JSON document")
	flags.StringVar(&profile, "profile", "", "write a CPU profile of the bench, which plays the host, to this `file`")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(stdout, usageText)
		flags.SetOutput(stdout)
		flags.PrintDefaults()
		return nil
	case err != nil:
		return usageError{fmt.Errorf("%w; run bench --help", err)}
	}
	if flags.NArg() > 0 {
		return usageError{fmt.Errorf("unexpected argument %q; run bench --help", flags.Arg(0))}
	}
	if b.settings = full; quick {
		b.settings = quickly
	}
	b.rounds, b.round, b.recipients = cmp.Or(own.rounds, b.rounds), cmp.Or(own.round, b.round), cmp.Or(own.recipients, b.recipients)
	chosen, err := choose(only, b.noMatrix)
	if err != nil {
		return usageError{err}
	}
	if profile != "" {
		f, err := os.Create(profile)
		if err != nil {
			return err
		}
		defer func() { _ = f.Close() }()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	b.out = &textReport{out: stdout}
	if asJSON {
		b.out = &jsonReport{out: stdout}
	}
	return b.run(ctx, chosen)
}
