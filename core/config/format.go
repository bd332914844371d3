// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
)

// Format lays a configuration file out in the usual way, changing white space only. A file that does not parse is
// returned as it is. The name is for diagnostics.
func Format(src []byte, name string) ([]byte, hcl.Diagnostics) {
	if at, deep := tooDeep(src, name); deep {
		return src, hcl.Diagnostics{problem(at, "Nesting too deep", "The file nests too deep to be formatted.")}
	}
	if _, diags := hclsyntax.ParseConfig(src, name, hcl.InitialPos); diags.HasErrors() {
		return src, diags
	}
	return hclwrite.Format(src), nil
}
