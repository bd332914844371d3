// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestConfigurationsMustBeUTF8(t *testing.T) {
	t.Parallel()
	const declared = "variable \"v\" {\n  type      = string\n  sensitive = true\n}\n"
	tests := map[string]struct {
		files   map[string]string
		options Options
		want    []string
	}{
		"environment": {map[string]string{"main.wahost.hcl": declared}, Options{Env: []string{"WAHOST_VAR_v=s3cret\xe4"}},
			[]string{`environment variable WAHOST_VAR_v gives for the variable`, "it is not UTF-8: line 1, column 7: the byte 0xE4"}},
		"flag": {map[string]string{"main.wahost.hcl": declared}, Options{Vars: []string{"v=s3cret\xe4"}},
			[]string{`that --var gives for the variable "v"`, "it is not UTF-8"}},
		"file of variables": {map[string]string{"main.wahost.hcl": declared, "wahost.auto.wahostvars.hcl": "v = \"s3cret\xe4\"\n"}, Options{},
			[]string{"wahost.auto.wahostvars.hcl line 1", "UTF-8"}},
		"UTF-16": {map[string]string{"main.wahost.hcl": "\xff\xfes\x003\x00c\x00r\x00e\x00t\x00"}, Options{}, []string{"main.wahost.hcl line 1", "UTF-16LE", "iconv"}},
		"zeros":  {map[string]string{"main.wahost.hcl": "a = \"s3cret\x00\"\n"}, Options{}, []string{"main.wahost.hcl line 1", "0x00"}},
		"many":   {map[string]string{"main.wahost.hcl": strings.Repeat("# s3cret \xe4\n", 1000)}, Options{}, []string{"main.wahost.hcl line 1", "0xE4"}},
		"configuration": {map[string]string{"main.wahost.hcl": "locals {\n  a = \"s3cret\xe4\"\n}\n"}, Options{},
			[]string{"main.wahost.hcl line 2", "UTF-8"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for file, content := range tt.files {
				require.NoError(t, os.WriteFile(filepath.Join(dir, file), []byte(content), 0o600))
			}
			providers := newFake()
			tt.options.Providers, tt.options.Validator = providers, providers
			_, f, diags := Load(t.Context(), dir, tt.options)
			require.Len(t, diags, 1, "one diagnostic, however many bytes are wrong")
			require.True(t, diags.HasErrors())
			out := rendered(t, f, diags)
			for _, part := range tt.want {
				assert.Contains(t, out, part)
			}
			assert.NotContains(t, out, "s3cret")
		})
	}
}

// A test file that is not text is not shown, like the other files.
func TestTestFilesMustBeUTF8(t *testing.T) {
	t.Parallel()
	for name, src := range map[string]string{
		"UTF-16":       "\xff\xfer\x00u\x00n\x00",
		"zeros":        "# a\x00b\n",
		"Windows-1252": "run \"a\xe4\" {\n}\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "a.wahosttest.hcl")
			require.NoError(t, os.WriteFile(path, []byte(src), 0o600))
			f := Open(Place{Dir: filepath.Dir(path)})
			runs, diags := f.ReadTests(nil)
			require.Empty(t, runs)
			require.Len(t, diags, 1, "one diagnostic, however many bytes are wrong")
			require.Contains(t, rendered(t, f, diags), "a.wahosttest.hcl line 1")
			require.NotContains(t, f.Files(), path)
		})
	}
}
