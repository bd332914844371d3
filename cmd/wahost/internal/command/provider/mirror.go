// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package provider

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/host"
	"github.com/wahost/wahost/core/registry/fetch"
	"github.com/wahost/wahost/core/registry/release"
	"github.com/wahost/wahost/core/registry/source"
)

// newMirror returns the command `wahost providers mirror`.
func newMirror(a *cli.App) *cobra.Command {
	var platforms []string
	var only bool
	var to, from string
	var sources []string
	cmd := &cobra.Command{
		Use:   "mirror FOLDER",
		Short: "Copy the packages of providers into a folder for a mirror",
		Long: `Copy the packages of the required providers into a folder, and write an index for
each provider: of the locked versions, or of the newest versions that fit. The
folder is a filesystem_mirror, and a web server that serves its files is an
https_mirror. What is there already stays.

With --release and --source, the packages come from a folder that "wahost provider
package" wrote, and no configuration is needed.

With --push, all packages in the folder are uploaded to a registry of OCI
artifacts, which is an oci_mirror then. The credentials are those of docker login
and oras login.`,
		Example: "  wahost providers mirror ./mirror\n  wahost providers mirror ./mirror --platform linux_amd64\n  wahost providers mirror ./mirror --index-only\n" +
			"  wahost providers mirror ./mirror --release ./dist --source acme/acme\n" +
			"  wahost providers mirror ./mirror --push 'registry.example.com/providers/{namespace}/{name}'",
		Args: cli.Args("FOLDER"),
		RunE: func(cmd *cobra.Command, args []string) error {
			folder := fetch.Filesystem{Dir: args[0]}
			registry, err := registryOf(a, to)
			if err != nil {
				return err
			}
			if from != "" || len(sources) > 0 {
				if err := importRelease(cmd.Context(), folder, from, sources); err != nil {
					return err
				}
				only = true
			}
			if only {
				mirror, err := finishMirror(cmd.Context(), folder, registry)
				if err != nil {
					return err
				}
				return printMirror(a, mirror, registry)
			}
			rows, found, err := pin(cmd.Context(), a, platforms,
				func(h *host.Host, ctx context.Context, platforms []release.Platform, options host.InitOptions) ([]host.Pinned, host.Diagnosis, error) {
					return h.Mirror(ctx, folder, platforms, options)
				})
			if err != nil {
				return err
			}
			if registry == nil || found.HasErrors() {
				return printPinned(a, rows, found, "copied")
			}
			return pushPinned(cmd.Context(), a, folder, registry, rows, found)
		},
	}
	platformFlag(cmd, &platforms, "copy the packages for this platform, `OS_ARCH`, instead of all; may be repeated")
	cmd.Flags().BoolVar(&only, "index-only", false, "only write the indexes of the packages that are in the folder")
	cmd.Flags().StringVar(&from, "release", "", "copy the packages from this folder of a release; needs --source")
	cmd.Flags().StringArrayVar(&sources, "source", nil, "source address, `NAMESPACE/NAME`, under which the mirror offers the provider of --release; may be repeated")
	cmd.MarkFlagsMutuallyExclusive("release", "platform")
	cmd.MarkFlagsMutuallyExclusive("index-only", "platform")
	cli.CompleteFolders(cmd, "release")
	cli.CompleteWords(cmd, "source")
	cmd.Flags().StringVar(&to, "push", "", "upload the packages to this `REPOSITORY`, in which {host}, {namespace} and {name} stand for the parts of the address")
	cli.CompleteWords(cmd, "push")
	return cmd
}

// registryOf returns the registry that --push names, or nil without the flag.
func registryOf(a *cli.App, text string) (*fetch.OCI, error) {
	if text == "" {
		return nil, nil
	}
	repository, err := source.ParseRepository(text)
	if err != nil {
		return nil, cli.UsageError("--push: %v", err)
	}
	return &fetch.OCI{Client: fetch.NewClient("wahost/" + a.Build.Version), Repository: repository}, nil
}

// mirrored is a provider whose packages are in the folder of a mirror.
type mirrored struct {
	Source string `json:"source"`
	// Pushed are the versions that are in the registry now.
	Pushed []string `json:"pushed,omitempty"`
}

// finishMirror writes the indexes of the packages that are in a folder, and uploads the packages unless the registry is nil.
func finishMirror(ctx context.Context, folder fetch.Filesystem, registry *fetch.OCI) ([]mirrored, error) {
	addresses, err := folder.Addresses()
	if err != nil {
		return nil, cli.UsageError("%v", err)
	}
	if len(addresses) == 0 {
		return nil, cli.UsageError("%s: there is no package such as acme/acme/wahost-provider-acme_1.0.0_linux_amd64.zip in it", folder.Dir)
	}
	rows := make([]mirrored, 0, len(addresses))
	for _, address := range addresses {
		if err := folder.WriteIndex(ctx, address); err != nil {
			return nil, stopped(ctx, err)
		}
		row := mirrored{Source: address.String()}
		if registry != nil {
			versions, err := registry.Push(ctx, folder, address)
			if err != nil {
				return nil, stopped(ctx, fmt.Errorf("%s: %w", registry, err))
			}
			for _, v := range versions {
				row.Pushed = append(row.Pushed, v.String())
			}
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// pushPinned prints what was copied into a folder, and uploads all packages in it. With --json, both are in one document.
func pushPinned(ctx context.Context, a *cli.App, folder fetch.Filesystem, registry *fetch.OCI, rows []host.Pinned, found host.Diagnosis) error {
	if !a.JSON {
		if err := printPinned(a, rows, found, "copied"); err != nil {
			return err
		}
	}
	mirror, err := finishMirror(ctx, folder, registry)
	switch {
	case err != nil:
		return err
	case a.JSON:
		return printDocument(a, rows, found, mirror)
	}
	return printMirror(a, mirror, registry)
}

// printMirror prints what finishMirror returned.
func printMirror(a *cli.App, mirror []mirrored, registry *fetch.OCI) error {
	if a.JSON {
		return a.PrintJSON(map[string]any{"format_version": "1.0", "providers": mirror})
	}
	for _, row := range mirror {
		fmt.Fprintf(a.Stdout, "Wrote the index of %s.\n", row.Source)
		if registry != nil {
			fmt.Fprintf(a.Stdout, "%s has %s in the versions %s.\n", registry, row.Source, strings.Join(row.Pushed, ", "))
		}
	}
	return nil
}

// importRelease copies the packages of providers from the folder of a release into the folder of a mirror.
func importRelease(ctx context.Context, folder fetch.Filesystem, from string, sources []string) error {
	switch {
	case from == "":
		return cli.UsageError("--source says under which address the providers of --release are offered: add --release FOLDER")
	case len(sources) == 0:
		return cli.UsageError("--release needs --source, such as --source acme/acme")
	}
	for _, text := range sources {
		address, err := source.Parse(text)
		if err != nil {
			return cli.UsageError("--source: %v", err)
		}
		_, err = folder.Import(ctx, from, address)
		switch {
		case errors.Is(err, fetch.ErrNotOffered):
			return cli.UsageError("%s has no package of %s, such as wahost-provider-%s_1.0.0_linux_amd64.zip", from, address.Name, address.Name)
		case err != nil:
			return stopped(ctx, err)
		}
	}
	return nil
}
