// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package lang

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/internal/hclmeter"
)

// Comparison is a comparison of a field of the message with a constant text.
type Comparison struct {
	// Field is the reference to the field, such as "message.to".
	Field string
	Text  string
	// Range is the range of the text or of the list that contains it.
	Range hcl.Range
}

// Comparisons returns the comparisons that a condition makes with ==, != and contains(...). Sensitive texts are left out.
func (s *Scope) Comparisons(expr hcl.Expression) []Comparison {
	node, ok := expr.(hclsyntax.Expression)
	if !ok {
		return nil
	}
	var found []Comparison
	add := func(field, constant hclsyntax.Expression) {
		name := messageField(field)
		if name == "" {
			return
		}
		for _, it := range s.constantTexts(constant) {
			found = append(found, Comparison{Field: name, Text: it.Text, Range: it.Range})
		}
	}
	_ = hclsyntax.VisitAll(node, func(n hclsyntax.Node) hcl.Diagnostics {
		switch n := n.(type) {
		case *hclsyntax.BinaryOpExpr:
			if hclmeter.IsOperation(n.Op, hclsyntax.OpEqual) || hclmeter.IsOperation(n.Op, hclsyntax.OpNotEqual) {
				add(n.LHS, n.RHS)
				add(n.RHS, n.LHS)
			}
		case *hclsyntax.FunctionCallExpr:
			if n.Name == "contains" && len(n.Args) == 2 {
				add(n.Args[1], n.Args[0])
			}
		}
		return nil
	})
	return found
}

// messageField returns the reference to a field of the message, or "" if the expression is something else.
func messageField(expr hclsyntax.Expression) string {
	switch outer := expr.(type) {
	case *hclsyntax.ParenthesesExpr:
		return messageField(outer.Expression)
	case hclmeter.Metered:
		return messageField(outer.Expression)
	}
	t, ok := expr.(*hclsyntax.ScopeTraversalExpr)
	if !ok || t.Traversal.RootName() != "message" {
		return ""
	}
	return strings.Join(append([]string{"message"}, Steps(t.Traversal)...), ".")
}

// constantTexts returns the text, or the texts of the list, that an expression stands for whatever the message is.
func (s *Scope) constantTexts(expr hclsyntax.Expression) []Item {
	if exprs, diags := hcl.ExprList(expr); !diags.HasErrors() {
		var items []Item
		for _, e := range exprs {
			if inner, ok := e.(hclsyntax.Expression); ok {
				items = append(items, s.constantTexts(inner)...)
			}
		}
		return items
	}
	v, diags := s.Eval(expr)
	if diags.HasErrors() || IsSensitive(v) || v.IsNull() || !v.IsWhollyKnown() {
		return nil
	}
	if v.Type() == cty.String {
		return []Item{{v.AsString(), expr.Range()}}
	}
	if !v.CanIterateElements() {
		return nil
	}
	var items []Item
	for it := v.ElementIterator(); it.Next(); {
		if _, element := it.Element(); element.Type() == cty.String && !element.IsNull() {
			items = append(items, Item{element.AsString(), expr.Range()})
		}
	}
	return items
}
