// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package provider

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/cmd/wahost/internal/scaffold"
	"github.com/wahost/wahost/conformance/dialect/openapi"
	"github.com/wahost/wahost/internal/buildinfo"
	"github.com/wahost/wahost/internal/printable"
)

// newProvider has the flags of `wahost provider new`.
type newProvider struct{ module, document, dir, source string }

// newNew returns the command `wahost provider new`.
func newNew(a *cli.App) *cobra.Command {
	var o newProvider
	cmd := &cobra.Command{
		Use:   "new NAME",
		Short: "Write a new provider that builds and passes the conformance suite",
		Long: `Write a provider for a vendor that does not exist, as a Go module of its own: the
arguments of its blocks, texts, a table of errors, signed webhooks, the vendor's
API as a dialect, tests, a Makefile, a workflow for CI and a README. It builds and
is conformant. Then change it for your vendor; the README says in which order.

With --from-openapi, the folder openapi has the beginning of the vendor's dialect,
as "wahost conformance dialect import" makes it, and the default endpoint is that of
the document.

The folder must be new or empty. If the command fails, nothing is written.`,
		Example: `  wahost provider new acme && cd acme && make test
  wahost provider new acme --module github.com/acme/wahost-provider-acme --dir ./wahost-provider-acme
  wahost provider new acme --from-openapi openapi.yaml`,
		Args:              cli.Args("NAME"),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(_ *cobra.Command, args []string) error {
			return o.write(a, args[0])
		},
	}
	cmd.Flags().StringVar(&o.module, "module", "", "`PATH` of the Go module (default: example.com/wahost-provider-NAME)")
	cmd.Flags().StringVar(&o.document, "from-openapi", "", "`FILE` with the vendor's OpenAPI document, in JSON or YAML")
	cmd.Flags().StringVar(&o.dir, "dir", "", "`FOLDER` to write (default: NAME)")
	cmd.Flags().StringVar(&o.source, "wahost-source", "", "take wahost from this `FOLDER` with its source, instead of a published version (default for a wahost that is no release: the folder it was built in)")
	cli.CompleteWords(cmd, "module")
	cli.CompleteFiles(cmd, []string{"json", "yaml", "yml"}, "from-openapi")
	cli.CompleteFolders(cmd, "dir", "wahost-source")
	return cmd
}

// written is the output of `provider new --json`.
type written struct {
	Format string `json:"format_version"`
	Name   string `json:"name"`
	Module string `json:"module"`
	Dir    string `json:"dir"`
	// Version is the version of wahost that go.mod names, or empty if Source is the folder that replaces it.
	Version string   `json:"wahost_version,omitempty"`
	Source  string   `json:"wahost_source,omitempty"`
	Files   []string `json:"files"`
	// Incomplete counts the comments of the imported dialect that say what is missing.
	Incomplete int `json:"incomplete,omitempty"`
}

func (o newProvider) write(a *cli.App, name string) error {
	if err := scaffold.CheckName(name); err != nil {
		return cli.UsageError("%v", err)
	}
	s := scaffold.Options{Name: name, Module: o.module}
	if s.Module == "" {
		s.Module = scaffold.DefaultModule(name)
	}
	if err := scaffold.CheckModule(s.Module); err != nil {
		return cli.UsageError("--module: %v", err)
	}
	if o.dir == "" {
		o.dir = name
	}
	var err error
	if s.Require, err = o.require(); err != nil {
		return err
	}
	if o.document != "" {
		if s.OpenAPI, err = openapi.ImportFile(o.document, openapi.Options{Name: name}); err != nil {
			return cli.UsageError("--from-openapi: %v", err)
		}
		s.Document = filepath.Base(o.document)
	}
	files, err := scaffold.Files(s)
	if err != nil {
		return cli.EnvironmentError(err)
	}
	if err := scaffold.Write(o.dir, files); errors.Is(err, scaffold.ErrOccupied) {
		return cli.UsageError("%v: name another one with --dir", err)
	} else if err != nil {
		return cli.EnvironmentError(err)
	}
	w := written{
		Format: "1.0", Name: name, Module: s.Module, Dir: o.dir, Version: s.Require.Version, Source: s.Require.Source,
		Files: slices.Sorted(maps.Keys(files)),
	}
	if s.OpenAPI != nil {
		w.Incomplete = s.OpenAPI.Open
	}
	if a.JSON {
		return a.PrintJSON(w)
	}
	w.print(a)
	return nil
}

// require returns where the module takes wahost from: the version of this program if it is published, and otherwise a folder with the
// source.
func (o newProvider) require() (scaffold.Requirement, error) {
	if o.source != "" {
		dir, err := scaffold.CheckSource(o.source)
		if err != nil {
			return scaffold.Requirement{}, cli.UsageError("--wahost-source: %v", err)
		}
		return scaffold.Requirement{Source: dir}, nil
	}
	if v := buildinfo.Version(""); v != "" {
		return scaffold.Requirement{Version: v}, nil
	}
	program, _ := os.Executable()
	program, _ = filepath.EvalSymlinks(program)
	here, _ := os.Getwd()
	if dir := scaffold.FindSource(filepath.Dir(program), here); dir != "" {
		return scaffold.Requirement{Source: dir}, nil
	}
	return scaffold.Requirement{}, cli.UsageError("this wahost was built from source, so that there is no version of it for go.mod. Name the folder with the source: --wahost-source FOLDER")
}

func (w written) print(a *cli.App) {
	fmt.Fprintf(a.Stdout, "Written to %s: the provider %s, module %s, %d files.\n", w.Dir, w.Name, w.Module, len(w.Files))
	if w.Source != "" {
		fmt.Fprintf(a.Stdout, "go.mod takes wahost from %s, because this wahost is not a published version.\n", w.Source)
	}
	if w.Incomplete > 0 {
		fmt.Fprintf(a.Stdout, "openapi/dialect.hcl has what the document says. %d comments with the word COMPLETE say what is missing.\n", w.Incomplete)
	}
	fmt.Fprintf(a.Stdout, "\nRun its tests, with the conformance suite:\n\n  cd %s && make test\n\nThen change it for your vendor: README.md says in which order.\n", printable.ShellWord(w.Dir))
}
