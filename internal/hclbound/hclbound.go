// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package hclbound checks HCL before it is parsed. A file in another encoding would be thousands of errors. The parser and the
// evaluation of what it returns are recursive, and a number such as 1e333333339 takes minutes to be written out. Every reader of
// HCL files calls Check first.
package hclbound

import (
	"bytes"
	"fmt"
	"strconv"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

const (
	// MaxFile is the largest size of a file in bytes, far above what a person writes.
	MaxFile = 1 << 20
	// maxDepth bounds the nesting of brackets, and of prefix operators and conditionals, which nest without brackets.
	maxDepth = 200
	// maxOperators bounds the operators in one expression without brackets, which nest to the left.
	maxOperators = 1000
	// maxExponent is the largest decimal exponent of a number, and maxDigits the largest length of its text.
	maxExponent = 1000
	maxDigits   = 1000
)

// Check returns a diagnostic if the source text must not be parsed, and nil otherwise. The diagnostic does not quote the
// text, which may contain secrets.
func Check(src []byte, name string) *hcl.Diagnostic {
	if len(src) > MaxFile {
		return found(hcl.Range{Filename: name, Start: hcl.InitialPos, End: hcl.InitialPos}, "File too large", fmt.Sprintf(
			"The file has %d bytes, at most %d are allowed.", len(src), MaxFile))
	}
	if d := checkEncoding(src, name); d != nil {
		return d
	}
	tokens, _ := hclsyntax.LexConfig(src, name, hcl.InitialPos)
	// Each level of brackets has counts of its own.
	levels := []level{{}}
	depth := 0
	for _, t := range tokens {
		now := &levels[len(levels)-1]
		switch t.Type {
		case hclsyntax.TokenOBrace, hclsyntax.TokenOBrack, hclsyntax.TokenOParen, hclsyntax.TokenTemplateInterp,
			hclsyntax.TokenTemplateControl, hclsyntax.TokenOQuote, hclsyntax.TokenOHeredoc:
			depth++
			levels = append(levels, level{ignoresNewlines: t.Type != hclsyntax.TokenOBrace})
		case hclsyntax.TokenCBrace, hclsyntax.TokenCBrack, hclsyntax.TokenCParen, hclsyntax.TokenTemplateSeqEnd,
			hclsyntax.TokenCQuote, hclsyntax.TokenCHeredoc:
			depth--
			if len(levels) > 1 {
				levels = levels[:len(levels)-1]
			}
		case hclsyntax.TokenMinus, hclsyntax.TokenBang, hclsyntax.TokenQuestion:
			now.chain++
			now.operators++
		case hclsyntax.TokenPlus, hclsyntax.TokenStar, hclsyntax.TokenSlash, hclsyntax.TokenPercent, hclsyntax.TokenAnd, hclsyntax.TokenOr,
			hclsyntax.TokenEqualOp, hclsyntax.TokenNotEqual, hclsyntax.TokenLessThan, hclsyntax.TokenLessThanEq, hclsyntax.TokenGreaterThan,
			hclsyntax.TokenGreaterThanEq:
			now.operators++
		case hclsyntax.TokenComma:
			now.chain, now.operators = 0, 0
		case hclsyntax.TokenNewline:
			now.chain = 0
			if !now.ignoresNewlines {
				now.operators = 0
			}
		case hclsyntax.TokenNumberLit:
			if !plainNumber(t.Bytes) {
				return found(t.Range, "Number out of range", fmt.Sprintf(
					"A number may have at most %d digits and an exponent between -%d and %d.", maxDigits, maxExponent, maxExponent))
			}
		}
		if depth > maxDepth || now.chain > maxDepth {
			return found(t.Range, "Nesting too deep", fmt.Sprintf("Brackets and operators may nest at most %d deep.", maxDepth))
		}
		if now.operators > maxOperators {
			return found(t.Range, "Too many operators", fmt.Sprintf("An expression may have at most %d operators.", maxOperators))
		}
	}
	return nil
}

// level counts operators on one level of brackets.
type level struct {
	ignoresNewlines  bool
	chain, operators int
}

// plainNumber reports whether the text of a number is within the bounds.
func plainNumber(text []byte) bool {
	if len(text) > maxDigits {
		return false
	}
	_, exponent, ok := bytes.Cut(bytes.ToLower(text), []byte("e"))
	if !ok {
		return true
	}
	n, err := strconv.Atoi(string(exponent))
	return err == nil && n <= maxExponent && n >= -maxExponent
}

func found(at hcl.Range, summary, detail string) *hcl.Diagnostic {
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: detail, Subject: &at}
}
