// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/spf13/cobra"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/plugins"
)

//go:embed demo/routes.wahost.hcl
var demoRoutes []byte

// vendor is one vendor of the sandbox: a provider, and the name that its channel gets.
type vendor struct {
	provider, channel string
}

var sandboxVendors = []vendor{{"innopaas", "main"}, {"innopaas-mmlite", "promo"}, {"pushwoosh", "main"}}

// sandbox is a set of emulated vendors with the configuration that reaches them.
type sandbox struct {
	vendors []vendor
	servers map[string]*emulator.Server // by provider
}

// startSandbox starts an emulator for each vendor. With a port, they listen on that one and those after it.
func startSandbox(ctx context.Context, port int, observe func(provider string, e emulator.Exchange)) (*sandbox, error) {
	sb := &sandbox{vendors: sandboxVendors, servers: map[string]*emulator.Server{}}
	for i, v := range sb.vendors {
		d, diags := dialect.LoadFS(plugins.Dialects, v.provider+"/dialect.hcl")
		if diags.HasErrors() {
			return nil, errors.Join(diags, sb.close())
		}
		options := emulator.Options{Seed: 1}
		if port > 0 {
			options.Addr = fmt.Sprintf("127.0.0.1:%d", port+i)
		}
		if observe != nil {
			options.OnExchange = func(e emulator.Exchange) { observe(v.provider, e) }
		}
		server, err := emulator.Start(ctx, d, options)
		if err != nil {
			return nil, errors.Join(err, sb.close())
		}
		sb.servers[v.provider] = server
	}
	return sb, nil
}

func (sb *sandbox) close() error {
	var errs []error
	for _, s := range sb.servers {
		errs = append(errs, s.Close())
	}
	return errors.Join(errs...)
}

// writeConfig writes a whole configuration for the emulators into a folder, which must not hold one yet.
func (sb *sandbox) writeConfig(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	vendors, vars := sb.render()
	for name, content := range map[string][]byte{
		"vendors.wahost.hcl": vendors, "routes.wahost.hcl": demoRoutes, "sandbox.wahostvars.hcl": vars,
	} {
		// The variables hold credentials, if only invented ones.
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// render gives the provider and channel blocks, and the values of the variables that hold credentials.
func (sb *sandbox) render() (vendors, vars []byte) {
	v, values := hclwrite.NewEmptyFile(), hclwrite.NewEmptyFile()
	required := v.Body().AppendNewBlock("wahost", nil).Body().AppendNewBlock("required_providers", nil).Body()
	for _, vendor := range sb.vendors {
		required.SetAttributeValue(vendor.provider, cty.ObjectVal(map[string]cty.Value{"source": cty.StringVal("wahost/" + vendor.provider)}))
	}
	for _, vendor := range sb.vendors {
		server := sb.servers[vendor.provider]
		v.Body().AppendNewline()
		block := v.Body().AppendNewBlock("provider", []string{vendor.provider}).Body()
		config := server.ProviderConfig()
		for _, name := range slices.Sorted(maps.Keys(config)) {
			if name == "endpoint" {
				block.SetAttributeValue(name, config[name])
				continue
			}
			variable := strings.ReplaceAll(vendor.provider, "-", "_") + "_" + name
			block.SetAttributeTraversal(name, hcl.Traversal{hcl.TraverseRoot{Name: "var"}, hcl.TraverseAttr{Name: variable}})
			values.Body().SetAttributeValue(variable, config[name])
			v.Body().AppendNewline()
			declared := v.Body().AppendNewBlock("variable", []string{variable}).Body()
			declared.SetAttributeRaw("type", hclwrite.Tokens{{Type: hclsyntax.TokenIdent, Bytes: []byte("string")}})
			declared.SetAttributeValue("sensitive", cty.True)
		}
		v.Body().AppendNewline()
		channel := v.Body().AppendNewBlock("channel", []string{vendor.provider, vendor.channel}).Body()
		channelConfig := server.ChannelConfig()
		for _, name := range slices.Sorted(maps.Keys(channelConfig)) {
			channel.SetAttributeValue(name, channelConfig[name])
		}
	}
	return hclwrite.Format(v.Bytes()), hclwrite.Format(values.Bytes())
}

func newSandbox(a *cli.App) *cobra.Command {
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
reaches them. Every request is shown with what is wrong with it, if anything.
Runs until interrupted.

With --fault PROVIDER=FAULT the vendor misbehaves once, in the order given:
` + wrapped(emulator.FaultNames(), 78),
		Example: `  wahost sandbox --write ./try &
  wahost --config ./try send --to +4915112345678 --text "Hello"
  wahost sandbox --write ./try --fault 'innopaas=status(503)' --fault 'pushwoosh=deliver_then(reset_after_request)'`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runSandbox(cmd.Context(), a, dir, port, faults, bodies)
		},
	}
	cmd.Flags().StringVar(&dir, "write", "wahost-sandbox", "folder to write the configuration into")
	cmd.Flags().IntVar(&port, "port", 0, "first port to listen on (default: free ones)")
	cmd.Flags().StringArrayVar(&faults, "fault", nil, "PROVIDER=FAULT; may be repeated")
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
		printExchange(a, provider, e, bodies)
	})
	if err != nil {
		return cli.EnvironmentError(err)
	}
	defer func() { _ = sb.close() }()
	if err := sb.script(faults); err != nil {
		return err
	}
	if err := sb.writeConfig(dir); err != nil {
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
	<-ctx.Done()
	return nil
}

// script sets the faults of the command line.
func (sb *sandbox) script(faults []string) error {
	byProvider := map[string][]emulator.Fault{}
	for _, text := range faults {
		name, word, ok := strings.Cut(text, "=")
		if !ok || sb.servers[name] == nil {
			return cli.UsageError("--fault %s: expected PROVIDER=FAULT with one of the providers %s", text, strings.Join(slices.Sorted(maps.Keys(sb.servers)), ", "))
		}
		fault, err := emulator.ParseFault(word)
		if err != nil {
			return cli.UsageError("--fault %s: %v", text, err)
		}
		byProvider[name] = append(byProvider[name], fault)
	}
	for name, list := range byProvider {
		if err := sb.servers[name].Script("", list...); err != nil {
			return cli.UsageError("--fault: %v", err)
		}
	}
	return nil
}

// exchangeRow is one line of `sandbox --json`.
type exchangeRow struct {
	Provider   string          `json:"provider"`
	Seq        int             `json:"seq"`
	Method     string          `json:"method"`
	Path       string          `json:"path"`
	Type       string          `json:"type"`
	Recipients []string        `json:"recipients"`
	Delivered  bool            `json:"delivered"`
	Status     int             `json:"status"`
	Fault      string          `json:"fault,omitempty"`
	Violations []string        `json:"violations"`
	Request    json.RawMessage `json:"request,omitempty"`
}

func newExchangeRow(provider string, e emulator.Exchange) exchangeRow {
	row := exchangeRow{
		Provider: provider, Seq: e.Seq, Method: e.Method, Path: e.Path, Type: e.Type, Recipients: append([]string{}, e.Recipients...),
		Delivered: e.Delivered, Status: e.Status, Fault: e.Fault, Violations: append([]string{}, e.Violations...),
	}
	if json.Valid(e.Body) {
		row.Request = e.Body
	}
	return row
}

func printExchange(a *cli.App, provider string, e emulator.Exchange, bodies bool) {
	if a.JSON {
		_ = cli.WriteLine(a.Stdout, newExchangeRow(provider, e))
		return
	}
	to := strings.Join(e.Recipients, ",")
	if len(e.Recipients) > 3 {
		to = fmt.Sprintf("%s and %d more", strings.Join(e.Recipients[:2], ","), len(e.Recipients)-2)
	}
	state := "not delivered"
	if e.Delivered {
		state = "delivered"
	}
	fmt.Fprintf(a.Stdout, "%-16s %s %s  %s to %s: %s, answered %d", provider, e.Method, e.Path, e.Type, to, state, e.Status)
	if e.Fault != "" {
		fmt.Fprintf(a.Stdout, " (fault %s)", e.Fault)
	}
	fmt.Fprintln(a.Stdout)
	for _, v := range e.Violations {
		fmt.Fprintf(a.Stdout, "                 wrong: %s\n", v)
	}
	if bodies {
		fmt.Fprintf(a.Stdout, "%s\n", indented(e.Body))
	}
}

// indented lays JSON out; anything else stays as it is.
func indented(body []byte) string {
	var b bytes.Buffer
	if json.Indent(&b, body, "    ", "  ") != nil {
		return string(body)
	}
	return "    " + b.String()
}
