// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"

	"github.com/wahost/wahost/core/config/lang"
	"github.com/wahost/wahost/internal/hclbound"
)

// Format returns a configuration file in the usual layout. It changes white space only, and returns a file that cannot be
// parsed unchanged. The name is for diagnostics.
func Format(src []byte, name string) ([]byte, hcl.Diagnostics) {
	if _, diags := lang.Parse(src, name); diags.HasErrors() {
		return src, diags
	}
	return hclwrite.Format(src), nil
}

// FormatFile is like Format for a file on disk. If the file cannot be read, src and formatted are nil.
func FormatFile(path string) (src, formatted []byte, diags hcl.Diagnostics) {
	src, err := readFile(os.DirFS(filepath.Dir(path)), filepath.Base(path))
	if err != nil {
		return nil, nil, hcl.Diagnostics{unreadable(path, err)}
	}
	formatted, diags = Format(src, path)
	return src, formatted, diags
}

// Redacted returns the source of a file that cannot be parsed, for its diagnostics. Every value in it is overwritten,
// because it is not known which are secret. The result is nil if the source is not text.
func Redacted(src []byte, name string) *hcl.File {
	if d := hclbound.Check(src, name); d != nil && notText(hcl.Diagnostics{d}) {
		return nil
	}
	shown := bytes.Clone(src)
	lang.RedactValues(shown, name)
	return &hcl.File{Body: &hclsyntax.Body{Attributes: hclsyntax.Attributes{}}, Bytes: shown}
}

func unreadable(path string, err error) *hcl.Diagnostic {
	return lang.Error("Configuration file not readable", fmt.Sprintf("The file %s cannot be read: %s.", path, err))
}
