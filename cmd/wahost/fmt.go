// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/spf13/cobra"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/config/load"
	"github.com/wahost/wahost/core/diagview"
)

func newFmt(a *app) *cobra.Command {
	var check bool
	cmd := &cobra.Command{
		Use:   "fmt [FOLDER or FILE]...",
		Short: "Lay configuration files out in the usual way",
		Long: `Lay the *.wahost.hcl and *.wahostvars.hcl files of the configuration folder out
in the usual way. Only white space is changed. Prints the files that changed; one
that does not parse is told and left as it is.`,
		Example: `  wahost fmt
  wahost fmt --check ./configs/failover   # changes nothing; exit code 1 if something would change`,
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				args = []string{a.configDir}
			}
			return a.format(args, check)
		},
	}
	cmd.Flags().BoolVar(&check, "check", false, "change nothing, and end with 1 if a file is not formatted")
	return cmd
}

func (a *app) format(paths []string, check bool) error {
	var files []string
	for _, path := range paths {
		found, err := configFiles(path)
		if err != nil {
			return usageError("%v", err)
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
				return environmentError(err)
			}
		}
	}
	if err := diagview.Write(a.stderr, broken, diags, diagview.Options{Color: a.stderr.color(), Width: a.stderr.width()}); err != nil {
		return environmentError(err)
	}
	if a.json {
		if err := a.printJSON(map[string]any{"format_version": "1.0", "changed": changed}); err != nil {
			return environmentError(err)
		}
	} else {
		for _, file := range changed {
			fmt.Fprintln(a.stdout, file)
		}
	}
	if diags.HasErrors() {
		return said(exitUsage)
	}
	if check && len(changed) > 0 {
		return said(exitBad)
	}
	return nil
}

// configFiles gives the configuration files of a folder, or the one file.
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
		if strings.HasSuffix(e.Name(), config.FileSuffix) || strings.HasSuffix(e.Name(), config.VarsFileSuffix) {
			files = append(files, filepath.Join(path, e.Name()))
		}
	}
	slices.Sort(files)
	return files, nil
}
