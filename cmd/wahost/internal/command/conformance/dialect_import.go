// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/spf13/cobra"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
	"github.com/wahost/wahost/conformance/dialect/openapi"
)

// newDialectImport returns the command `wahost conformance dialect import`.
func newDialectImport(a *cli.App) *cobra.Command {
	var out, name, match string
	cmd := &cobra.Command{
		Use:   "import FILE",
		Short: "Begin a dialect from a vendor's OpenAPI document",
		Long: `Make routes, credentials, error rows and JSON Schemas from an OpenAPI 3.0 or 3.1
document, in JSON or YAML. Each has its source: the file and the JSON pointer.

The result can be loaded, and is a beginning: what the document does not say, such
as where the recipients are or what a code means, is a comment with the word
COMPLETE. Existing files are never overwritten.`,
		Example: `  wahost conformance dialect import openapi.json --out acme
  wahost conformance dialect import openapi.yaml --out acme --name acme --path '^/whatsapp/'
  grep -n COMPLETE acme/dialect.hcl`,
		Args: cli.Args("FILE"),

		ValidArgsFunction: cli.ArgFiles("json", "yaml", "yml"),
		RunE: func(_ *cobra.Command, args []string) error {
			o := openapi.Options{Name: name}
			if match != "" {
				pattern, err := regexp.Compile(match)
				if err != nil {
					return cli.UsageError("--path must be a regular expression: %v", err)
				}
				o.Match = pattern
			}
			result, err := openapi.ImportFile(args[0], o)
			if err != nil {
				return cli.UsageError("%v", err)
			}
			if err := writeDialect(out, result); err != nil {
				return err
			}
			written := filepath.Join(out, "dialect.hcl")
			d, err := loadDialect(written)
			if err != nil {
				return err
			}
			if a.JSON {
				return a.PrintJSON(map[string]any{"format_version": "1.0", "name": d.Name, "file": written, "schemas": len(result.Schemas),
					"routes": result.Routes, "errors": result.Errors, "incomplete": result.Open})
			}
			_, err = fmt.Fprintf(a.Stdout, "Written to %s: dialect %s, %d routes, %d error rows, %d schemas.\n%d comments with the word COMPLETE say what is missing.\n",
				written, d.Name, result.Routes, result.Errors, len(result.Schemas), result.Open)
			return err
		},
	}
	cmd.Flags().StringVar(&out, "out", ".", "folder for dialect.hcl and its schemas")
	cmd.Flags().StringVar(&name, "name", "", "name of the dialect (default: the title of the document)")
	cmd.Flags().StringVar(&match, "path", "", "regular expression of the paths to import (default: all)")
	cli.CompleteFolders(cmd, "out")
	cli.CompleteWords(cmd, "name")
	cli.CompleteWords(cmd, "path")
	return cmd
}

// writeDialect writes a dialect and its schemas to a folder. None of the files may exist yet.
func writeDialect(dir string, result *openapi.Result) error {
	files := maps.Clone(result.Schemas)
	files["dialect.hcl"] = result.Dialect
	names := slices.Sorted(maps.Keys(files))
	for _, name := range names {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
			return cli.UsageError("%s exists already: use another folder with --out", path)
		}
	}
	for _, name := range names {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			return cli.EnvironmentError(err)
		}
		if err := writeNew(path, files[name], 0o644); err != nil {
			return cli.EnvironmentError(err)
		}
	}
	return nil
}
