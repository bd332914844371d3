// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"context"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/wahost/wahost/internal/hclbound"
	"github.com/wahost/wahost/sdk/message"
)

// FuzzVariables gives a variable whatever a variables file, an environment variable or --var may hold.
func FuzzVariables(f *testing.F) {
	f.Add("n = 1e333333339\n", "1e333333339", "[1e333333339]")
	f.Add("n = 1\nl = [1, 2]\n", "7", "[[1], 2]")
	f.Add("l = "+strings.Repeat("[", 500), "", strings.Repeat("!", 500))
	f.Fuzz(func(_ *testing.T, file, n, l string) {
		fsys := fstest.MapFS{
			"main.wahost.hcl":  {Data: []byte("variable \"n\" {\n  type = number\n}\n\nvariable \"l\" {\n  type = list(any)\n}\n\nlocals {\n  t = \"${var.n}\"\n}\n")},
			"v.wahostvars.hcl": {Data: []byte(file)},
		}
		openFS(fsys, ".").Load(context.Background(), Options{Env: []string{EnvPrefix + "n=" + n}, Vars: []string{"l=" + l}})
	})
}

// FuzzCondition evaluates a condition over a message with hostile texts.
func FuzzCondition(f *testing.F) {
	f.Add(`message.text.body == "x"`, "x")
	f.Add(`tonumber(message.text.body) > 1`, "1e333333339")
	f.Add(`can(regex(message.text.body, "a"))`, "(((((")
	f.Fuzz(func(_ *testing.T, source, body string) {
		if hclbound.Check([]byte(source), "") != nil {
			return
		}
		expr, diags := hclsyntax.ParseExpression([]byte(source), "", hcl.InitialPos)
		if diags.HasErrors() {
			return
		}
		condition, diags := newScope().condition(expr)
		if diags.HasErrors() {
			return
		}
		_, _ = condition(&message.Message{Type: "text", Text: &message.Text{Body: body}}, "DE")
	})
}
