// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package hclbound

import (
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/stretchr/testify/require"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ src, want string }{
		"ordinary":                      {"a \"b\" {\n  c = [1, 2.5e10, -3]\n  d = \"${x ? 1 : 2}\"\n}\n", ""},
		"the largest exponent":          {"a = 1e1000", ""},
		"a huge exponent":               {"a = 1e333333339", "Number out of range"},
		"a huge exponent in a template": {`a = "${1E+333333339}"`, "Number out of range"},
		"a huge exponent in a function": {"a = f(1, 1e-333333339)", "Number out of range"},
		"an exponent of many digits":    {"a = 1e" + strings.Repeat("9", 400), "Number out of range"},
		"a number of many digits":       {"a = " + strings.Repeat("9", 2000), "Number out of range"},
		"a text like a huge number":     {`a = "1e333333339"`, ""},
		"brackets":                      {"a = " + strings.Repeat("[", 300), "Nesting too deep"},
		"interpolations":                {"a = " + strings.Repeat(`"${`, 300), "Nesting too deep"},
		"blocks":                        {strings.Repeat("a {\n", 300), "Nesting too deep"},
		"prefix operators":              {"a = " + strings.Repeat("!", 300) + "b", "Nesting too deep"},
		"conditionals":                  {"a = " + strings.Repeat("b ? c : ", 300) + "d", "Nesting too deep"},
		"a sum":                         {"a = " + strings.Repeat("b + ", 2000) + "c", "Too many operators"},
		"a sum over lines":              {"a = (" + strings.Repeat("b +\n", 2000) + "c)", "Too many operators"},
		"many sums":                     {strings.Repeat("a = b + c\n", 2000), ""},
		"a long list":                   {"a = [" + strings.Repeat("-1, ", 2000) + "]", ""},
		"a large file":                  {strings.Repeat(" ", MaxFile+1), "File too large"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := Check([]byte(test.src), "x.hcl")
			if test.want == "" {
				require.Nil(t, d)
				return
			}
			require.NotNil(t, d)
			require.Equal(t, test.want, d.Summary)
			require.Equal(t, "x.hcl", d.Subject.Filename)
		})
	}
}

func TestEncoding(t *testing.T) {
	t.Parallel()
	wide := func(order []int, text string) string {
		var b strings.Builder
		for _, r := range text {
			for _, at := range order {
				b.WriteByte(byte(r >> (8 * at)))
			}
		}
		return b.String()
	}
	le, be := []int{0, 1}, []int{1, 0}
	const text = "a = \"Müller\"\nb = 1\n"
	for name, test := range map[string]struct {
		src  string
		want []string
		line int
	}{
		"UTF-8":                    {src: text},
		"UTF-8 with mark":          {src: "\ufeff" + text},
		"empty":                    {},
		"UTF-16LE":                 {src: wide(le, "\ufeff"+text), line: 1, want: []string{"is UTF-16LE, as its byte order mark says", "iconv -f UTF-16LE -t UTF-8 x.hcl"}},
		"UTF-16BE":                 {src: wide(be, "\ufeff"+text), line: 1, want: []string{"is UTF-16BE, as its"}},
		"UTF-16LE without mark":    {src: wide(le, text), line: 1, want: []string{"UTF-16LE without a byte order mark"}},
		"UTF-16BE without mark":    {src: wide(be, text), line: 1, want: []string{"UTF-16BE without a byte order mark"}},
		"UTF-32LE":                 {src: wide([]int{0, 1, 2, 3}, "\ufeff"+text), line: 1, want: []string{"UTF-32LE"}},
		"UTF-32BE":                 {src: wide([]int{3, 2, 1, 0}, "\ufeff"+text), line: 1, want: []string{"UTF-32BE"}},
		"Windows-1252":             {src: "a = 1\nb = \"M\xfcller\"\n", line: 2, want: []string{"Line 2, column 7 (byte 12 of the file) is the byte 0xFC", "Windows-1252", "iconv -f WINDOWS-1252"}},
		"a damaged file":           {src: "a = \"Müller\"\nb = \"M\xfcller\"\n", line: 2, want: []string{"Line 2, column 7", "damaged in this place"}},
		"a NUL byte":               {src: "a = 1\nb = \"x\x00\"\n", line: 2, want: []string{"Line 2, column 7 (byte 12 of the file) is the byte 0x00"}},
		"a binary":                 {src: "\x7fELF\x02\x01\x01" + strings.Repeat("\x00", 9) + "\xff\xff", line: 1, want: []string{"the byte 0x00"}},
		"ten thousand other bytes": {src: strings.Repeat("a = \"\xe4\"\n", 10_000), line: 1, want: []string{"Line 1, column 6"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := Check([]byte(test.src), "x.hcl")
			if test.want == nil {
				require.Nil(t, d)
				file, diags := hclsyntax.ParseConfig([]byte(test.src), "x.hcl", hcl.InitialPos)
				require.Empty(t, diags)
				require.NotNil(t, file)
				return
			}
			require.NotNil(t, d)
			require.Equal(t, NotText, d.Summary)
			require.Equal(t, test.line, d.Subject.Start.Line)
			for _, part := range test.want {
				require.Contains(t, d.Detail, part)
			}
		})
	}
}

// FuzzCheck parses and evaluates each source text that Check accepts.
func FuzzCheck(f *testing.F) {
	for _, seed := range []string{
		"a = 1e333333339", `a = "${1e333333339}"`, "a = 1e1000 * 1e1000", "a = [for x in [1, 2] : x]", "a = " + strings.Repeat("[", 300), "a = <<X\n${1}\nX\n", "a = -!-!1", "b \"c\" {\n}\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(_ *testing.T, src []byte) {
		if Check(src, "x.hcl") != nil {
			return
		}
		file, _ := hclsyntax.ParseConfig(src, "x.hcl", hcl.InitialPos)
		if file == nil || file.Body == nil {
			return
		}
		attributes, _ := file.Body.JustAttributes()
		for _, a := range attributes {
			_, _ = a.Expr.Value(nil)
		}
	})
}
