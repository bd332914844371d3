// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package lang

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// maxDepth is how deep expressions and blocks may nest. The parser is recursive, and would exhaust the stack.
const maxDepth = 200

// Parse parses a configuration file. The file is never nil, and has no content if it cannot be parsed.
func Parse(src []byte, path string) (*hcl.File, hcl.Diagnostics) {
	empty := &hcl.File{Body: &hclsyntax.Body{Attributes: hclsyntax.Attributes{}}, Bytes: src}
	if at, deep := TooDeep(src, path); deep {
		return empty, hcl.Diagnostics{ErrorAt(at, "Nesting too deep", fmt.Sprintf(
			"Brackets and operators may nest at most %d deep.", maxDepth))}
	}
	file, diags := hclsyntax.ParseConfig(src, path, hcl.InitialPos)
	if file == nil || file.Body == nil {
		return empty, diags
	}
	return file, diags
}

// TooDeep returns the range of the first token that nests deeper than the parser may go. Besides brackets it counts
// prefix operators and conditionals, which nest without brackets.
func TooDeep(src []byte, path string) (hcl.Range, bool) {
	tokens, _ := hclsyntax.LexConfig(src, path, hcl.InitialPos)
	depth, chain := 0, 0
	for _, t := range tokens {
		switch t.Type {
		case hclsyntax.TokenOBrace, hclsyntax.TokenOBrack, hclsyntax.TokenOParen, hclsyntax.TokenTemplateInterp,
			hclsyntax.TokenTemplateControl, hclsyntax.TokenOQuote, hclsyntax.TokenOHeredoc:
			depth++
		case hclsyntax.TokenCBrace, hclsyntax.TokenCBrack, hclsyntax.TokenCParen, hclsyntax.TokenTemplateSeqEnd,
			hclsyntax.TokenCQuote, hclsyntax.TokenCHeredoc:
			depth--
		case hclsyntax.TokenMinus, hclsyntax.TokenBang, hclsyntax.TokenQuestion:
			chain++
		case hclsyntax.TokenComma, hclsyntax.TokenNewline:
			chain = 0
		}
		if depth > maxDepth || chain > maxDepth {
			return t.Range, true
		}
	}
	return hcl.Range{}, false
}
