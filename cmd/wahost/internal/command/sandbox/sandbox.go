// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package sandbox holds the commands that run emulated vendors: sandbox and demo.
package sandbox

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/cmd/wahost/internal/command/conformance"
	"github.com/wahost/wahost/conformance/emulator"
)

// Sandbox returns the command `wahost sandbox`.
func Sandbox(a *cli.App) *cobra.Command {
	var (
		dir    string
		port   int
		faults []string
		bodies bool
	)
	cmd := &cobra.Command{
		Use:   "sandbox",
		Short: "Run emulated vendors on loopback, for trying things without vendor accounts",
		Long: `Run an emulator of each vendor's API on loopback, and write a configuration that
reaches them. Every request is shown, with its violations of the dialect.
Runs until interrupted. In the folder of --write, only files are replaced that
the sandbox wrote itself and nobody changed.

With --fault PROVIDER=FAULT the vendor misbehaves once, in the order given:
` + wrapped(emulator.FaultNames(), 78),
		Example: `  wahost sandbox --write ./try &
  wahost --config ./try send --to +4915112345678 --text "Hello"
  wahost sandbox --write ./try --fault 'innopaas=status(503)' --fault 'pushwoosh=deliver_then(reset_after_request)'`,
		Args: cli.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if highest := 65536 - len(sandboxVendors); port < 0 || port > highest {
				return cli.UsageError("--port %d: expected a port from 1 to %d, or 0 for free ones", port, highest)
			}
			return runSandbox(cmd.Context(), a, dir, port, faults, bodies)
		},
	}
	cmd.Flags().StringVar(&dir, "write", "wahost-sandbox", "folder to write the configuration into")
	cmd.Flags().IntVar(&port, "port", 0, "first port to listen on (default: free ones)")
	cmd.Flags().StringArrayVar(&faults, "fault", nil, "PROVIDER=FAULT; may be repeated")
	cli.CompleteFolders(cmd, "write")
	cli.CompleteWords(cmd, "port")
	cli.Complete(cmd, "fault", faultWords)
	cmd.Flags().BoolVar(&bodies, "bodies", false, "show the bodies of requests")
	return cmd
}

func wrapped(words []string, width int) string {
	var b strings.Builder
	line := " "
	for i, w := range words {
		if i < len(words)-1 {
			w += ","
		}
		if len(line)+len(w)+1 > width {
			b.WriteString(line + "\n")
			line = " "
		}
		line += " " + w
	}
	return b.String() + line
}

func runSandbox(ctx context.Context, a *cli.App, dir string, port int, faults []string, bodies bool) error {
	var mu sync.Mutex
	sb, err := startSandbox(ctx, port, func(provider string, e emulator.Exchange) {
		mu.Lock()
		defer mu.Unlock()
		conformance.PrintExchange(a, provider, e, bodies)
	})
	if err != nil {
		return cli.EnvironmentError(err)
	}
	defer func() { _ = sb.close() }()
	if err := sb.script(faults); err != nil {
		return err
	}
	var foreign *foreignError
	if err := sb.writeConfig(dir); errors.As(err, &foreign) {
		return cli.UsageError("--write: %v", err)
	} else if err != nil {
		return cli.EnvironmentError(err)
	}
	mu.Lock()
	if a.JSON {
		endpoints := map[string]string{}
		for name, s := range sb.servers {
			endpoints[name] = s.URL()
		}
		err = cli.WriteLine(a.Stdout, map[string]any{"format_version": "1.0", "config": dir, "endpoints": endpoints})
	} else {
		for _, v := range sb.vendors {
			fmt.Fprintf(a.Stdout, "%-16s %s\n", v.provider, sb.servers[v.provider].URL())
		}
		_, err = fmt.Fprintf(a.Stdout, "\nConfiguration written to %s. Try, in another terminal:\n\n  wahost --config %s send --to +4915112345678 --text \"Hello\"\n\nRequests (Ctrl-C ends the sandbox):\n", dir, dir)
	}
	mu.Unlock()
	if err != nil {
		return cli.EnvironmentError(err)
	}
	a.Wait(ctx)
	return nil
}

// faultWords returns the beginnings of the values of --fault.
func faultWords() []string {
	var words []string
	for _, v := range sandboxVendors {
		for _, fault := range conformance.FaultWords() {
			words = append(words, v.provider+"="+fault)
		}
	}
	return words
}
