// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package diagview

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/config/load"
)

var update = flag.Bool("update", false, "rewrite the expected output in testdata")

func TestSnippets(t *testing.T) {
	t.Parallel()
	const src = "block \"a\" {\n\tx = \"äö漢\" + 1\n  y = [\n    1,\n  ]\n}\nlast = \x1b[31m"
	file, _ := hclsyntax.ParseConfig([]byte(src), "f.hcl", hcl.InitialPos)
	pos := func(i int) hcl.Pos {
		before := src[:i]
		return hcl.Pos{Line: 1 + bytes.Count([]byte(before), []byte("\n")), Byte: i}
	}
	at := func(text string) (int, int) {
		i := bytes.Index([]byte(src), []byte(text))
		require.GreaterOrEqual(t, i, 0)
		return i, i + len(text)
	}
	tests := map[string]struct {
		text  string
		from  int // instead of text, where text is empty
		to    int
		lines []string
		marks []string
	}{
		"tab-and-wide-characters": {text: "+", lines: []string{"\tx = \"äö漢\" + 1"}, marks: []string{"\t           ^"}},
		"wide-subject":            {text: `"äö漢"`, lines: []string{"\tx = \"äö漢\" + 1"}, marks: []string{"\t    ^^^^^^"}},
		"several-lines":           {text: "[\n    1,\n  ]", lines: []string{"  y = [", "    1,", "  ]"}, marks: []string{"      ^", "    ^^", "  ^"}},
		"empty-subject":           {from: 6, to: 6, lines: []string{`block "a" {`}, marks: []string{"      ^"}},
		"end-of-file":             {from: len(src), to: len(src), lines: []string{"last = \x1b[31m"}, marks: []string{"                 ^"}},
		"behind-the-end":          {from: 1, to: 9999, lines: []string{`block "a" {`, "\tx = \"äö漢\" + 1", "  y = [", "    1,", "  ]", "}"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			from, to := tt.from, tt.to
			if tt.text != "" {
				from, to = at(tt.text)
			}
			s, ok := snippetOf(map[string]*hcl.File{"f.hcl": file}, hcl.Range{Filename: "f.hcl", Start: pos(from), End: hcl.Pos{Byte: to}})
			require.True(t, ok)
			require.Empty(t, cmp.Diff(tt.lines, s.lines))
			if tt.marks != nil {
				require.Empty(t, cmp.Diff(tt.marks, s.underlines()))
			}
		})
	}
	_, ok := snippetOf(map[string]*hcl.File{"f.hcl": file}, hcl.Range{Filename: "f.hcl", Start: hcl.Pos{Byte: 9999}})
	require.False(t, ok)
	_, ok = snippetOf(nil, hcl.Range{Filename: "f.hcl"})
	require.False(t, ok)
}

func TestRenderNeverControlsTheTerminal(t *testing.T) {
	t.Parallel()
	f := load.OpenFS(fstest.MapFS{"x.wahost.hcl": {Data: []byte("route \"a\" {\n  channels = [\"\x1b]0;title\x07\"]\n}\n")}}, ".")
	_, diags := f.Load(context.Background(), load.Options{})
	require.True(t, diags.HasErrors())
	var out bytes.Buffer
	require.NoError(t, Write(&out, f.Files(), diags, Options{}))
	require.NotContains(t, out.String(), "\x1b")
	require.NotContains(t, out.String(), "\x07")
}

func TestRenderWidthAndColor(t *testing.T) {
	t.Parallel()
	diags := hcl.Diagnostics{
		{Severity: hcl.DiagError, Summary: "One", Detail: "A sentence that is longer than the width.\n\n  code that stays as it is, however long"},
		{Severity: hcl.DiagWarning, Summary: "Two"},
	}
	var out bytes.Buffer
	require.NoError(t, Write(&out, nil, diags, Options{Color: true, Width: 20}))
	require.Equal(t, "\x1b[1;31mError: \x1b[0m\x1b[1mOne\x1b[0m\n\nA sentence that is\nlonger than the\nwidth.\n\n"+
		"  code that stays as it is, however long\n\n\x1b[1;33mWarning: \x1b[0m\x1b[1mTwo\x1b[0m\n", out.String())
	require.ErrorContains(t, Write(brokenWriter{}, nil, diags, Options{}), "pipe")
	require.ErrorContains(t, WriteJSON(brokenWriter{}, nil, diags), "pipe")
}

type brokenWriter struct{}

func (brokenWriter) Write([]byte) (int, error) { return 0, errors.New("broken pipe") }

func TestJSON(t *testing.T) {
	t.Parallel()
	f := load.OpenFS(fstest.MapFS{"x.wahost.hcl": {Data: []byte("route \"a\" {\n  channels = [channel.b.c]\n}\n")}}, ".")
	_, diags := f.Load(context.Background(), load.Options{})
	var out bytes.Buffer
	require.NoError(t, WriteJSON(&out, f.Files(), diags))
	golden := filepath.Join("testdata", "report.json")
	if *update {
		require.NoError(t, os.WriteFile(golden, out.Bytes(), 0o600))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(string(want), out.String()))

	out.Reset()
	require.NoError(t, WriteJSON(&out, nil, nil))
	var empty map[string]any
	require.NoError(t, json.Unmarshal(out.Bytes(), &empty))
	require.Equal(t, map[string]any{
		"format_version": "1.0", "valid": true, "error_count": 0.0, "warning_count": 0.0, "diagnostics": []any{},
	}, empty)
}

// What is shown of a secret does not depend on its length.
func TestMaskedSecretsHaveOneLength(t *testing.T) {
	t.Parallel()
	shown := map[string]map[string]bool{}
	for _, secret := range []string{"a", "ab\tc", "1234567890", strings.Repeat("x", 300), "äöü€", "a${1}b"} {
		for name, text := range map[string]string{
			"alone":    "channel \"a\" \"b\" {\n  token = \"SECRET\"\n}\n",
			"before":   "channel \"a\" \"b\" {\n  token = \"SECRET\" oops\n}\n",
			"unquoted": "channel \"a\" \"b\" {\n  token = SECRET oops\n}\n",
			"heredoc":  "channel \"a\" \"b\" {\n  token = <<E\nSECRET\nE\n}\n",
		} {
			if name == "unquoted" && strings.Trim(secret, "ax") != "" {
				continue
			}
			if strings.Contains(secret, "$") {
				name += " with a template"
			}
			f := load.OpenFS(fstest.MapFS{"x.wahost.hcl": {Data: []byte(strings.ReplaceAll(text, "SECRET", secret))}}, ".")
			_, diags := f.Load(t.Context(), load.Options{})
			for _, d := range diags {
				d.Detail = ""
			}
			var out bytes.Buffer
			require.NoError(t, Write(&out, f.Files(), diags, Options{}))
			require.NoError(t, WriteJSON(&out, f.Files(), diags))
			if shown[name] == nil {
				shown[name] = map[string]bool{}
			}
			shown[name][out.String()] = true
		}
	}
	for name, texts := range shown {
		require.Len(t, texts, 1, "%s: %v", name, texts)
	}
}
