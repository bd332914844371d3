// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// locate returns the range of the expression or the nested block that a path leads to, as far as it is written out.
func (d *decodedBody) locate(path cty.Path) hcl.Range {
	if len(path) == 0 {
		return d.at
	}
	step, ok := path[0].(cty.GetAttrStep)
	if !ok {
		return d.at
	}
	if blocks := d.blocks[step.Name]; len(blocks) > 0 {
		return locateBlock(blocks, path[1:])
	}
	if d.attrs[step.Name] == nil {
		return d.at
	}
	expr := d.attrs[step.Name].Expr
	for _, step := range path[1:] {
		next := child(expr, step)
		if next == nil {
			break
		}
		expr = next
	}
	return expr.Range()
}

// locateBlock returns the range that the rest of a path leads to, after the type of the blocks.
func locateBlock(blocks []*decodedBody, path cty.Path) hcl.Range {
	if len(path) == 0 {
		return blocks[0].at
	}
	index, ok := path[0].(cty.IndexStep)
	if !ok {
		return blocks[0].locate(path)
	}
	if index.Key.Type() != cty.Number || !index.Key.IsKnown() || index.Key.IsNull() {
		return blocks[0].at
	}
	i, _ := index.Key.AsBigFloat().Int64()
	if i < 0 || i >= int64(len(blocks)) {
		return blocks[0].at
	}
	return blocks[i].locate(path[1:])
}

// child returns the expression of one element of a list or object, or nil if it is not written out.
func child(expr hcl.Expression, step cty.PathStep) hcl.Expression {
	var key cty.Value
	switch step := step.(type) {
	case cty.IndexStep:
		key = step.Key
	case cty.GetAttrStep:
		key = cty.StringVal(step.Name)
	}
	if key == cty.NilVal || key.IsNull() || !key.IsKnown() {
		return nil
	}
	if key.Type() == cty.Number {
		exprs, diags := hcl.ExprList(expr)
		i, _ := key.AsBigFloat().Int64()
		if diags.HasErrors() || i < 0 || i >= int64(len(exprs)) {
			return nil
		}
		return exprs[i]
	}
	pairs, diags := hcl.ExprMap(expr)
	if diags.HasErrors() {
		return nil
	}
	for _, pair := range pairs {
		if k, d := pair.Key.Value(nil); !d.HasErrors() && k.RawEquals(key) {
			return pair.Value
		}
	}
	return nil
}
