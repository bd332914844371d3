// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package lang

import (
	"bytes"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/wahost/wahost/internal/hclbound"
	"github.com/wahost/wahost/internal/hclmeter"
)

// Parse parses a configuration file. The file is never nil, and has no content if it cannot be parsed.
func Parse(src []byte, path string) (*hcl.File, hcl.Diagnostics) {
	empty := &hcl.File{Body: &hclsyntax.Body{Attributes: hclsyntax.Attributes{}}, Bytes: src}
	if d := hclbound.Check(src, path); d != nil {
		return empty, hcl.Diagnostics{d}
	}
	file, diags := hclsyntax.ParseConfig(src, path, hcl.InitialPos)
	adviseEscapes(src, diags)
	if file == nil || file.Body == nil {
		return empty, diags
	}
	if body, ok := file.Body.(*hclsyntax.Body); ok {
		hclmeter.Limit(body)
	}
	return file, diags
}

// adviseEscapes adds to syntax errors behind the beginning of an interpolation or a directive how to write its characters.
// Passwords may contain them, so HCL's texts that quote them are replaced.
func adviseEscapes(src []byte, diags hcl.Diagnostics) {
	for _, d := range diags {
		if d.Subject == nil || d.Subject.Start.Byte > len(src) {
			continue
		}
		if strings.Contains(d.Summary, "template control keyword") {
			d.Detail = "This is not a keyword of a template, such as if or for."
		}
		end := min(max(d.Subject.End.Byte, d.Subject.Start.Byte), len(src))
		line := src[bytes.LastIndexByte(src[:d.Subject.Start.Byte], '\n')+1 : end]
		for _, opening := range []string{"${", "%{"} {
			escaped := opening[:1] + opening
			if rest := bytes.ReplaceAll(line, []byte(escaped), nil); bytes.Contains(rest, []byte(opening)) {
				d.Detail += escapeAdvice(opening)
			}
		}
	}
}

// escapeAdvice says how to write the characters that begin an interpolation or a directive.
func escapeAdvice(opening string) string {
	return " If " + opening + " is part of the text itself, such as of a password, write " + opening[:1] + opening + " there."
}
