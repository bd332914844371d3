// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package provider

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/host"
	"github.com/wahost/wahost/core/registry/release"
)

// newLock returns the command `wahost providers lock`.
func newLock(a *cli.App) *cobra.Command {
	var platforms []string
	cmd := &cobra.Command{
		Use:   "lock",
		Short: "Write the hashes of releases into the lock file",
		Long: `Write the hashes of the required providers into .wahost.lock.hcl, without
installing them: of the locked versions, or of the newest versions that fit.
Without --platform, what is locked is replaced by what is offered now, for all
platforms. With it, the hashes of these platforms are added.

This trusts the places that offer the providers, as the first init does.`,
		Example: "  wahost providers lock\n  wahost providers lock --platform linux_arm64 --platform darwin_arm64",
		Args:    cli.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			rows, found, err := pin(cmd.Context(), a, platforms, (*host.Host).Lock)
			if err != nil {
				return err
			}
			return printPinned(a, rows, found, "locked")
		},
	}
	platformFlag(cmd, &platforms, "lock the hashes for this platform, `OS_ARCH`; may be repeated")
	return cmd
}

func platformFlag(cmd *cobra.Command, platforms *[]string, text string) {
	cmd.Flags().StringArrayVar(platforms, "platform", nil, text)
	cli.CompleteWords(cmd, "platform", "linux_amd64", "linux_arm64", "darwin_amd64", "darwin_arm64", "windows_amd64")
}

// pin runs an operation on the releases of the required providers.
func pin(ctx context.Context, a *cli.App, texts []string,
	run func(*host.Host, context.Context, []release.Platform, host.InitOptions) ([]host.Pinned, host.Diagnosis, error)) ([]host.Pinned, host.Diagnosis, error) {
	var platforms []release.Platform
	for _, text := range texts {
		p, err := release.ParsePlatform(text)
		if err != nil {
			return nil, host.Diagnosis{}, cli.UsageError("--platform: %v", err)
		}
		platforms = append(platforms, p)
	}
	h, err := a.OpenHost(ctx)
	if err != nil {
		return nil, host.Diagnosis{}, err
	}
	defer a.CloseHost(h)
	progress := newDownloads(a)
	rows, found, err := run(h, ctx, platforms, host.InitOptions{Progress: progress.update, Waiting: waiting(a)})
	progress.close()
	if err != nil {
		return nil, found, stopped(ctx, err)
	}
	return rows, found, nil
}

// printPinned prints what an operation did, and returns the error that sets the exit code.
func printPinned(a *cli.App, rows []host.Pinned, found host.Diagnosis, done string) error {
	if a.JSON {
		return printDocument(a, rows, found, nil)
	}
	if err := a.Report(found); err != nil {
		return err
	}
	t := cli.Table{Header: []string{"PROVIDER", "VERSION", strings.ToUpper(done), "FROM"}}
	for _, r := range rows {
		t.Add(r.Source, cli.OrDash(r.Version), cli.OrDash(strings.Join(r.Platforms, ", ")), cli.OrDash(r.Origin))
	}
	t.Write(a.Stdout, a.Stdout.Width())
	for _, r := range rows {
		noteUnhashed(a, r.Source, r.Unhashed)
	}
	return nil
}
