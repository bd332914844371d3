// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/internal/suggest"
)

// undecided says why a condition failed for one message: what was done, with what. HCL's own details quote values,
// which may be anybody's message, so that only what the configuration itself says is named.
func undecided(at Range, d *hcl.Diagnostic) error {
	text := d.Summary
	if call, ok := hcl.DiagnosticExtra[hclsyntax.FunctionCallDiagExtra](d); ok && call.CalledFunctionName() != "" {
		text += " in " + call.CalledFunctionName() + "(...)"
	}
	if d.Expression != nil {
		var names []string
		for _, t := range d.Expression.Variables() {
			if name := reference(t); !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
		if len(names) > 0 {
			text += ", with what this message has in " + suggest.List(names)
		}
	}
	return fmt.Errorf("the condition at %s cannot be evaluated: %s. Where not every message fits, guard it: try(..., false)", at, text)
}

// reference gives a reference as it is written, as far as its steps are constant.
func reference(t hcl.Traversal) string {
	var b strings.Builder
	b.WriteString(t.RootName())
	for _, step := range t[1:] {
		switch step := step.(type) {
		case hcl.TraverseAttr:
			b.WriteString("." + step.Name)
		case hcl.TraverseIndex:
			switch {
			case !step.Key.IsKnown() || step.Key.IsNull():
				return b.String()
			case step.Key.Type() == cty.Number:
				b.WriteString("[" + step.Key.AsBigFloat().Text('f', -1) + "]")
			case step.Key.Type() == cty.String:
				b.WriteString("[" + strconv.Quote(step.Key.AsString()) + "]")
			}
		default:
			return b.String()
		}
	}
	return b.String()
}
