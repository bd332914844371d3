// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"io"

	"github.com/spf13/cobra"
)

// app is what all commands share: the streams and the flags of the root command.
type app struct {
	stdin   io.Reader
	stdout  *output
	stderr  *output
	secrets *secrets

	configDir string
	json      bool
	vars      []string
}

func newApp(stdin io.Reader, stdout, stderr io.Writer) *app {
	s := &secrets{}
	return &app{stdin: stdin, stdout: s.writer(stdout), stderr: s.writer(stderr), secrets: s}
}

func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "wahost",
		Short: "Send WhatsApp messages through any number of vendors as if they were one",
		Long: `wahost sends WhatsApp messages through any number of vendors as if they were one.

Each vendor is a provider: a program of its own, wahost-provider-NAME. Channels
(one sending identity each) and the routes between them are written in HCL, in
*.wahost.hcl files. Providers are looked up in the folder "providers" beside the
wahost binary, or in $WAHOST_PROVIDER_DIR.

Exit codes: 0 done, 1 it ran and the answer is bad (a message was rejected),
2 usage or configuration error, 3 environment (a provider is missing or
crashes, output cannot be written), 4 incomplete (conformance only).`,
		Example: `  wahost demo
  wahost --config ./configs/quickstart validate
  wahost --config . send --to +4915112345678 --text "Hello"`,
		SilenceErrors: true, SilenceUsage: true,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	flags := root.PersistentFlags()
	flags.StringVar(&a.configDir, "config", ".", "folder of the *.wahost.hcl files")
	flags.BoolVar(&a.json, "json", false, "print JSON for machines")
	flags.StringArrayVar(&a.vars, "var", nil, "set a variable, NAME=VALUE; may be repeated")
	root.AddCommand(
		newValidate(a), newFmt(a), newProviders(a), newExplain(a), newSend(a), newSandbox(a), newDemo(a), newConformance(a),
		newVersion(a),
	)
	return root
}

// printJSON writes one indented document.
func (a *app) printJSON(v any) error {
	enc := json.NewEncoder(a.stdout)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
