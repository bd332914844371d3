// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/core/config/lang"
	"github.com/wahost/wahost/sdk/schema"
)

// evaluateBlocks evaluates the nested blocks of one type, and adds them to the body that they are in.
func (f *Folder) evaluateBlocks(s *lang.Scope, blocks hcl.Blocks, b schema.NestedBlock, in *decodedBody) (cty.Value, schema.Schema, hcl.Diagnostics) {
	var diags hcl.Diagnostics
	if b.Nesting == schema.NestingSingle && len(blocks) > 1 {
		for _, surplus := range blocks[1:] {
			diags = append(diags, lang.ErrorAt(surplus.DefRange, "Duplicate block", fmt.Sprintf(
				"At most one block %q is allowed here, and there is one already, at %s. Remove one of the two.", b.Name, lang.NewRange(blocks[0].DefRange))))
		}
		blocks = blocks[:1]
	}
	told := b.Schema
	values := make([]cty.Value, 0, len(blocks))
	for _, hb := range blocks {
		body, inner, d := f.evaluateBody(s, hb.Body, b.Schema, hb.DefRange)
		diags = append(diags, d...)
		values = append(values, body.value)
		in.blocks[b.Name] = append(in.blocks[b.Name], body)
		body.value, told = cty.NilVal, withSecrets(told, inner)
	}
	switch {
	case b.Nesting == schema.NestingList:
		return cty.TupleVal(values), told, diags
	case len(values) == 1:
		return values[0], told, diags
	}
	return cty.NullVal(b.ImpliedType().WithoutOptionalAttributesDeep()), told, diags
}

// withSecrets returns the schema in which an argument is sensitive if it is in either of two forms of the same schema.
func withSecrets(a, b schema.Schema) schema.Schema {
	a.Attributes, a.Blocks = slices.Clone(a.Attributes), slices.Clone(a.Blocks)
	for i := range a.Attributes {
		a.Attributes[i].Sensitive = a.Attributes[i].Sensitive || b.Attributes[i].Sensitive
	}
	for i := range a.Blocks {
		a.Blocks[i].Schema = withSecrets(a.Blocks[i].Schema, b.Blocks[i].Schema)
	}
	return a
}
