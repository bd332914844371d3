// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/core/config"
)

const tagsHead = "wahost {\n  required_providers {\n    tags = { source = \"example/tags\" }\n  }\n}\n"

// TestPrecedenceOfVariables sets one variable in several places. The channel has the value that wins.
func TestPrecedenceOfVariables(t *testing.T) {
	t.Parallel()
	const auto, file, other = config.AutoVarsFile, "prod.wahostvars.hcl", "more.wahostvars.hcl"
	tests := map[string]struct {
		env, files, varFiles, vars []string
		noDefault                  bool
		want                       string
		fails                      []string
	}{
		"default":                     {want: "default"},
		"environment":                 {env: []string{"env"}, want: "env"},
		"last environment":            {env: []string{"env", "env2"}, want: "env2"},
		"empty environment":           {env: []string{""}, want: ""},
		"auto file":                   {env: []string{"env"}, files: []string{auto}, want: auto},
		"file by flag":                {env: []string{"env"}, files: []string{file}, varFiles: []string{file}, want: file},
		"file of any name":            {files: []string{"secrets"}, varFiles: []string{"secrets"}, want: "secrets"},
		"auto file by flag":           {files: []string{auto}, varFiles: []string{auto}, want: auto},
		"file by flag twice":          {files: []string{file}, varFiles: []string{file, "./" + file}, want: file},
		"flag over files":             {env: []string{"env"}, files: []string{auto}, vars: []string{"flag"}, want: "flag"},
		"last flag":                   {vars: []string{"flag", "flag2"}, want: "flag2"},
		"a file that is not named":    {files: []string{file}, want: "default"},
		"another file is named":       {files: []string{file, other}, varFiles: []string{other}, want: other},
		"auto file and file by flag":  {files: []string{auto, file}, varFiles: []string{file}, fails: []string{"Variable set twice", file + " line 1", auto + ":1"}},
		"two files by flag":           {files: []string{file, other}, varFiles: []string{file, other}, fails: []string{"Variable set twice", other + " line 1", file + ":1"}},
		"two files and a flag":        {files: []string{auto, file}, varFiles: []string{file}, vars: []string{"flag"}, fails: []string{"Variable set twice"}},
		"no value":                    {noDefault: true, fails: []string{"No value for variable", "WAHOST_VAR_v", auto, "--var-file", "--var v=VALUE"}},
		"a missing file":              {varFiles: []string{"missing.wahostvars.hcl"}, fails: []string{"Variables file not readable", "missing.wahostvars.hcl", "no such file"}},
		"a folder":                    {varFiles: []string{"."}, fails: []string{"Variables file not readable", "it is a folder"}},
		"a file that is not for HCL":  {files: []string{"broken"}, varFiles: []string{"broken"}, fails: []string{"broken line 1"}},
		"a device":                    {varFiles: []string{os.DevNull}, fails: []string{"Variables file not readable", "ordinary file"}},
		"an unknown name in the file": {files: []string{"unknown"}, varFiles: []string{"unknown"}, fails: []string{"Value for an unknown variable", "unknown line 1", `Did you mean "v"?`}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			write := func(name, content string) {
				require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600))
			}
			declared := "variable \"v\" {\n  default = \"default\"\n}\n"
			if tt.noDefault {
				declared = "variable \"v\" {}\n"
			}
			write("main.wahost.hcl", tagsHead+declared+"channel \"tags\" \"x\" {\n  token = var.v\n}\n")
			for _, name := range tt.files {
				switch name {
				case "broken":
					write(name, "{\"v\": 1}\n")
				case "unknown":
					write(name, "vv = 1\n")
				default:
					write(name, "v = \""+name+"\"\n")
				}
			}
			place := Place{Dir: dir}
			for _, name := range tt.varFiles {
				if !filepath.IsAbs(name) {
					name = filepath.Join(dir, name)
				}
				place.VarFiles = append(place.VarFiles, name)
			}
			providers := newFake()
			options := Options{Providers: providers, Validator: providers}
			for _, v := range tt.env {
				options.Env = append(options.Env, "WAHOST_VAR_v="+v)
			}
			for _, v := range tt.vars {
				options.Vars = append(options.Vars, "v="+v)
			}
			f := Open(place)
			r, diags := f.Load(t.Context(), options)
			out := rendered(t, f, diags)
			require.Equal(t, tt.fails == nil, r != nil, out)
			for _, part := range tt.fails {
				assert.Contains(t, out, part)
			}
			if r != nil {
				got := config.Reveal[cty.Value](r.Config.Channels[0].Value).GetAttr("token")
				assert.Equal(t, tt.want, got.AsString())
			}
		})
	}
}

func TestFilesThatAreNotRead(t *testing.T) {
	t.Parallel()
	const meant = "rename it to "
	tests := map[string]string{
		"main.wahost.hcl": "", config.AutoVarsFile: "", "prod.wahosttest.hcl": "", "main.tf": "", "main.wahost.hcl~": "", "main.wahost.hcl.bak": "",
		".env.wahostvars.json": "", "values.tfvars": "", "notes.txt": "", "wahost": "", ".wahost.lock.hcl": "",
		"prod.wahostvars.hcl":      "write --var-file",
		"prod.auto.wahostvars.hcl": "only wahost.auto.wahostvars.hcl is read",
		"prod.wahostvars.json":     meant + "prod.wahostvars.hcl", "prod.wahostvars.hcl.json": meant + "prod.wahostvars.hcl",
		"prod.wahostvars": meant + "prod.wahostvars.hcl", "Prod.WahostVars.hcl": meant + "Prod.wahostvars.hcl",
		"wahostvars.hcl": meant + config.AutoVarsFile, "wahost.hcl": meant + "main.wahost.hcl", "wahost.yaml": meant + "main.wahost.hcl",
		"eu.wahost.json": meant + "eu.wahost.hcl", "eu.wahost.tf": meant + "eu.wahost.hcl", "EU.WAHOST.HCL": meant + "EU.wahost.hcl",
	}
	for name, want := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			require.NoError(t, os.WriteFile(filepath.Join(dir, "main.wahost.hcl"), nil, 0o600))
			require.NoError(t, os.WriteFile(filepath.Join(dir, name), nil, 0o600))
			f := Open(Place{Dir: dir})
			r, diags := f.Load(t.Context(), Options{})
			require.NotNil(t, r, "%v", diags)
			if want == "" {
				require.Empty(t, diags)
				return
			}
			require.Len(t, diags, 1)
			assert.Contains(t, diags[0].Detail, name)
			assert.Contains(t, diags[0].Detail, want)
		})
	}
}

func TestFolderFromTheEnvironment(t *testing.T) {
	t.Parallel()
	from := "the environment variable WAHOST_CONFIG"
	file := filepath.Join(t.TempDir(), "x")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	for name, dir := range map[string]string{"missing": filepath.Join(t.TempDir(), "missing"), "file": file, "empty": t.TempDir()} {
		_, diags := Open(Place{Dir: dir, From: from}).Load(t.Context(), Options{})
		require.ErrorContains(t, diags, from, name)
		_, diags = Open(Place{Dir: dir}).Load(t.Context(), Options{})
		require.NotContains(t, diags.Error(), from, name)
	}
}
