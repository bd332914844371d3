// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package diagview

import (
	"bytes"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/stretchr/testify/require"
)

// FuzzViews shows a diagnostic about any range of any source, also one outside of it.
func FuzzViews(f *testing.F) {
	f.Add([]byte("a = 1\nb {\n  c = [\n  ]\n}\n"), 6, 20)
	f.Add([]byte("\xff\x1b[31m\n"), 3, 2)
	f.Add([]byte(""), 1, -1)
	f.Fuzz(func(t *testing.T, src []byte, start, end int) {
		file := &hcl.File{Body: &hclsyntax.Body{Attributes: hclsyntax.Attributes{}}, Bytes: src}
		diags := hcl.Diagnostics{{
			Summary: "Invalid", Detail: string(src),
			Subject: &hcl.Range{Filename: "x.hcl", Start: hcl.Pos{Line: 1, Column: 1, Byte: start}, End: hcl.Pos{Byte: end}},
		}}
		files := map[string]*hcl.File{"x.hcl": file}
		var out bytes.Buffer
		require.NoError(t, Write(&out, files, diags, Options{}))
		require.False(t, strings.ContainsRune(out.String(), '\x1b'), "the source controls the terminal")
		for _, d := range NewReport(files, diags).Diagnostics {
			if s := d.Snippet; s != nil {
				require.LessOrEqual(t, s.HighlightStartOffset, s.HighlightEndOffset)
				require.LessOrEqual(t, s.HighlightEndOffset, len(s.Code))
			}
		}
		_ = Lines(diags)
	})
}
