// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package lang

import (
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/internal/redact"
	"github.com/wahost/wahost/sdk/message"
)

// secretText is what no diagnostic may quote.
const secretText = "CANARY-7f3a"

var variableBlock = &hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{{Type: "variable", LabelNames: []string{"name"}}}}

// FuzzVariables sets a sensitive variable of any type from any variables file, environment and flag.
func FuzzVariables(f *testing.F) {
	for _, ty := range []string{"string", "number", "list(number)", "map(object({ a = string, b = optional(bool, true) }))", "tuple(["} {
		f.Add(ty, "v = 1\n", "]")
	}
	f.Add("any", "v = { a = [1, \"x\"] }\nw = 2\n", "\" = true }")
	f.Add("set(string)", "v {\n}\n", "\xff")
	f.Fuzz(func(t *testing.T, ty, file, text string) {
		config, diags := Parse([]byte("variable \"v\" {\n  sensitive = true\n  type = "+ty+"\n}\n"), "x.wahost.hcl")
		content, _, d := config.Body.PartialContent(variableBlock)
		if diags.HasErrors() || d.HasErrors() {
			return
		}
		values, _ := Parse([]byte(file), "x.wahostvars.hcl")
		for _, prefix := range []string{"", "[", "{ \"", "\""} {
			given := prefix + secretText + text
			for _, sources := range []Sources{
				{Files: []VariablesFile{{Name: "x.wahostvars.hcl", Body: values.Body}}},
				{Env: []string{"WAHOST_VAR_v=" + given}},
				{Flags: []string{"v=" + given}},
			} {
				s := NewScope()
				for _, d := range s.DeclareVariables(content.Blocks, sources) {
					if !strings.Contains(ty, secretText) && !strings.Contains(file, secretText) {
						require.NotContains(t, d.Error(), secretText)
					}
				}
				for _, v := range s.variables {
					require.True(t, IsSensitive(v))
				}
			}
		}
	})
}

// FuzzCondition evaluates any expression as a condition. Its errors quote nothing of the message.
func FuzzCondition(f *testing.F) {
	for _, expr := range []string{
		`message.type == "text"`, `tonumber(message.text.body) > 1`, `message.template.components[9].type == "x"`,
		`contains(["IN"], message.country)`, `length(regexall("[", message.text.body)) > 0`, `jsondecode(message.text.body).x`,
		`{ for k in [message.text.body, message.text.body] : k => 1 } == {}`, `try(message.text.body[0], true)`, `message[message.text.body]`,
		`can(message.to) ? null : message`, `message.kind == "text" && format("%d", message.text.body) == ""`,
	} {
		f.Add(expr)
	}
	m := &message.Message{To: "+919900112233", Type: "text", Text: &message.Text{Body: secretText}}
	f.Fuzz(func(t *testing.T, expr string) {
		file, diags := Parse([]byte("when = "+expr+"\n"), "x.wahost.hcl")
		attrs, d := file.Body.JustAttributes()
		if diags.HasErrors() || d.HasErrors() || attrs["when"] == nil || strings.Contains(expr, secretText) {
			return
		}
		when, diags := NewScope().Condition(attrs["when"].Expr)
		if diags.HasErrors() {
			return
		}
		if _, err := when(factsOf(m, message.Recipient{Kind: message.RecipientPhone, Address: secretText})); err != nil {
			require.NotContains(t, err.Error(), secretText)
		}
		_, _ = when(&config.Facts{})
	})
}

// FuzzRedact overwrites the values of any file. Positions stay the same, and so do the ends of lines.
func FuzzRedact(f *testing.F) {
	f.Add([]byte("a = \"x\"\nb \"c\" {\n  d = <<E\ny\nE\n}\n"))
	f.Add([]byte("a = 'x'\r\n\xff = \"${\"\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		redacted := append([]byte(nil), src...)
		RedactValues(redacted, "x.wahost.hcl")
		require.Len(t, redacted, len(src))
		for i, b := range src {
			if b == '\n' || b == '\r' || redacted[i] != redact.Mask {
				require.Equal(t, b, redacted[i])
			}
		}
	})
}
