// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package lang

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"

	"github.com/wahost/wahost/core/addr"
)

// Unique returns the blocks with valid labels, without those whose name another one had before. Name returns the name of
// a block.
func Unique(blocks hcl.Blocks, name func(*hcl.Block) string) (hcl.Blocks, hcl.Diagnostics) {
	var diags hcl.Diagnostics
	var out hcl.Blocks
	seen := map[string]*hcl.Block{}
	for _, b := range blocks {
		bad := false
		for i, label := range b.Labels {
			check := addr.CheckBlockName
			if b.Type == "provider" || b.Type == "channel" && i == 0 {
				check = addr.CheckProviderName
			}
			if err := check(label); err != nil {
				diags = append(diags, ErrorAt(b.LabelRanges[i], "Invalid name", Sentence(err)))
				bad = true
			}
		}
		if bad {
			continue
		}
		key := name(b)
		if previous := seen[key]; previous != nil {
			diags = append(diags, Duplicate(b.DefRange, b.Type, fmt.Sprintf("%q", key), previous.DefRange))
			continue
		}
		seen[key] = b
		out = append(out, b)
	}
	return out, diags
}
