// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/registry/fetch"
	"github.com/wahost/wahost/core/registry/source"
)

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
func finishMirror(ctx context.Context, a *cli.App, folder fetch.Filesystem, registry *fetch.OCI) error {
	addresses, err := folder.Addresses()
	if err != nil {
		return cli.UsageError("%v", err)
	}
	if len(addresses) == 0 {
		return cli.UsageError("%s: there is no package such as acme/acme/wahost-provider-acme_1.0.0_linux_amd64.zip in it", folder.Dir)
	}
	rows := make([]mirrored, 0, len(addresses))
	for _, address := range addresses {
		if err := folder.WriteIndex(ctx, address); err != nil {
			return cli.EnvironmentError(err)
		}
		row := mirrored{Source: address.String()}
		if registry != nil {
			versions, err := registry.Push(ctx, folder, address)
			if err != nil {
				return cli.EnvironmentError(fmt.Errorf("%s: %w", registry, err))
			}
			for _, v := range versions {
				row.Pushed = append(row.Pushed, v.String())
			}
		}
		rows = append(rows, row)
	}
	if a.JSON {
		return a.PrintJSON(map[string]any{"format_version": "1.0", "providers": rows})
	}
	for _, row := range rows {
		fmt.Fprintf(a.Stdout, "Wrote the index of %s.\n", row.Source)
		if registry != nil {
			fmt.Fprintf(a.Stdout, "%s has %s in the versions %s.\n", registry, row.Source, strings.Join(row.Pushed, ", "))
		}
	}
	return nil
}
