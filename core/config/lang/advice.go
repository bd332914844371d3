// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package lang

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/wahost/wahost/core/config"
)

// outside are functions of other programs that read files, the environment or the clock.
var outside = []string{
	"file", "fileexists", "filebase64", "fileset", "templatefile", "filesha256", "filemd5", "abspath", "pathexpand",
	"env", "getenv", "get_env", "environ", "timestamp", "plantimestamp", "uuid", "bcrypt", "run_cmd",
}

// adviseFunctions replaces HCL's text about functions that do not exist because expressions are pure.
func adviseFunctions(diags hcl.Diagnostics) hcl.Diagnostics {
	for _, d := range diags {
		call, ok := hcl.DiagnosticExtra[hclsyntax.FunctionCallUnknownDiagExtra](d)
		if !ok || !slices.Contains(outside, call.CalledFunctionName()) {
			continue
		}
		d.Detail = fmt.Sprintf("There is no function named %q: expressions do not read files, the environment or the clock. Declare a "+
			"variable, refer to it as var.NAME, and give its value with the environment variable %sNAME, --var or --var-file.",
			call.CalledFunctionName(), config.EnvPrefix)
	}
	return diags
}

// interpolated reports whether a range of an expression is within the interpolation of a text.
func interpolated(expr hcl.Expression, at hcl.Range) bool {
	node, ok := expr.(hclsyntax.Expression)
	if !ok {
		return false
	}
	found := false
	_ = hclsyntax.VisitAll(node, func(node hclsyntax.Node) hcl.Diagnostics {
		switch node.(type) {
		case *hclsyntax.TemplateExpr, *hclsyntax.TemplateWrapExpr:
			within := node.Range()
			found = found || within.Start.Byte <= at.Start.Byte && at.End.Byte <= within.End.Byte
		}
		return nil
	})
	return found
}
