// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package provider holds the commands about installed providers, which are init and those below providers, and the commands for authors, which are
// below provider.
package provider

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/config/load"
	"github.com/wahost/wahost/core/diagview"
	"github.com/wahost/wahost/core/host"
	"github.com/wahost/wahost/core/registry/install"
)

// Providers returns the command `wahost providers`.
func Providers(a *cli.App) *cobra.Command {
	cmd := &cobra.Command{
		Use:        "providers",
		SuggestFor: []string{"plugins", "plugin"},
		Short:      "List the providers that are required and installed",
		Long: `List the providers that the configuration requires, with those that are
installed: the version that is wanted, installed and locked, whether the program
is certified and whether it runs, where it is and where it came from. A folder
without configuration requires none. If the configuration demands certificates,
the certificate of each provider is shown, with a warning a month before it ends.`,
		Example: "  wahost providers\n  wahost providers schema innopaas",
		Args:    cli.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return listProviders(cmd.Context(), a) },
	}
	cmd.AddCommand(newSchema(a), newLock(a), newMirror(a), newUpdate(a))
	return cmd
}

// providerRow is a provider in the output of `providers --json`.
type providerRow struct {
	Name      string `json:"name"`
	Required  bool   `json:"required"`
	Source    string `json:"source,omitempty"`
	Version   string `json:"version_constraint,omitempty"`
	Installed string `json:"installed_version,omitempty"`
	Vendor    string `json:"vendor,omitempty"`
	Path      string `json:"path,omitempty"`
	// Locked is the locked version, or empty.
	Locked string `json:"locked_version,omitempty"`
	// Origin says where the program came from, and Override is true if it is one under development.
	Origin   string `json:"origin,omitempty"`
	Override bool   `json:"dev_override,omitempty"`
	Running  bool   `json:"running"`
	// Attached is true if somebody else started the provider, and Path is not known.
	Attached bool   `json:"attached,omitempty"`
	Problem  string `json:"problem,omitempty"`
	// Memory is the resident memory of the process in bytes, or 0 if it is not known.
	Memory int64 `json:"memory_bytes,omitempty"`
	// Certificate is nil if the configuration demands no certificates.
	Certificate *host.CertificateState `json:"certificate,omitempty"`
}

func listProviders(ctx context.Context, a *cli.App) error {
	h, err := a.OpenHost(ctx)
	if err != nil {
		return err
	}
	defer a.CloseHost(h)
	// Errors about the start of providers end the command after the list. With --json they are part of it.
	startFound := h.StartErrors()
	startErrors := cli.Verdict(startFound)
	if !a.JSON {
		startErrors = a.Report(startFound)
	}
	names, found := h.Requirements()
	if err := a.Report(found); err != nil {
		return err
	}
	installed, err := install.List()
	if err != nil {
		return cli.EnvironmentError(err)
	}
	all := slices.Sorted(maps.Keys(names))
	for _, name := range append(installed, h.Attachable()...) {
		if !slices.Contains(all, name) {
			all = append(all, name)
		}
	}
	h.Prefetch(all)
	rows, missing := []providerRow{}, false
	for _, name := range all {
		req, required := names[name]
		row := providerRow{Name: name, Required: required, Source: req.Source, Version: req.Version, Attached: h.Attaches(name)}
		if at, err := h.Locate(name); err == nil && !row.Attached {
			row.Path, row.Origin, row.Override = at.Path, at.Origin, at.Override
		}
		row.Locked = h.LockedVersion(name)
		meta, err := h.Metadata(ctx, name)
		if err != nil {
			var p *load.ProviderError
			if errors.As(err, &p) {
				row.Problem = p.Detail
			}
			missing = missing || required
		} else {
			row.Installed, row.Vendor, row.Running, row.Memory = meta.Version, meta.Vendor, true, h.Memory(name)
		}
		row.Certificate = h.CertificateState(name)
		rows = append(rows, row)
	}
	if a.JSON {
		diagnostics := diagview.NewReport(startFound.Files, startFound.Diagnostics).Diagnostics
		if err := a.PrintJSON(map[string]any{"format_version": "1.0", "providers": rows, "diagnostics": diagnostics}); err != nil {
			return err
		}
	} else {
		printProviders(a, rows, len(h.Unlocked()) > 0)
	}
	if startErrors == nil && missing {
		return cli.ExitWith(cli.ExitEnvironment)
	}
	return startErrors
}

// printProviders prints the table. Unlocked says whether whatever program is there is started for one of the providers.
func printProviders(a *cli.App, rows []providerRow, unlocked bool) {
	if len(rows) == 0 {
		dirs, _ := install.Dirs()
		fmt.Fprintf(a.Stdout, "No providers are required here, and none are installed in %s.\n", strings.Join(dirs, " or "))
		return
	}
	t := cli.Table{Header: []string{"PROVIDER", "VERSION", "REQUIRED", "STATE", "LOCKED", "CERTIFIED", "FROM", "BINARY"}}
	for _, r := range rows {
		required, state, locked, certified := "no", "runs", "-", "no"
		if r.Required {
			required = strings.TrimSpace("yes " + r.Version)
		}
		switch {
		case r.Problem != "":
			state = "unusable"
		case r.Attached:
			state = "attached"
		case r.Override:
			state = "overridden"
		}
		switch {
		case r.Locked != "":
			locked = r.Locked
		case r.Required:
			locked = "no"
		}
		if r.Certificate != nil && r.Certificate.State == "valid" {
			certified = "yes"
		}
		t.Add(r.Name, r.Installed, required, state, locked, certified, r.Origin, r.Path)
	}
	t.Write(a.Stdout, a.Stdout.Width())
	if unlocked {
		fmt.Fprintln(a.Stdout, "\nA required provider is not locked: whatever program is there is started. `wahost init` locks it.")
	}
	printCertificates(a, rows)
	for _, r := range rows {
		if r.Problem != "" {
			fmt.Fprintf(a.Stderr, "\n%s: %s\n", r.Name, r.Problem)
		}
	}
}

// printCertificates prints the certificates of the providers, if the configuration demands them.
func printCertificates(a *cli.App, rows []providerRow) {
	t := cli.Table{Header: []string{"PROVIDER", "CERTIFICATE", "TIER", "RESULT", "SUITE", "ISOLATION", "ENDS"}}
	demanded := false
	for _, r := range rows {
		c := r.Certificate
		if c == nil {
			continue
		}
		demanded = true
		ends := ""
		if !c.Ends.IsZero() {
			ends = c.Ends.Format(time.DateOnly)
		}
		t.Add(r.Name, cli.OrDash(c.State), c.Tier, c.Result, c.Suite, c.Isolation, ends)
	}
	if !demanded {
		return
	}
	fmt.Fprintln(a.Stdout)
	t.Write(a.Stdout, a.Stdout.Width())
	for _, r := range rows {
		switch c := r.Certificate; {
		case c == nil:
		case c.EndsSoon:
			a.Note("The certificate of %s ends on %s: ask for a new one, or certify the provider again with `wahost conformance run --certify`.", r.Name, c.Ends.Format(time.DateOnly))
		case c.Problem != "" && r.Problem == "":
			a.Note("The certificate of %s is refused: %s.", r.Name, c.Problem)
		}
	}
}
