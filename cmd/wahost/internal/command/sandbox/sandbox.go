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
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/internal/printable"
)

// Sandbox returns the command `wahost sandbox`.
func Sandbox(a *cli.App) *cobra.Command {
	var o options
	cmd := &cobra.Command{
		Use:   "sandbox",
		Short: "Run emulated vendors on loopback, for trying things without vendor accounts",
		Long: `Run an emulator of each vendor's API on loopback, and write a configuration that
reaches them. Every request is shown, with its violations of the dialect.
Runs until interrupted. In the folder of --write, only files are replaced that
the sandbox wrote itself and nobody changed.

A vendor to which a request names a URL for statuses tells that the message was
sent and delivered. With --gateway the configuration has a gateway block for
wahost serve, and the sandbox plays the application: it takes webhooks and lists
them, and shows the address and a command that sends a message.

With --fault PROVIDER=FAULT the vendor misbehaves once, in the order given:
` + wrapped(emulator.FaultNames(), 78),
		Example: `  wahost sandbox --write ./try &
  wahost --config ./try send --to +4915112345678 --text "Hello"
  wahost sandbox --write ./try --gateway
  wahost sandbox --write ./try --fault 'innopaas=status(503)' --fault 'pushwoosh=deliver_then(reset_after_request)'`,
		Args: cli.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if highest := 65536 - len(sandboxVendors) - gatewayPorts; o.port < 0 || o.port > highest {
				return cli.UsageError("--port %d: expected a port from 1 to %d, or 0 for free ones", o.port, highest)
			}
			return runSandbox(cmd.Context(), a, o)
		},
	}
	cmd.Flags().StringVar(&o.dir, "write", "wahost-sandbox", "folder to write the configuration into")
	cmd.Flags().IntVar(&o.port, "port", 0, "first port to listen on (default: free ones)")
	cmd.Flags().StringArrayVar(&o.faults, "fault", nil, "PROVIDER=FAULT; may be repeated")
	cli.CompleteFolders(cmd, "write")
	cli.CompleteWords(cmd, "port")
	cli.Complete(cmd, "fault", faultWords)
	cmd.Flags().BoolVar(&o.bodies, "bodies", false, "show the bodies of requests")
	cmd.Flags().BoolVar(&o.gateway, "gateway", false, "write a gateway block as well, and play the application behind it")
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

// gatewayPorts are the ports after those of the vendors: of the application, of the gateway and of its health checks.
const gatewayPorts = 3

// options are the flags of the sandbox.
type options struct {
	dir             string
	port            int
	faults          []string
	bodies, gateway bool
}

func runSandbox(ctx context.Context, a *cli.App, o options) error {
	var mu sync.Mutex
	tell := func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		if !a.JSON {
			fmt.Fprintln(a.Stdout, printable.Line(fmt.Sprintf(format, args...)))
		}
	}
	calls := newCaller(tell)
	defer calls.close()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var sb *sandbox
	ready := make(chan struct{}) // closed when sb is set
	started, err := startSandbox(ctx, o.port, func(provider string, e emulator.Exchange) {
		mu.Lock()
		conformance.PrintExchange(a, provider, e, o.bodies)
		mu.Unlock()
		<-ready
		calls.call(ctx, provider, sb.servers[provider], e)
	})
	if err != nil {
		return cli.EnvironmentError(err)
	}
	sb = started
	close(ready)
	defer func() { _ = sb.close() }()
	if err := sb.script(o.faults); err != nil {
		return err
	}
	if o.gateway {
		end, err := sb.addGateway(ctx, o.port, tell)
		if err != nil {
			return cli.EnvironmentError(err)
		}
		defer end()
	}
	var foreign *foreignError
	if err := sb.writeConfig(o.dir); errors.As(err, &foreign) {
		return cli.UsageError("--write: %v", err)
	} else if err != nil {
		return cli.EnvironmentError(err)
	}
	mu.Lock()
	err = sb.print(a, o.dir)
	mu.Unlock()
	if err != nil {
		return cli.EnvironmentError(err)
	}
	a.Wait(ctx)
	return nil
}

// addGateway starts the application, and gives the sandbox a gateway. Call end to end the application.
func (sb *sandbox) addGateway(ctx context.Context, port int, tell func(format string, args ...any)) (end func(), err error) {
	address := "127.0.0.1:0"
	if port > 0 {
		port += len(sb.vendors)
		address = fmt.Sprintf("127.0.0.1:%d", port)
		port++
	}
	sb.gateway = newGateway(port)
	app, err := startApplication(ctx, address, sb.gateway.secret, tell)
	if err != nil {
		return nil, err
	}
	sb.gateway.application = app.url()
	return func() { _ = app.close() }, nil
}

// print tells where the vendors are and how to send a message.
func (sb *sandbox) print(a *cli.App, dir string) error {
	if a.JSON {
		endpoints := map[string]string{}
		for name, s := range sb.servers {
			endpoints[name] = s.URL()
		}
		out := map[string]any{"format_version": "1.0", "config": dir, "endpoints": endpoints}
		if g := sb.gateway; g != nil {
			out["application"], out["gateway"] = g.application, "http://"+g.listen
		}
		return cli.WriteLine(a.Stdout, out)
	}
	for _, v := range sb.vendors {
		fmt.Fprintf(a.Stdout, "%-16s %s\n", v.provider, sb.servers[v.provider].URL())
	}
	if g := sb.gateway; g != nil {
		fmt.Fprintf(a.Stdout, "%-16s %s\n", "application", g.application)
		fmt.Fprintf(a.Stdout, "\nConfiguration written to %[1]s. Start the gateway, in another terminal:\n\n  wahost --config %[1]s serve\n\n"+
			"Send a message, in a third one:\n\n  curl -s -H \"Authorization: Bearer $(sed -n 's/^gateway_key *= \"\\(.*\\)\"/\\1/p' %[1]s/%[2]s)\" \\\n"+
			"    -d '{\"to\":\"33612345678\",\"text\":{\"body\":\"Hello\"}}' http://%[3]s/v23.0/%[4]s/messages\n", dir, config.AutoVarsFile, g.listen, gatewayNumber)
	} else {
		fmt.Fprintf(a.Stdout, "\nConfiguration written to %s. Try, in another terminal:\n\n  wahost --config %s send --to +4915112345678 --text \"Hello\"\n", dir, dir)
	}
	_, err := fmt.Fprint(a.Stdout, "\nRequests (Ctrl-C ends the sandbox):\n")
	return err
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
