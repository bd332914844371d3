// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package lang

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/wahost/wahost/internal/hclbound"
)

// Parse parses a configuration file. The file is never nil, and has no content if it cannot be parsed.
func Parse(src []byte, path string) (*hcl.File, hcl.Diagnostics) {
	empty := &hcl.File{Body: &hclsyntax.Body{Attributes: hclsyntax.Attributes{}}, Bytes: src}
	if d := hclbound.Check(src, path); d != nil {
		return empty, hcl.Diagnostics{d}
	}
	file, diags := hclsyntax.ParseConfig(src, path, hcl.InitialPos)
	if file == nil || file.Body == nil {
		return empty, diags
	}
	if body, ok := file.Body.(*hclsyntax.Body); ok {
		limit(body)
	}
	return file, diags
}
