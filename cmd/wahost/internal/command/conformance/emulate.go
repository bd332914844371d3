// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/spf13/cobra"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/conformance/emulator"
)

// newEmulate returns the command `wahost conformance emulate`.
func newEmulate(a *cli.App) *cobra.Command {
	var (
		addr   string
		seed   int64
		faults []string
		bodies bool
	)
	cmd := &cobra.Command{
		Use:   "emulate DIALECT",
		Short: "Run the emulator of a vendor alone, for developing a provider",
		Long: `Run the emulator of a vendor alone. It prints the arguments with which a provider
reaches it, checks every request against the dialect, and shows each violation.
Runs until interrupted. With --fault it misbehaves, once for each fault, in
order.`,
		Example: `  wahost conformance emulate acme.hcl --addr 127.0.0.1:8080
  wahost conformance emulate acme.hcl --fault 'status(503)' --fault 'deliver_then(reset_after_request)'`,
		Args:              cli.Args("DIALECT"),
		ValidArgsFunction: cli.ArgFiles("hcl"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return emulate(cmd.Context(), a, args[0], emulator.Options{Addr: addr, Seed: seed}, faults, bodies)
		},
	}
	f := cmd.Flags()
	f.StringVar(&addr, "addr", "127.0.0.1:0", "address to listen on")
	f.Int64Var(&seed, "seed", 1, "seed of credentials, numbers and ids")
	f.StringArrayVar(&faults, "fault", nil, "fault of the next request; may be repeated")
	cli.CompleteWords(cmd, "addr")
	cli.CompleteWords(cmd, "seed")
	cli.CompleteWords(cmd, "fault", FaultWords()...)
	f.BoolVar(&bodies, "bodies", false, "show the bodies of requests")
	return cmd
}

func emulate(ctx context.Context, a *cli.App, path string, o emulator.Options, faults []string, bodies bool) error {
	d, err := loadDialect(path)
	if err != nil {
		return err
	}
	var script []emulator.Fault
	for _, text := range faults {
		fault, err := emulator.ParseFault(text)
		if err != nil {
			return cli.UsageError("--fault %s: %v", text, err)
		}
		script = append(script, fault)
	}
	var mu sync.Mutex
	o.OnExchange = func(e emulator.Exchange) {
		mu.Lock()
		defer mu.Unlock()
		PrintExchange(a, d.Name, e, bodies)
	}
	server, err := emulator.Start(ctx, d, o)
	if err != nil {
		return cli.EnvironmentError(err)
	}
	defer func() { _ = server.Close() }()
	if len(script) > 0 {
		if err := server.Script("", script...); err != nil {
			return cli.UsageError("--fault: %v", err)
		}
	}
	mu.Lock()
	err = printArguments(a, server)
	mu.Unlock()
	if err != nil {
		return cli.EnvironmentError(err)
	}
	a.Wait(ctx)
	return nil
}

// printArguments prints the arguments with which a provider reaches the emulator. The credentials are invented.
func printArguments(a *cli.App, s *emulator.Server) error {
	if a.JSON {
		texts := func(values map[string]cty.Value) map[string]string {
			out := map[string]string{}
			for name, v := range values {
				if !v.IsNull() && v.Type() == cty.String {
					out[name] = v.AsString()
				}
			}
			return out
		}
		return cli.WriteLine(a.Stdout, map[string]any{"format_version": "1.0", "endpoint": s.URL(), "provider": texts(s.ProviderConfig()), "channel": texts(s.ChannelConfig())})
	}
	for _, block := range []struct {
		title  string
		values map[string]cty.Value
	}{{"provider", s.ProviderConfig()}, {"channel", s.ChannelConfig()}} {
		fmt.Fprintf(a.Stdout, "%s arguments\n", block.title)
		for _, name := range slices.Sorted(maps.Keys(block.values)) {
			if v := block.values[name]; !v.IsNull() && v.Type() == cty.String {
				fmt.Fprintf(a.Stdout, "  %-24s = %q\n", name, v.AsString())
			}
		}
	}
	_, err := fmt.Fprintf(a.Stdout, "\nListening on %s (Ctrl-C ends it). Requests:\n", s.URL())
	return err
}
