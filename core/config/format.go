// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"

	"github.com/wahost/wahost/internal/hclbound"
)

// Format lays a configuration file out in the usual way, changing white space only. A file that does not parse is
// returned as it is. The name is for diagnostics.
func Format(src []byte, name string) ([]byte, hcl.Diagnostics) {
	if d := hclbound.Check(src, name); d != nil {
		return src, hcl.Diagnostics{d}
	}
	if _, diags := hclsyntax.ParseConfig(src, name, hcl.InitialPos); diags.HasErrors() {
		return src, diags
	}
	return hclwrite.Format(src), nil
}

// FormatFile is Format of a file. What cannot be read is a diagnostic too, and gives no source.
func FormatFile(path string) (src, formatted []byte, diags hcl.Diagnostics) {
	src, err := readFile(os.DirFS(filepath.Dir(path)), filepath.Base(path))
	if err != nil {
		return nil, nil, hcl.Diagnostics{unreadable(path, err)}
	}
	formatted, diags = Format(src, path)
	return src, formatted, diags
}

// Blotted gives the source of a file that does not parse for its diagnostics, with every value in it made unreadable:
// which of them are secret is not known.
func Blotted(src []byte, name string) *hcl.File {
	shown := bytes.Clone(src)
	blotValues(shown, name)
	return &hcl.File{Body: &hclsyntax.Body{Attributes: hclsyntax.Attributes{}}, Bytes: shown}
}

func unreadable(path string, err error) *hcl.Diagnostic {
	return failure("Configuration file not readable", fmt.Sprintf("The file %s cannot be read: %s.", path, err))
}
