// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package provider

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/diagview"
	"github.com/wahost/wahost/core/host"
	"github.com/wahost/wahost/core/registry/fetch"
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
			return pin(cmd.Context(), a, platforms, "locked", (*host.Host).Lock)
		},
	}
	platformFlag(cmd, &platforms, "lock the hashes for this platform, `OS_ARCH`; may be repeated")
	return cmd
}

// newMirror returns the command `wahost providers mirror`.
func newMirror(a *cli.App) *cobra.Command {
	var platforms []string
	var only bool
	var to string
	cmd := &cobra.Command{
		Use:   "mirror FOLDER",
		Short: "Copy the packages of providers into a folder for a mirror",
		Long: `Copy the packages of the required providers into a folder, and write an index for
each provider: of the locked versions, or of the newest versions that fit. The
folder is a filesystem_mirror, and a web server that serves its files is an
https_mirror. What is there already stays.

With --push, all packages in the folder are uploaded to a registry of OCI
artifacts, which is an oci_mirror then. The credentials are those of docker login
and oras login.`,
		Example: "  wahost providers mirror ./mirror\n  wahost providers mirror ./mirror --platform linux_amd64\n  wahost providers mirror ./mirror --index-only\n" +
			"  wahost providers mirror ./mirror --push 'registry.example.com/providers/{namespace}/{name}'",
		Args: cli.Args("FOLDER"),
		RunE: func(cmd *cobra.Command, args []string) error {
			folder := fetch.Filesystem{Dir: args[0]}
			registry, err := registryOf(a, to)
			if err != nil {
				return err
			}
			if only {
				return finishMirror(cmd.Context(), a, folder, registry)
			}
			err = pin(cmd.Context(), a, platforms, "copied",
				func(h *host.Host, ctx context.Context, platforms []release.Platform, options host.InitOptions) ([]host.Pinned, host.Diagnosis, error) {
					return h.Mirror(ctx, folder, platforms, options)
				})
			if err != nil || registry == nil {
				return err
			}
			return finishMirror(cmd.Context(), a, folder, registry)
		},
	}
	platformFlag(cmd, &platforms, "copy the packages for this platform, `OS_ARCH`, instead of all; may be repeated")
	cmd.Flags().BoolVar(&only, "index-only", false, "only write the indexes of the packages that are in the folder")
	cmd.Flags().StringVar(&to, "push", "", "upload the packages to this `REPOSITORY`, in which {host}, {namespace} and {name} stand for the parts of the address")
	cli.CompleteWords(cmd, "push")
	return cmd
}

func platformFlag(cmd *cobra.Command, platforms *[]string, text string) {
	cmd.Flags().StringArrayVar(platforms, "platform", nil, text)
	cli.CompleteWords(cmd, "platform", "linux_amd64", "linux_arm64", "darwin_amd64", "darwin_arm64", "windows_amd64")
}

// pin runs an operation on the releases of the required providers, and prints what it did.
func pin(ctx context.Context, a *cli.App, texts []string, done string,
	run func(*host.Host, context.Context, []release.Platform, host.InitOptions) ([]host.Pinned, host.Diagnosis, error)) error {
	var platforms []release.Platform
	for _, text := range texts {
		p, err := release.ParsePlatform(text)
		if err != nil {
			return cli.UsageError("--platform: %v", err)
		}
		platforms = append(platforms, p)
	}
	h, err := a.OpenHost(ctx)
	if err != nil {
		return err
	}
	defer a.CloseHost(h)
	progress := newDownloads(a)
	rows, found, err := run(h, ctx, platforms, host.InitOptions{Progress: progress.update, Waiting: waiting(a)})
	progress.close()
	switch {
	case ctx.Err() != nil:
		return cli.NegativeError(errors.New("interrupted"))
	case err != nil:
		return cli.EnvironmentError(err)
	case a.JSON:
		report := diagview.NewReport(found.Files, found.Diagnostics)
		if err := a.PrintJSON(map[string]any{"format_version": "1.0", "providers": rows, "diagnostics": report.Diagnostics}); err != nil {
			return cli.EnvironmentError(err)
		}
		return cli.Verdict(found)
	}
	if err := a.Report(found); err != nil {
		return err
	}
	t := cli.Table{Header: []string{"PROVIDER", "VERSION", strings.ToUpper(done), "FROM"}}
	for _, r := range rows {
		t.Add(r.Source, cli.OrDash(r.Version), cli.OrDash(strings.Join(r.Platforms, ", ")), cli.OrDash(r.Origin))
	}
	t.Write(a.Stdout, a.Stdout.Width())
	return nil
}
