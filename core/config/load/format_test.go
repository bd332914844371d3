// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"bytes"
	"context"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/diagview"
)

func TestFormat(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ in, want string }{
		"aligns":           {"a=1\nbcd  = 2\n", "a   = 1\nbcd = 2\n"},
		"indents":          {"x {\ny=[\n1,\n]\n}\n", "x {\n  y = [\n    1,\n  ]\n}\n"},
		"keeps-comments":   {"# c\na=1 # d\n", "# c\na = 1 # d\n"},
		"keeps-references": {"x { p=innopaas.eu }\n", "x { p = innopaas.eu }\n"},
		"weights":          {"weights={channel.a-b.c=1}\n", "weights = { channel.a-b.c = 1 }\n"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, diags := Format([]byte(tt.in), "x.wahost.hcl")
			require.Empty(t, diags)
			require.Equal(t, tt.want, string(got))
		})
	}
	broken := []byte("a = [\n")
	got, diags := Format(broken, "x.wahost.hcl")
	require.True(t, diags.HasErrors())
	require.Equal(t, broken, got)
}

// What does not parse may be a password, so its mistakes say how to write it and quote nothing.
func TestFormatQuotesNoSecret(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ src, advice string }{
		"directive":     {"password = \"%{s3cret}\"\n", "write %%{ there"},
		"interpolation": {"password = \"a${s3cret\"\n", "write $${ there"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, diags := Format([]byte(tt.src), "x.wahost.hcl")
			require.True(t, diags.HasErrors())
			require.Contains(t, diagview.Lines(diags), tt.advice)
			require.NotContains(t, diagview.Lines(diags), "s3cret")
		})
	}
}

func TestNestingIsBounded(t *testing.T) {
	t.Parallel()
	for name, src := range map[string]string{
		"brackets":     "a = " + strings.Repeat("[", 300_000),
		"parentheses":  "a = " + strings.Repeat("(", 300_000),
		"blocks":       strings.Repeat("a {\n", 100_000),
		"not":          "a = " + strings.Repeat("!", 300_000) + "true",
		"minus":        "a = " + strings.Repeat("-", 300_000) + "1",
		"conditionals": "a = " + strings.Repeat("b ? c : ", 100_000) + "d",
		"templates":    "a = " + strings.Repeat(`"${`, 100_000),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := OpenFS(fstest.MapFS{"x.wahost.hcl": {Data: []byte(src)}}, ".")
			_, diags := f.Load(context.Background(), Options{})
			require.ErrorContains(t, diags, "Nesting too deep")
		})
	}
	f := OpenFS(fstest.MapFS{"x.wahost.hcl": {Data: bytes.Repeat([]byte("#"), maxFileSize+1)}}, ".")
	_, diags := f.Load(context.Background(), Options{})
	require.ErrorContains(t, diags, "larger than")
}

// FuzzLoad feeds any bytes as configuration and as values: diagnostics, never a panic, and formatting twice changes
// nothing more.
func FuzzLoad(f *testing.F) {
	for _, path := range []string{"testdata/base.hcl", "testdata/happy/main.wahost.hcl"} {
		src, err := os.ReadFile(path)
		require.NoError(f, err)
		f.Add(src, []byte("a = 1\n"))
	}
	f.Add([]byte("locals {\n  a = jsonencode(channel.a.b)\n}\nchannel \"a\" \"b\" {\n}\n"), []byte("a = {"))
	f.Add([]byte("route \"r\" {\n  weights = { for x in [1] : x => x }\n  strategy = \"weighted\"\n}\n"), []byte("\xff"))
	providers := newFake()
	f.Fuzz(func(t *testing.T, src, vars []byte) {
		folder := OpenFS(fstest.MapFS{"x.wahost.hcl": {Data: src}, "wahost.auto.wahostvars.hcl": {Data: vars}}, ".")
		r, diags := folder.Load(context.Background(), Options{HostVersion: "1.0.0", Providers: providers, Validator: providers})
		require.Equal(t, diags.HasErrors(), r == nil)
		var out bytes.Buffer
		require.NoError(t, diagview.Write(&out, folder.Files(), diags, diagview.Options{Width: 40}))
		require.NoError(t, diagview.WriteJSON(&out, folder.Files(), diags))
		if once, d := Format(src, "x"); !d.HasErrors() {
			twice, _ := Format(once, "x")
			require.Equal(t, string(once), string(twice))
		}
	})
}
