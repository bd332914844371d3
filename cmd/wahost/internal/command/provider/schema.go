// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/config/load"
	"github.com/wahost/wahost/core/host"
	"github.com/wahost/wahost/core/registry/install"
	"github.com/wahost/wahost/internal/printable"
	"github.com/wahost/wahost/internal/suggest"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/serve"
)

// newSchema returns the command `wahost providers schema`.
func newSchema(a *cli.App) *cobra.Command {
	return &cobra.Command{
		Use:  "schema [NAME]...",
		Args: providerNames,

		ValidArgsFunction: func(_ *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
			names, _ := install.List()
			return cli.Matching(slices.DeleteFunc(names, func(name string) bool { return slices.Contains(args, name) }), begun)
		},
		Short: "Show the arguments, options and capabilities of providers",
		Long: `Show the arguments that providers take in their provider and channel blocks, the
options that a message may have for their vendor, and the capabilities of their
channels with default configuration. Without names, all installed providers are
shown.`,
		Example: "  wahost providers schema pushwoosh\n  wahost providers schema --json",
		RunE:    func(cmd *cobra.Command, args []string) error { return showSchemas(cmd.Context(), a, args) },
	}
}

// schemaDocument is a provider in the output of `providers schema --json`.
type schemaDocument struct {
	Version      string                   `json:"version"`
	Vendor       string                   `json:"vendor"`
	DocsURL      string                   `json:"docs_url,omitempty"`
	Provider     serve.SchemaDocument     `json:"provider"`
	Channel      serve.SchemaDocument     `json:"channel"`
	Options      *serve.SchemaDocument    `json:"options,omitempty"`
	Capabilities *capability.Capabilities `json:"capabilities,omitempty"`
}

func showSchemas(ctx context.Context, a *cli.App, names []string) error {
	h, err := a.OpenHost(ctx)
	if err != nil {
		return err
	}
	defer a.CloseHost(h)
	if len(names) == 0 {
		if names, err = install.List(); err != nil {
			return cli.EnvironmentError(err)
		}
	}
	h.Prefetch(names)
	docs := map[string]schemaDocument{}
	for _, name := range names {
		doc, err := document(ctx, h, name)
		if err != nil {
			return cli.EnvironmentError(didYouMean(name, err))
		}
		docs[name] = doc
	}
	if a.JSON {
		return a.PrintJSON(map[string]any{"format_version": "2.0", "providers": docs})
	}
	for i, name := range names {
		if i > 0 {
			fmt.Fprintln(a.Stdout)
		}
		printSchema(a, name, docs[name])
	}
	return nil
}

func document(ctx context.Context, h *host.Host, name string) (doc schemaDocument, err error) {
	meta, err := h.Metadata(ctx, name)
	if err != nil {
		return doc, err
	}
	schemas, err := h.Schema(ctx, name)
	if err != nil {
		return doc, err
	}
	doc.Version, doc.Vendor, doc.DocsURL = meta.Version, meta.Vendor, meta.DocsURL
	if doc.Provider, err = serve.DocumentSchema(schemas.Provider); err != nil {
		return doc, err
	}
	if doc.Channel, err = serve.DocumentSchema(schemas.Channel); err != nil {
		return doc, err
	}
	if !schemas.Options.Empty() {
		options, err := serve.DocumentSchema(schemas.Options)
		if err != nil {
			return doc, err
		}
		doc.Options = &options
	}
	doc.Capabilities, err = h.DefaultCapabilities(ctx, name)
	return doc, err
}

func printSchema(a *cli.App, name string, doc schemaDocument) {
	fmt.Fprintf(a.Stdout, "%s %s, provider for %s\n", name, printable.Line(doc.Version), printable.Line(doc.Vendor))
	printBody(a, fmt.Sprintf("provider %q", name), doc.Provider)
	printBody(a, fmt.Sprintf("channel %q NAME", name), doc.Channel)
	if doc.Options != nil {
		printBody(a, fmt.Sprintf("options of a message: wahost.vendor.%s", name), *doc.Options)
	}
	if doc.Capabilities == nil {
		fmt.Fprintf(a.Stdout, "\nIts capabilities are known only after it is configured, because the provider does not implement Describer.\n")
		return
	}
	c := printable.Fields(doc.Capabilities)
	fmt.Fprintf(a.Stdout, "\ncarries\n")
	t := cli.Table{Header: []string{"  KIND", "HEADERS", "BUTTONS", "PARAMETERS"}}
	for _, k := range c.Kinds {
		params := ""
		if k.Kind == "template" {
			params = strings.Join(append([]string{"text"}, slices.DeleteFunc(slices.Clone(k.ParameterTypes), func(s string) bool { return s == "text" })...), ", ")
		}
		t.Add("  "+k.Kind, cli.OrDash(strings.Join(k.HeaderKinds, ", ")), cli.OrDash(strings.Join(k.ButtonKinds, ", ")), params)
	}
	t.Write(a.Stdout, a.Stdout.Width())
	categories := "all categories"
	if len(c.TemplateCategories) > 0 {
		categories = strings.Join(c.TemplateCategories, ", ") + " only"
	}
	fmt.Fprintf(a.Stdout, "\n  templates: %s; recipients per request: %d; scheduling: %v; webhooks: %v\n", categories, c.MaxRecipients, c.Scheduling, c.Webhooks)
}

// providerNames accepts arguments that can be names of providers.
func providerNames(_ *cobra.Command, args []string) error {
	for _, name := range args {
		if err := addr.CheckProviderName(name); err != nil {
			return cli.UsageError("%q: %v", name, err)
		}
	}
	return nil
}

// didYouMean adds to the error about a provider that is not installed the name of a similar one that is.
func didYouMean(name string, err error) error {
	var p *load.ProviderError
	if !errors.As(err, &p) || p.Kind != load.NotInstalled {
		return err
	}
	installed, listErr := install.List()
	if listErr != nil {
		return err
	}
	return fmt.Errorf("%w%s", err, suggest.Sentence(name, installed))
}
