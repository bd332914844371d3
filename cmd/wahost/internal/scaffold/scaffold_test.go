// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package scaffold

import (
	"encoding/json"
	"fmt"
	"go/format"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/mod/modfile"

	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/dialect/openapi"
)

const root = "../../../.."

func filesOf(t *testing.T, o Options) map[string][]byte {
	t.Helper()
	if o.Module == "" {
		o.Module = DefaultModule(o.Name)
	}
	if o.Require == (Requirement{}) {
		o.Require = Requirement{Version: "1.2.3"}
	}
	files, err := Files(o)
	require.NoError(t, err)
	return files
}

// TestFilesAreTheExample checks that the example of the guide is what is written for it, apart from the licence of this repository.
func TestFilesAreTheExample(t *testing.T) {
	t.Parallel()
	files := filesOf(t, Options{Name: example})
	for _, required := range []string{
		"main.go", "provider.go", "channel.go", "errors.go", "webhook.go", "dialect.hcl", "schemas/message.json", "conformance_test.go",
		"provider_test.go", "webhook_test.go", "testdata/requests/text.txtar", "Makefile", "README.md", ".gitignore", ".github/workflows/ci.yml", "go.mod",
	} {
		assert.Contains(t, files, required)
	}
	for name, data := range files {
		if name == "go.mod" {
			continue
		}
		want, err := os.ReadFile(filepath.Join(root, "docs/providers", example, name))
		require.NoError(t, err)
		require.True(t, strings.HasSuffix(string(want), string(data)), name)
		first, _, _ := strings.Cut(string(data), "\n")
		assert.NotContains(t, first, "SPDX", name)
	}
}

// TestFilesOfNames writes providers with names that change the alignment of code, and compiles them.
func TestFilesOfNames(t *testing.T) {
	t.Parallel()
	dir, replace := t.TempDir(), map[string]string{}
	here, err := os.Getwd()
	require.NoError(t, err)
	args := []string{"build", "-overlay", filepath.Join(dir, "overlay.json")}
	for _, name := range []string{"a", "my-vendor"} {
		args = append(args, "./written-"+name)
		files, hcl := filesOf(t, Options{Name: name}), fstest.MapFS{}
		for file, data := range files {
			text := string(data)
			assert.NotContains(t, strings.ToLower(text), example, "%s of %s", file, name)
			switch path.Ext(file) {
			case ".go":
				formatted, err := format.Source(data)
				require.NoError(t, err)
				assert.Equal(t, string(formatted), text)
				at := filepath.Join(dir, name+"-"+file)
				// The tests are compiled as ordinary code, and nothing is linked.
				require.NoError(t, os.WriteFile(at, []byte(strings.Replace(text, "package main\n", "package written\n", 1)), 0o600))
				replace[filepath.Join(here, "written-"+name, strings.Replace(file, "_test.go", "_tested.go", 1))] = at
			case ".hcl":
				assert.Equal(t, string(hclwrite.Format(data)), text)
				hcl[file] = &fstest.MapFile{Data: data}
			case ".json":
				hcl[file] = &fstest.MapFile{Data: data}
			}
		}
		d, diags := dialect.LoadFS(hcl, "dialect.hcl")
		require.Empty(t, diags)
		assert.Equal(t, name, d.Name)
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "overlay.json"), overlay, 0o600))
	out, err := exec.CommandContext(t.Context(), "go", args...).CombinedOutput()
	require.NoError(t, err, "%s", out)
}

// harbour is a document that names its server and its documentation.
const harbour = `{
  "openapi": "3.0.3", "info": {"title": "Harbour", "version": "1"},
  "servers": [{"url": %q}], "externalDocs": {"url": %q},
  "paths": {"/v1/messages": {"post": {"operationId": "sendMessage", "responses": {"200": {"description": "ok"}},
    "requestBody": {"content": {"application/json": {"schema": {"type": "object", "properties": {"to": {"type": "string"}}}}}}}}}
}`

func TestFilesWithOpenAPI(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ server, docs, endpoint, address string }{
		"named":           {"https://api.harbour.example/v1", "https://docs.harbour.example/whatsapp", "https://api.harbour.example", "https://docs.harbour.example/whatsapp"},
		"like ours":       {"https://api.acme-boats.example", "https://docs.acme.example/Acme", "https://api.acme-boats.example", "https://docs.acme.example/Acme"},
		"with variables":  {"https://{tenant}.harbour.example", "docs", "https://api.boats.example", "https://docs.boats.example"},
		"without a host":  {"/v1", "javascript:alert(1)", "https://api.boats.example", "https://docs.boats.example"},
		"without TLS":     {"http://api.harbour.example", "", "https://api.boats.example", "https://docs.boats.example"},
		"with quotes":     {`https://a"b.example`, `https://docs.harbour.example/"+x+"`, "https://api.boats.example", "https://docs.boats.example"},
		"with a template": {"https://${x}.example", "https://docs.harbour.example/${x}", "https://api.boats.example", "https://docs.boats.example"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			document := fstest.MapFS{"harbour.json": {Data: fmt.Appendf(nil, harbour, tt.server, tt.docs)}}
			result, err := openapi.Import(document, "harbour.json", openapi.Options{Name: "boats"})
			require.NoError(t, err)
			files := filesOf(t, Options{Name: "boats", OpenAPI: result, Document: "harbour.json"})
			code := string(files["provider.go"])
			assert.Contains(t, code, `cty.StringVal("`+tt.endpoint+`")`)
			assert.Contains(t, code, `DocsURL: "`+tt.address+`"`)
			assert.Contains(t, string(files["openapi/dialect.hcl"]), `dialect "boats"`)
			assert.Contains(t, files, "openapi/schemas/send_message.json")
			assert.Contains(t, string(files["README.md"]), "has what is in harbour.json: move its routes")
			all := fstest.MapFS{}
			for file, data := range files {
				all[file] = &fstest.MapFile{Data: data}
			}
			for _, file := range []string{"dialect.hcl", "openapi/dialect.hcl"} {
				_, diags := dialect.LoadFS(all, file)
				assert.Empty(t, diags, file)
			}
		})
	}
	files := filesOf(t, Options{Name: "boats"})
	assert.NotContains(t, string(files["README.md"]), "openapi")
	files = filesOf(t, Options{Name: "boats", OpenAPI: &openapi.Result{}, Document: "acme.json"})
	assert.Contains(t, string(files["README.md"]), "has what is in acme.json: move its routes")
}

func TestModuleOfPublishedVersion(t *testing.T) {
	t.Parallel()
	files := filesOf(t, Options{Name: "boats", Module: "example.com/x"})
	assert.Equal(t, `module example.com/x

go 1.26.0

tool github.com/wahost/wahost/cmd/wahost

require github.com/wahost/wahost v1.2.3
`, string(files["go.mod"]))
	assert.NotContains(t, files, "go.sum", "only the go command can write it")
}

func TestModuleOfSource(t *testing.T) {
	t.Parallel()
	source, err := CheckSource(root)
	require.NoError(t, err)
	files := filesOf(t, Options{Name: "boats", Require: Requirement{Source: source}})
	f, err := modfile.Parse("go.mod", files["go.mod"], nil)
	require.NoError(t, err)
	assert.Equal(t, source, f.Replace[0].New.Path)
	var direct []string
	for _, r := range f.Require {
		if !r.Indirect {
			direct = append(direct, r.Mod.Path)
		}
	}
	assert.Equal(t, []string{Host, ctyModule}, direct)
	sum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	require.NoError(t, err)
	assert.Equal(t, string(sum), string(files["go.sum"]))

	host, err := readModule(root)
	require.NoError(t, err)
	assert.Equal(t, host.Go.Version, goVersion)
}

func TestSource(t *testing.T) {
	t.Parallel()
	_, err := CheckSource(t.TempDir())
	require.ErrorContains(t, err, "is not a checkout of wahost: it has no go.mod")
	other := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(other, "go.mod"), []byte("module example.com/x\n"), 0o600))
	_, err = CheckSource(other)
	require.ErrorContains(t, err, `its go.mod is that of the module "example.com/x"`)
	here, err := filepath.Abs(".")
	require.NoError(t, err)
	checkout, err := filepath.Abs(root)
	require.NoError(t, err)
	assert.Equal(t, checkout, FindSource(t.TempDir(), here))
	assert.Empty(t, FindSource(other, ""))
}
