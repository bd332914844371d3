// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package cli holds what the commands of wahost share: standard streams from which secrets are removed, exit codes,
// tables, the progress display and the host that a command works with.
package cli

import (
	"context"
	"encoding/json"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/core/host"
	"github.com/wahost/wahost/internal/buildinfo"
)

// App holds the streams and the flags of the root command. All commands of one command line share it.
type App struct {
	Stdin   io.Reader
	Stdout  *Output
	Stderr  *Output
	Secrets *Secrets
	// Build identifies the program. Its version is compared with the required_version of configurations.
	Build buildinfo.Info

	// ConfigDir is the flag --config. Without the flag it is $WAHOST_CONFIG, and the current folder without that.
	ConfigDir string
	// ConfigFrom says who named the folder if the flag did not, as load.Place.From does.
	ConfigFrom string
	// JSON, Vars and VarFiles are the flags --json, --var and --var-file.
	JSON     bool
	Vars     []string
	VarFiles []string
	// OnReport is called with the diagnostics that Report prints. It may be nil.
	OnReport func(host.Diagnosis)
	// OwnConfig is true if the command wrote the configuration itself, so that nobody could have locked its providers.
	OwnConfig bool
}

// NewApp returns an App that reads and writes the given streams.
func NewApp(stdin io.Reader, stdout, stderr io.Writer) *App {
	s := &Secrets{}
	return &App{Stdin: stdin, Stdout: s.output(stdout), Stderr: s.output(stderr), Secrets: s}
}

// NewRoot returns the root command with its flags and without any other command.
func NewRoot(a *App) *cobra.Command {
	root := &cobra.Command{
		Use:   "wahost",
		Short: "Send WhatsApp messages through any number of vendors as if they were one",
		Long: `wahost sends WhatsApp messages through any number of vendors as if they were one.

Each vendor is a provider: a program of its own, wahost-provider-NAME. Channels
(one sending identity each) and the routes between them are written in HCL, in
*.wahost.hcl files. "wahost init" installs and locks the providers of a
configuration. Others are looked up in the folder "providers" beside the wahost
binary and then beside the binary itself, where "go install" puts them. If
$WAHOST_PROVIDER_DIR is set, all are looked up in that folder only.

Exit codes: 0 done, 1 the command ran and the result is negative (a message was
not accepted, a check failed), 2 usage or configuration error, 3 environment (a
provider is missing or crashes, output cannot be written), 4 incomplete
(conformance only), 141 nobody reads the output any more.`,
		Example: `  wahost demo
  wahost --config ./configs/quickstart validate
  wahost --config . --var-file prod.wahostvars.hcl send --to +4915112345678 --text "Hello"`,
		SilenceErrors: true, SilenceUsage: true,
		Args: NoArgs,
		// No other command has this hook: cobra runs only the innermost one.
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			a.useEnvironment(cmd)
			return checkFlags(cmd)
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetFlagErrorFunc(flagError)
	root.SetHelpCommand(newHelp(root))
	root.SetIn(a.Stdin)
	root.SetOut(a.Stdout)
	root.SetErr(a.Stderr)
	flags := root.PersistentFlags()
	flags.StringVar(&a.ConfigDir, "config", ".", "folder of the *.wahost.hcl files (or $"+configVariable+")")
	flags.BoolVar(&a.JSON, "json", false, "print JSON for machines")
	flags.StringArrayVar(&a.Vars, "var", nil, "set a variable, NAME=VALUE; may be repeated")
	flags.StringArrayVar(&a.VarFiles, "var-file", nil, "read values of variables from `FILE`; may be repeated")
	CompleteFolders(root, "config")
	CompleteFiles(root, []string{"hcl", "json"}, "var-file")
	Complete(root, "var", func() []string { return withSuffix(a.ConfigNames("variable"), "=") })
	return root
}

// withSuffix returns the words with something added to each.
func withSuffix(words []string, suffix string) []string {
	var out []string
	for _, w := range words {
		out = append(out, w+suffix)
	}
	return out
}

// configVariable is the environment variable with the folder of the configuration, for commands without --config.
const configVariable = "WAHOST_CONFIG"

// useEnvironment reads what flags that were not given have in the environment.
func (a *App) useEnvironment(cmd *cobra.Command) {
	if dir := os.Getenv(configVariable); dir != "" && !cmd.Flags().Changed("config") {
		a.ConfigDir, a.ConfigFrom = dir, "the environment variable "+configVariable
	}
}

// PrintJSON writes one indented document to standard output. The error is one of the environment.
func (a *App) PrintJSON(v any) error {
	enc := json.NewEncoder(a.Stdout)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return notWritten(err)
	}
	return nil
}

// WriteLine writes JSON on one line.
func WriteLine(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// Wait waits until the command is interrupted, or until nobody reads its output any more.
func (a *App) Wait(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-a.Stdout.Failed():
	}
}
