// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"bytes"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// mark is the type of the marks on values.
type mark string

// sensitive marks values that are never shown.
const sensitive = mark("sensitive")

func isSensitive(v cty.Value) bool {
	if v == cty.NilVal {
		return false
	}
	_, marks := v.UnmarkDeep()
	_, ok := marks[sensitive]
	return ok
}

// withhold drops the details of HCL's own diagnostics about an expression that uses a secret: the texts of function
// errors quote their arguments.
func withhold(diags hcl.Diagnostics, secret bool) hcl.Diagnostics {
	out := make(hcl.Diagnostics, 0, len(diags))
	for _, d := range diags {
		plain := *d
		plain.Expression, plain.EvalContext, plain.Extra = nil, nil, nil
		if secret && d.Summary != "Call to unknown function" {
			plain.Detail = "The details are withheld because the expression uses a sensitive value."
		}
		out = append(out, &plain)
	}
	return out
}

// usesSecret reports whether the expression refers to a sensitive value.
func (s *scope) usesSecret(expr hcl.Expression) bool {
	for _, t := range expr.Variables() {
		names := steps(t)
		if len(names) == 0 {
			continue
		}
		if t.RootName() == "var" && isSensitive(s.variables[names[0]]) ||
			t.RootName() == "local" && isSensitive(s.locals[names[0]]) {
			return true
		}
	}
	return false
}

// Files gives the files by their names in diagnostics, for WriteDiagnostics and WriteJSON. Whatever may be a secret
// is blotted out in them: all values in variable files, and in provider and channel blocks every literal that a
// schema does not show to be harmless.
func (f *Folder) Files() map[string]*hcl.File {
	out := make(map[string]*hcl.File, len(f.files))
	varsFiles := map[string]bool{}
	for _, v := range f.vars {
		varsFiles[v.name] = true
	}
	for name, file := range f.files {
		src := bytes.Clone(file.Bytes)
		if varsFiles[name] || f.broken[name] {
			blotValues(src, name)
		} else {
			f.blotSecrets(src, name, file.Body)
		}
		out[name] = &hcl.File{Body: file.Body, Bytes: src, Nav: file.Nav}
	}
	return out
}

func (f *Folder) blotSecrets(src []byte, name string, body hcl.Body) {
	root, ok := body.(*hclsyntax.Body)
	if !ok {
		return
	}
	for _, block := range root.Blocks {
		switch block.Type {
		case "provider", "channel":
			f.blotBody(src, name, block.Body)
		case "variable":
			if attr, ok := block.Body.Attributes["default"]; ok && block.Body.Attributes["sensitive"] != nil {
				blotLiterals(src, name, attr.Expr.Range())
			}
		}
	}
	for at := range f.hidden {
		if at.Filename == name {
			blotLiterals(src, name, at)
		}
	}
}

func (f *Folder) blotBody(src []byte, name string, body *hclsyntax.Body) {
	for _, attr := range body.Attributes {
		if !f.shown[attr.Expr.Range()] {
			blotLiterals(src, name, attr.Expr.Range())
		}
	}
	for _, block := range body.Blocks {
		if block.Type != "rate_limit" {
			f.blotBody(src, name, block.Body)
		}
	}
}

// blotLiterals overwrites what may be a value within a range, keeping every position in the file.
func blotLiterals(src []byte, name string, at hcl.Range) {
	if !at.CanSliceBytes(src) {
		return
	}
	tokens, _ := hclsyntax.LexExpression(bytes.Clone(at.SliceBytes(src)), name, at.Start)
	blotTokens(src, tokens)
}

// blotValues overwrites what stands to the right of an equals sign, in a file that need not be well formed. Labels
// of blocks stay readable.
func blotValues(src []byte, name string) {
	tokens, _ := hclsyntax.LexConfig(bytes.Clone(src), name, hcl.InitialPos)
	depth, value := 0, false
	var values hclsyntax.Tokens
	for _, t := range tokens {
		switch t.Type {
		case hclsyntax.TokenEqual, hclsyntax.TokenColon:
			value = true
		case hclsyntax.TokenOBrack, hclsyntax.TokenOParen:
			depth++
		case hclsyntax.TokenCBrack, hclsyntax.TokenCParen:
			depth--
		case hclsyntax.TokenNewline:
			value = value && depth > 0
		}
		if value || t.Type == hclsyntax.TokenStringLit || t.Type == hclsyntax.TokenInvalid || t.Type == hclsyntax.TokenBadUTF8 {
			values = append(values, t)
		}
	}
	blotTokens(src, values)
}

// blotTokens overwrites literals, and names that are no references: a secret may have been written without quotes.
func blotTokens(src []byte, tokens hclsyntax.Tokens) {
	named := false // within the steps of a name that was overwritten
	for i, t := range tokens {
		step := i > 0 && tokens[i-1].Type == hclsyntax.TokenDot
		call := i+1 < len(tokens) && tokens[i+1].Type == hclsyntax.TokenOParen
		switch t.Type {
		case hclsyntax.TokenDot:
		case hclsyntax.TokenIdent:
			named = step && named || !step && !call && !slices.Contains(knownWords, string(t.Bytes))
			if named {
				blot(src, t)
			}
		case hclsyntax.TokenQuotedLit, hclsyntax.TokenStringLit, hclsyntax.TokenNumberLit, hclsyntax.TokenInvalid,
			hclsyntax.TokenBadUTF8:
			blot(src, t)
		default:
			named = false
		}
	}
}

// knownWords are names that start references, and words of the language.
var knownWords = []string{"var", "local", "channel", "template", "true", "false", "null", "for", "in", "if"}

func blot(src []byte, t hclsyntax.Token) {
	for i := t.Range.Start.Byte; i < t.Range.End.Byte && i < len(src); i++ {
		if src[i] != '\n' && src[i] != '\r' && src[i] != '\t' {
			src[i] = '*'
		}
	}
}
