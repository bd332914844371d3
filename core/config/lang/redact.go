// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package lang

import (
	"bytes"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/wahost/wahost/internal/redact"
)

// RedactLiterals overwrites the literals within a range of src with redact.Mask. All positions in the file stay the same.
func RedactLiterals(src []byte, name string, at hcl.Range) {
	if !at.CanSliceBytes(src) {
		return
	}
	tokens, _ := hclsyntax.LexExpression(bytes.Clone(at.SliceBytes(src)), name, at.Start)
	redactTokens(src, tokens)
}

// RedactValues overwrites everything to the right of an equals sign in src, which need not be well formed. Labels of
// blocks stay readable.
func RedactValues(src []byte, name string) {
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
	redactTokens(src, values)
}

// redactTokens overwrites literals, and names that are not references: a secret may have been written without quotes.
func redactTokens(src []byte, tokens hclsyntax.Tokens) {
	named := false // within the steps of a name that was overwritten
	for i, t := range tokens {
		step := i > 0 && tokens[i-1].Type == hclsyntax.TokenDot
		call := i+1 < len(tokens) && tokens[i+1].Type == hclsyntax.TokenOParen
		switch t.Type {
		case hclsyntax.TokenDot:
		case hclsyntax.TokenIdent:
			named = step && named || !step && !call && !slices.Contains(knownWords, string(t.Bytes))
			if named {
				mask(src, t)
			}
		case hclsyntax.TokenQuotedLit, hclsyntax.TokenStringLit, hclsyntax.TokenNumberLit, hclsyntax.TokenInvalid,
			hclsyntax.TokenBadUTF8:
			mask(src, t)
		default:
			named = false
		}
	}
}

// knownWords are the names that begin a reference, and the words of the language.
var knownWords = []string{"var", "local", "channel", "template", "true", "false", "null", "for", "in", "if"}

func mask(src []byte, t hclsyntax.Token) {
	for i := t.Range.Start.Byte; i < t.Range.End.Byte && i < len(src); i++ {
		if src[i] != '\n' && src[i] != '\r' {
			src[i] = redact.Mask
		}
	}
}
