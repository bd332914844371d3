// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package lang

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/internal/suggest"
)

// undecided returns the error of a condition that failed for one message. HCL's own details quote values of the message,
// so the error names only what the configuration says: the function, and the fields that were used.
func undecided(at config.Range, d *hcl.Diagnostic) error {
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

// reference returns a reference as it is written, up to the first step that is not constant.
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
