// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/config/load"
	"github.com/wahost/wahost/core/diagview"
)

// Fmt returns the command `wahost fmt`.
func Fmt(a *cli.App) *cobra.Command {
	var check bool
	cmd := &cobra.Command{
		Use:        "fmt [FOLDER or FILE]...",
		SuggestFor: []string{"format"},
		Short:      "Format configuration files",
		Long: `Format the *.wahost.hcl, *.wahostvars.hcl and *.wahosttest.hcl files of the
configuration folder. Only white space is changed. Prints the files that changed.
A file that does not parse is reported and left as it is.`,
		Example: `  wahost fmt
  wahost fmt --check ./configs/failover   # changes nothing; exit code 1 if something would change`,
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				args = []string{a.ConfigDir}
			}
			return format(a, args, check)
		},
	}
	cmd.Flags().BoolVar(&check, "check", false, "change nothing; the exit code is 1 if a file is not formatted")
	return cmd
}

func format(a *cli.App, paths []string, check bool) error {
	var files []string
	for _, path := range paths {
		found, err := configFiles(path)
		if err != nil && a.ConfigFrom != "" && path == a.ConfigDir {
			return cli.UsageError("%v; the name comes from %s", err, a.ConfigFrom)
		}
		if err != nil {
			return cli.UsageError("%v", err)
		}
		files = append(files, found...)
	}
	changed := []string{}
	var diags hcl.Diagnostics
	broken := map[string]*hcl.File{}
	for _, file := range files {
		src, formatted, found := load.FormatFile(file)
		if found.HasErrors() {
			diags = append(diags, found...)
			broken[file] = load.Redacted(src, file)
			continue
		}
		if bytes.Equal(src, formatted) {
			continue
		}
		changed = append(changed, file)
		if !check {
			if err := load.ReplaceFile(file, formatted); err != nil {
				return cli.EnvironmentError(err)
			}
		}
	}
	if a.JSON {
		found := diagview.NewReport(broken, diags).Diagnostics
		if err := a.PrintJSON(map[string]any{"format_version": "1.0", "changed": changed, "diagnostics": found}); err != nil {
			return err
		}
	} else {
		if err := diagview.Write(a.Stderr, broken, diags, a.ViewOptions()); err != nil {
			return cli.EnvironmentError(err)
		}
		for _, file := range changed {
			fmt.Fprintln(a.Stdout, file)
		}
	}
	if diags.HasErrors() {
		return cli.ExitWith(cli.ExitUsage)
	}
	if check && len(changed) > 0 {
		return cli.ExitWith(cli.ExitNegative)
	}
	return nil
}

// configFiles returns the configuration files of a folder, or path itself if it is a file.
func configFiles(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return []string{path}, nil
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, err
	}
	var files []string
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), config.FileSuffix) || strings.HasSuffix(e.Name(), config.TestFileSuffix) || strings.HasSuffix(e.Name(), config.VarsFileSuffix) {
			files = append(files, filepath.Join(path, e.Name()))
		}
	}
	slices.Sort(files)
	return files, nil
}
