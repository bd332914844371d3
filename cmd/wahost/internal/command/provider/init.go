// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package provider

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/host"
)

// Init returns the command `wahost init`.
func Init(a *cli.App) *cobra.Command {
	var options host.InitOptions
	cmd := &cobra.Command{
		Use:   "init",
		Short: "Install and lock the providers that the configuration requires",
		Long: `Install the providers that the configuration requires into its folder
.wahost/providers, and lock them in .wahost.lock.hcl, which belongs into version
control. Each start of a provider compares its program with the lock file.

A locked version stays until --upgrade. Where providers come from is said by a
provider_installation block in the configuration, or in the user's own
wahost.rc.hcl. Without one, they are the programs beside wahost, and then the
hosts that their source addresses name. Each package is verified before it is
unpacked. An interrupted init can be repeated, and continues its downloads.`,
		Example: "  wahost init\n  wahost init --upgrade\n  wahost --config ./configs/quickstart init",
		Args:    cli.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return runInit(cmd.Context(), a, options) },
	}
	cmd.Flags().BoolVar(&options.Upgrade, "upgrade", false, "install the newest versions that fit, instead of the locked ones")
	cmd.Flags().BoolVar(&options.AllowDowngrade, "allow-downgrade", false, "let --upgrade install an older version than the locked one")
	return cmd
}

func runInit(ctx context.Context, a *cli.App, options host.InitOptions) error {
	if options.AllowDowngrade && !options.Upgrade {
		return cli.UsageError("--allow-downgrade: it is about what --upgrade may do, so add --upgrade")
	}
	rows, found, err := initialize(ctx, a, options)
	if err != nil {
		return err
	}
	if a.JSON {
		return printDocument(a, rows, found, nil)
	}
	if err := a.Report(found); err != nil {
		return err
	}
	printInitialized(a, rows)
	return nil
}

// waiting returns what tells that another init is waited for.
func waiting(a *cli.App) func(dir string) {
	return func(dir string) { a.Note("Waiting for another wahost init, which works in %s.", dir) }
}

// initialize installs providers and shows how far that is.
func initialize(ctx context.Context, a *cli.App, options host.InitOptions) ([]host.Initialized, host.Diagnosis, error) {
	h, err := a.OpenHost(ctx)
	if err != nil {
		return nil, host.Diagnosis{}, err
	}
	defer a.CloseHost(h)
	warned := len(h.Shadowed()) > 0
	progress := newDownloads(a)
	options.Progress = progress.update
	options.Waiting = waiting(a)
	rows, found, err := h.Init(ctx, options)
	progress.close()
	switch {
	case ctx.Err() != nil:
		return nil, found, cli.NegativeError(errors.New("interrupted: what was downloaded is kept, and the next `wahost init` continues"))
	case err != nil:
		return nil, found, cli.EnvironmentError(err)
	}
	if !warned {
		a.WarnShadowed(h) // this init installed it
	}
	return rows, found, nil
}

func printInitialized(a *cli.App, rows []host.Initialized) {
	if len(rows) == 0 {
		fmt.Fprintln(a.Stdout, "The configuration requires no providers.")
		return
	}
	t := cli.Table{Header: []string{"PROVIDER", "VERSION", "DONE", "CERTIFIED", "SIGNED BY", "FROM"}}
	for _, r := range rows {
		t.Add(r.Source, cli.OrDash(r.Version), done(r), certified(r), cli.OrDash(strings.Join(r.Signers, ", ")), r.Origin)
	}
	t.Write(a.Stdout, a.Stdout.Width())
	for _, r := range rows {
		if r.Action == host.ActionOverridden {
			a.Note("%s was not installed, because %s is used in its place.", r.Source, r.Path)
			if _, err := os.Stat(r.Path); err != nil {
				a.Warn("the program of the override of %s cannot be found: %v", r.Source, err)
			}
		}
	}
	if first := trusted(rows); len(first) > 0 {
		fmt.Fprintf(a.Stdout, "\nLocked for the first time, and neither signed by a trusted key nor certified: %s. From now on the lock file\ndecides; "+
			"this time only the place that they came from was trusted.\n", strings.Join(first, ", "))
	}
	for _, r := range rows {
		noteUnhashed(a, r.Source, r.Unhashed)
	}
	if slices.ContainsFunc(rows, func(r host.Initialized) bool { return r.Action != host.ActionOverridden }) {
		fmt.Fprintln(a.Stdout, "\nThe providers are locked in .wahost.lock.hcl. Commit it with the configuration.")
	}
}

// noteUnhashed tells that the lock file has no hashes of programs for some platforms, and how they get there.
func noteUnhashed(a *cli.App, source string, platforms []string) {
	if len(platforms) == 0 {
		return
	}
	fmt.Fprintf(a.Stdout, "\nThe release of %s does not tell the hashes of its programs, so for these platforms only the archives are locked: %s.\nThis command downloads "+
		"them and locks their programs as well:\n\n  wahost providers lock --platform %s\n", source, strings.Join(platforms, ", "), strings.Join(platforms, " --platform "))
}

// trusted returns the providers for which nothing but the place that they came from vouches.
func trusted(rows []host.Initialized) []string {
	var out []string
	for _, r := range rows {
		if r.Action == host.ActionInstalled && r.Previous != r.Version && !r.Certified && len(r.Signers) == 0 {
			out = append(out, r.Source+" "+r.Version)
		}
	}
	return out
}

// done says what was done with a provider.
func done(r host.Initialized) string {
	if r.Previous != "" && r.Previous != r.Version && r.Action != host.ActionOverridden {
		return r.Action + ", was " + r.Previous
	}
	return r.Action
}

func certified(r host.Initialized) string {
	switch {
	case r.Certified:
		return "certified"
	case r.Action == host.ActionOverridden:
		return "-"
	}
	return "not certified"
}
