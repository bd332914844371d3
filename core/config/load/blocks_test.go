// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"context"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/hashicorp/hcl/v2"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/config/lang"
)

// needed holds the arguments without which the others of their block are not read.
var needed = map[string]string{
	"validation.condition": "true", "validation.error_message": `"No."`, "rate_limit.per_second": "1",
}

// Every declared argument is read: a reference to nothing is an error in its line, wherever it is written. The reverse holds by
// construction, because the reader asks HCL for what is declared.
func TestEveryDeclaredArgumentIsRead(t *testing.T) {
	t.Parallel()
	base, err := os.ReadFile("testdata/base.hcl")
	require.NoError(t, err)
	count := 0
	var visit func(blocks []lang.BlockType, before, after string, path []string)
	visit = func(blocks []lang.BlockType, before, after string, path []string) {
		for _, b := range blocks {
			path := append(path[:len(path):len(path)], b.Type)
			require.NotEmpty(t, b.Doc, path)
			open, end := before+b.Type+labels(b)+" {\n", "}\n"+after
			if b.Entries != "" {
				open, end = open+"  somebody = {\n", "  }\n"+end
			}
			for _, a := range b.Args {
				count++
				name := strings.Join(append(path, a.Name), ".")
				require.NotEmpty(t, a.Type, name)
				require.NotEmpty(t, a.Doc, name)
				require.Equal(t, a.Required, a.Default == "", "%s has either a default or is required", name)
				var others strings.Builder
				for _, o := range b.Args {
					if value, ok := needed[b.Type+"."+o.Name]; ok && o.Name != a.Name {
						others.WriteString(o.Name + " = " + value + "\n")
					}
				}
				src := open + others.String() + a.Name + " = nothing.here\n" + end
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					requireError(t, string(base), src)
				})
			}
			if len(b.Blocks) > 0 {
				inside := open
				if b.Type == "variable" {
					inside += "default = 1\n"
				}
				visit(b.Blocks, inside, end, path)
			}
		}
	}
	visit(Blocks(), "", "", nil)
	require.Greater(t, count, 35)
}

func labels(b lang.BlockType) string {
	var text strings.Builder
	for _, l := range b.Labels {
		if l == "provider" || b.Type == "provider" {
			text.WriteString(` "innopaas"`)
		} else {
			text.WriteString(` "declared"`)
		}
	}
	return text.String()
}

// requireError loads the file and checks that there is an error in the line that refers to nothing.
func requireError(t *testing.T, base, src string) {
	t.Helper()
	fsys := fstest.MapFS{"a_base.wahost.hcl": {Data: []byte(base)}, "b.wahost.hcl": {Data: []byte(src)}}
	_, diags := OpenFS(fsys, ".").Load(context.Background(), setUp(t, "").options)
	above, _, _ := strings.Cut(src, "nothing.here")
	line := 1 + strings.Count(above, "\n")
	for _, d := range diags {
		if d.Severity == hcl.DiagError && d.Subject != nil && d.Subject.Filename == "b.wahost.hcl" && d.Subject.Start.Line == line {
			return
		}
	}
	t.Fatalf("no error in line %d of\n%s\nonly: %v", line, src, diags)
}
