// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"cmp"
	"slices"

	"github.com/hashicorp/hcl/v2"

	"github.com/wahost/wahost/core/config/lang"
)

// Blocks returns the declarations of all blocks that a configuration file may have.
func Blocks() []lang.BlockType {
	return []lang.BlockType{
		wahostBlock, lang.VariableBlock, lang.LocalsBlock, providerBlock, channelBlock, templateBlock, routeBlock, gatewayBlock,
	}
}

var rootSchema = lang.BlockType{Blocks: Blocks()}.Schema()

// rootContent holds the blocks of all files, by type and in the order of the files.
type rootContent struct {
	byType map[string]hcl.Blocks
}

func (c rootContent) blocks(kind string) hcl.Blocks { return c.byType[kind] }

func (f *Folder) content() (rootContent, hcl.Diagnostics) {
	bodies := make([]hcl.Body, 0, len(f.config))
	for _, file := range f.config {
		bodies = append(bodies, file.Body)
	}
	content, diags := hcl.MergeBodies(bodies).Content(rootSchema)
	byType := map[string]hcl.Blocks{}
	if content != nil {
		for _, b := range content.Blocks {
			byType[b.Type] = append(byType[b.Type], b)
		}
	}
	return rootContent{byType}, diags
}

// sorted sorts diagnostics in the order of the files. Those without a range come first.
func (f *Folder) sorted(diags hcl.Diagnostics) hcl.Diagnostics {
	slices.SortStableFunc(diags, func(a, b *hcl.Diagnostic) int {
		var x, y hcl.Range
		if a.Subject != nil {
			x = *a.Subject
		}
		if b.Subject != nil {
			y = *b.Subject
		}
		return cmp.Or(cmp.Compare(x.Filename, y.Filename), cmp.Compare(x.Start.Byte, y.Start.Byte))
	})
	return diags
}
