// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/config/load"
	"github.com/wahost/wahost/core/registry/install"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/serve"
)

func newProviders(a *cli.App) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "providers",
		Short: "List the providers that are required and installed",
		Long: `List the providers that the configuration requires, with those that are
installed: where each binary is, its version, and whether it runs. Works in a
folder without configuration too.`,
		Example: "  wahost providers\n  wahost providers schema innopaas",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return listProviders(cmd.Context(), a) },
	}
	cmd.AddCommand(&cobra.Command{
		Use:   "schema [NAME]...",
		Short: "Show the arguments and capabilities of providers",
		Long: `Show the arguments that providers take in their provider and channel blocks, and
what their channels carry with default configuration. Without names, all that
are installed.`,
		Example: "  wahost providers schema pushwoosh\n  wahost providers schema --json",
		RunE:    func(cmd *cobra.Command, args []string) error { return showSchemas(cmd.Context(), a, args) },
	})
	return cmd
}

// providerRow is one provider in the output of `providers`.
type providerRow struct {
	Name      string `json:"name"`
	Required  bool   `json:"required"`
	Source    string `json:"source,omitempty"`
	Version   string `json:"version_constraint,omitempty"`
	Installed string `json:"installed_version,omitempty"`
	Vendor    string `json:"vendor,omitempty"`
	Path      string `json:"path,omitempty"`
	Running   bool   `json:"running"`
	Problem   string `json:"problem,omitempty"`
}

func listProviders(ctx context.Context, a *cli.App) error {
	s, err := startSession(a)
	if err != nil {
		return err
	}
	defer s.close()
	barred := s.report(s.barred, a.Stderr) // ends the command after the list
	names := map[string]config.Requirement{}
	if files, err := configFiles(a.ConfigDir); err == nil && len(files) > 0 {
		s.folder = load.Open(a.ConfigDir)
		required, diags := s.folder.Requirements(version)
		if err := s.report(diags, a.Stderr); err != nil {
			return err
		}
		names = required
	}
	installed, err := install.List()
	if err != nil {
		return cli.EnvironmentError(err)
	}
	all := slices.Sorted(maps.Keys(names))
	for _, name := range installed {
		if _, ok := names[name]; !ok {
			all = append(all, name)
		}
	}
	s.pool.Prefetch(all)
	rows, missing := []providerRow{}, false
	for _, name := range all {
		req, required := names[name]
		row := providerRow{Name: name, Required: required, Source: req.Source, Version: req.Version}
		if path, err := install.Find(name); err == nil {
			row.Path = path
		}
		meta, err := s.pool.Metadata(ctx, name)
		if err != nil {
			var p *load.ProviderError
			if errors.As(s.problem(name, err), &p) {
				row.Problem = p.Detail
			}
			missing = missing || required
		} else {
			row.Installed, row.Vendor, row.Running = meta.Version, meta.Vendor, true
		}
		rows = append(rows, row)
	}
	if a.JSON {
		if err := a.PrintJSON(map[string]any{"format_version": "1.0", "providers": rows}); err != nil {
			return cli.EnvironmentError(err)
		}
	} else {
		printProviders(a, rows)
	}
	if barred == nil && missing {
		return cli.ExitWith(cli.ExitEnvironment)
	}
	return barred
}

func printProviders(a *cli.App, rows []providerRow) {
	if len(rows) == 0 {
		dir, _ := install.Dir()
		fmt.Fprintf(a.Stdout, "No providers are required here, and none are installed in %s.\n", dir)
		return
	}
	t := cli.Table{Header: []string{"PROVIDER", "VERSION", "REQUIRED", "STATE", "BINARY"}}
	for _, r := range rows {
		required, state := "no", "runs"
		if r.Required {
			required = strings.TrimSpace("yes " + r.Version)
		}
		if r.Problem != "" {
			state = "unusable"
		}
		t.Add(r.Name, r.Installed, required, state, r.Path)
	}
	t.Write(a.Stdout, a.Stdout.Width())
	for _, r := range rows {
		if r.Problem != "" {
			fmt.Fprintf(a.Stderr, "\n%s: %s\n", r.Name, r.Problem)
		}
	}
}

// schemaDocument is one provider in the output of `providers schema`.
type schemaDocument struct {
	Version      string                    `json:"version"`
	Vendor       string                    `json:"vendor"`
	DocsURL      string                    `json:"docs_url,omitempty"`
	Provider     []serve.AttributeDocument `json:"provider"`
	Channel      []serve.AttributeDocument `json:"channel"`
	Capabilities *capability.Capabilities  `json:"capabilities,omitempty"`
}

func showSchemas(ctx context.Context, a *cli.App, names []string) error {
	s, err := startSession(a)
	if err != nil {
		return err
	}
	defer s.close()
	if len(names) == 0 {
		if names, err = install.List(); err != nil {
			return cli.EnvironmentError(err)
		}
	}
	s.pool.Prefetch(names)
	docs := map[string]schemaDocument{}
	for _, name := range names {
		doc, err := s.document(ctx, name)
		if err != nil {
			return cli.EnvironmentError(s.problem(name, err))
		}
		docs[name] = doc
	}
	if a.JSON {
		return a.PrintJSON(map[string]any{"format_version": "1.0", "providers": docs})
	}
	for i, name := range names {
		if i > 0 {
			fmt.Fprintln(a.Stdout)
		}
		printSchema(a, name, docs[name])
	}
	return nil
}

func (s *session) document(ctx context.Context, name string) (doc schemaDocument, err error) {
	meta, err := s.pool.Metadata(ctx, name)
	if err != nil {
		return doc, err
	}
	schemas, err := s.pool.Schema(ctx, name)
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
	doc.Capabilities, err = s.pool.DefaultCapabilities(ctx, name)
	return doc, err
}

func printSchema(a *cli.App, name string, doc schemaDocument) {
	fmt.Fprintf(a.Stdout, "%s %s, provider for %s\n", name, doc.Version, doc.Vendor)
	for _, block := range []struct {
		title string
		attrs []serve.AttributeDocument
	}{{fmt.Sprintf("provider %q", name), doc.Provider}, {fmt.Sprintf("channel %q NAME", name), doc.Channel}} {
		fmt.Fprintf(a.Stdout, "\n%s\n", block.title)
		t := cli.Table{Header: []string{"  ARGUMENT", "TYPE", "", "DESCRIPTION"}}
		for _, attr := range block.attrs {
			var typ string
			if json.Unmarshal(attr.Type, &typ) != nil {
				typ = string(attr.Type)
			}
			note := "optional"
			if attr.Required {
				note = "required"
			}
			if attr.Sensitive {
				note += ", sensitive"
			}
			if len(attr.Default) > 0 {
				note += ", default " + string(attr.Default)
			}
			t.Add("  "+attr.Name, typ, note, attr.Description)
		}
		t.Write(a.Stdout, a.Stdout.Width())
	}
	if doc.Capabilities == nil {
		fmt.Fprintf(a.Stdout, "\nWhat it carries is known once it is configured: the provider is no Describer.\n")
		return
	}
	c := doc.Capabilities
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
