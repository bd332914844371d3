// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package hclmeter

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// Limit makes the expressions of a file or the like tell the meter, and bounds the numbers that operators compute.
func Limit(node hclsyntax.Node) { _ = hclsyntax.Walk(node, limiter{}) }

type limiter struct{}

// Enter does nothing: a node is changed after the nodes in it.
func (limiter) Enter(hclsyntax.Node) hcl.Diagnostics { return nil }

// Exit changes the parts of a node.
func (limiter) Exit(node hclsyntax.Node) hcl.Diagnostics {
	wrap := func(expr *hclsyntax.Expression, how Metered) {
		if *expr != nil {
			how.ParenthesesExpr = &hclsyntax.ParenthesesExpr{Expression: *expr, SrcRange: (*expr).Range()}
			*expr = how
		}
	}
	switch node := node.(type) {
	case *hclsyntax.ForExpr:
		each := Metered{price: 8 * perValue, loop: true}
		wrap(&node.KeyExpr, each)
		wrap(&node.ValExpr, each)
		wrap(&node.CondExpr, each)
	case *hclsyntax.SplatExpr:
		wrap(&node.Each, Metered{price: 8 * perValue})
	case *hclsyntax.TemplateExpr:
		for i, part := range node.Parts {
			if _, plain := part.(*hclsyntax.LiteralValueExpr); !plain {
				wrap(&node.Parts[i], Metered{price: perValue})
			}
		}
	case *hclsyntax.FunctionCallExpr:
		argument := Metered{listed: true}
		if node.Name == "try" || node.Name == "can" {
			argument.price = 16 * perValue // each of them doubles how often its arguments are evaluated
		}
		for i := range node.Args {
			wrap(&node.Args[i], argument)
		}
	case *hclsyntax.ConditionalExpr:
		wrap(&node.TrueResult, Metered{listed: true})
		wrap(&node.FalseResult, Metered{listed: true})
	case *hclsyntax.BinaryOpExpr:
		node.Op = boundedOperation(node.Op, node.LHS, node.RHS)
	case *hclsyntax.UnaryOpExpr:
		node.Op = boundedOperation(node.Op)
	}
	return nil
}
