// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package openapi

import (
	"flag"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/emulator"
)

var update = flag.Bool("update", false, "write the golden files")

// opened imports a document and loads what was made.
func opened(t *testing.T, fsys fs.FS, name string, o Options) (*Result, *dialect.Dialect) {
	t.Helper()
	result, err := Import(fsys, name, o)
	require.NoError(t, err)
	files := fstest.MapFS{"vendor.hcl": {Data: result.Dialect}}
	for file, data := range result.Schemas {
		files[file] = &fstest.MapFile{Data: data}
	}
	d, diags := dialect.LoadFS(files, "vendor.hcl")
	require.False(t, diags.HasErrors(), "%s\n%s", diags, result.Dialect)
	return result, d
}

func TestImport(t *testing.T) {
	t.Parallel()
	result, d := opened(t, os.DirFS("testdata"), "harbour.yaml", Options{})
	for file, data := range result.Schemas {
		golden(t, filepath.Join("testdata", "harbour", file), data)
	}
	golden(t, filepath.Join("testdata", "harbour", "dialect.hcl"), result.Dialect)

	assert.Equal(t, "harbour-messages", result.Name)
	assert.Equal(t, "harbour-messages", d.Name)
	assert.Equal(t, "https://docs.harbour.example", d.Docs)
	assert.Equal(t, 7, result.Routes)
	assert.Greater(t, result.Open, 10)
	for _, r := range d.Routes {
		assert.Regexp(t, `^harbour\.yaml#/paths/~1`, r.Source, r.Name)
	}
	assert.Equal(t, "harbour.yaml#/paths/~1whatsapp~11~1message~1text/post", d.Route("send_text").Source)
	assert.Equal(t, "/whatsapp/1/senders/{sender}/media", d.Route("upload_media").Path)
	assert.Equal(t, dialect.FormatMultipart, d.Route("upload_media").Accept)
	assert.Equal(t, "/whatsapp/1/reports/{*message_id}", d.Route("get_report").Path)
	require.NotNil(t, d.Route("send_interactive_buttons"))

	require.Len(t, d.AuthOf("send_text"), 1, "the first alternative that a dialect can describe")
	assert.Equal(t, "Authorization", d.AuthOf("send_text")[0].Header)
	assert.Equal(t, "harbour.yaml#/components/securitySchemes/APIKeyHeader", d.AuthOf("send_text")[0].Source)
	assert.Equal(t, "harbour.yaml#/components/securitySchemes/Basic", d.AuthOf("get_report")[0].Source)
	assert.Empty(t, d.AuthOf("get_ping"))

	assert.Equal(t, "http_400", d.Route("send_text").Violation)
	require.Len(t, d.Error("http_400").Answers, 1, "the body of send_text differs")
	assert.Equal(t, "send_text", d.Error("http_400").Answers[0].Route)
	assert.Equal(t, 500, d.Error("http_500").Status)
	assert.Equal(t, "harbour.yaml#/paths/~1whatsapp~11~1message~1template/post/responses/429", d.Error("http_429").Source)

	text := string(result.Dialect)
	assert.Contains(t, text, "COMPLETE: recipient_at and max_recipients, if this route sends messages. It may be at $.messages[*].to.")
	assert.Contains(t, text, `The pattern ^(?!0)\d+$ cannot be used, and is left out.`)
	assert.Contains(t, text, `PENDING_ENROUTE $${x}`, "a text is not a template")
}

// TestSchemasOfRequests validates bodies with the schemas that were made.
func TestSchemasOfRequests(t *testing.T) {
	t.Parallel()
	_, d := opened(t, os.DirFS("testdata"), "harbour.yaml", Options{})
	const text, template = "send_text", "send_templates"
	for name, tt := range map[string]struct {
		route, body string
		valid       bool
	}{
		"minimal":             {text, `{"from":"1","to":"2","content":{"text":"a"}}`, true},
		"without a recipient": {text, `{"from":"1","content":{"text":"a"}}`, false},
		"long recipient":      {text, `{"from":"1","to":"` + strings.Repeat("2", 25) + `","content":{"text":"a"}}`, false},
		"exclusive minimum":   {text, `{"from":"1","to":"2","priority":0,"content":{"text":"a"}}`, false},
		"above the minimum":   {text, `{"from":"1","to":"2","priority":9,"content":{"text":"a"}}`, true},
		"above the maximum":   {text, `{"from":"1","to":"2","priority":10,"content":{"text":"a"}}`, false},
		"bulk":                {template, `{"bulkId":null,"messages":[{"from":"1","to":"2","content":{"templateName":"a","language":"en","header":{"type":"TEXT","text":"x"}}}]}`, true},
		"empty bulk":          {template, `{"messages":[]}`, false},
		"half a header":       {template, `{"messages":[{"from":"1","to":"2","content":{"templateName":"a","language":"en","header":{"type":"IMAGE","text":"x"}}}]}`, false},
		"null in a choice":    {template, `{"messages":[{"from":"1","to":"2","content":{"templateName":"a","language":"en","header":{"type":null,"mediaUrl":"x"}}}]}`, true},
		"itself":              {template, `{"messages":[{"from":"1","to":"2","content":{"templateName":"a","language":"en","fallback":{"from":"1","to":"2","content":{"templateName":"b","language":"en","fallback":null}}}}]}`, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			body, err := jsonschema.UnmarshalJSON(strings.NewReader(tt.body))
			require.NoError(t, err)
			err = d.Route(tt.route).Schema.Validate(body)
			assert.Equal(t, tt.valid, err == nil, "%v", err)
		})
	}
}

// modern is a document of OpenAPI 3.1 with a token, in two files.
const modern = `{
  "openapi": "3.1.0", "info": {"title": "Quay", "version": "1"},
  "servers": [{"url": "https://api.quay.example/v2/"}],
  "security": [{"oauth": ["send"]}],
  "paths": {
    "/messages": {"post": {
      "requestBody": {"content": {"application/json": {"schema": {"$ref": "shared.json#/components/schemas/Send"}}}},
      "responses": {"202": {"description": "ok", "content": {"application/json": {"schema": {"type": "object", "properties": {"id": {"type": "string"}, "count": {"type": ["integer", "null"]}}}}}}}
    }},
    "/media/{id}.bin": {"get": {"parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}], "responses": {"200": {"description": "ok"}}}}
  },
  "components": {"securitySchemes": {"oauth": {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": "https://login.quay.example/oauth/token", "scopes": {"send": "x"}}}}}}
}`

const shared = `{"openapi": "3.1.0", "info": {"title": "x", "version": "1"}, "paths": {}, "components": {"schemas": {
  "Send": {"type": "object", "required": ["to", "type"], "properties": {
    "to": {"type": "string"}, "type": {"const": "text"}, "text": {"type": ["string", "null"], "maxLength": 3}, "ttl": {"type": "integer", "exclusiveMinimum": 0},
    "extra": {"$ref": "#/components/schemas/Extra"}
  }},
  "Extra": {"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}]}
}}}`

func TestImportModern(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{"api/quay.json": {Data: []byte(modern)}, "api/shared.json": {Data: []byte(shared)}}
	sub, err := fs.Sub(files, "api")
	require.NoError(t, err)
	result, d := opened(t, sub, "quay.json", Options{Name: "quay"})
	assert.Equal(t, 3, result.Routes)
	assert.Equal(t, "/v2/messages", d.Route("post_messages").Path)
	assert.Equal(t, "/v2/media/{id}.bin", d.Route("get_media_id_bin").Path)
	assert.Equal(t, "oauth", d.AuthOf("post_messages")[0].Token)
	require.Len(t, d.AuthOf("oauth_token"), 2)
	assert.Equal(t, "/oauth/token", d.Route("oauth_token").Path)
	assert.Contains(t, string(result.Dialect), "another host, login.quay.example")
	for body, valid := range map[string]bool{
		`{"to":"1","type":"text","text":null,"ttl":1,"extra":["a",1]}`: true, `{"to":"1","type":"image"}`: false,
		`{"to":"1","type":"text","text":"long"}`: false, `{"to":"1","type":"text","ttl":0}`: false, `{"to":"1","type":"text","extra":[1]}`: false,
	} {
		v, err := jsonschema.UnmarshalJSON(strings.NewReader(body))
		require.NoError(t, err)
		assert.Equal(t, valid, d.Route("post_messages").Schema.Validate(v) == nil, body)
	}
	emu, err := emulator.Start(t.Context(), d, emulator.Options{})
	require.NoError(t, err, "the emulator plays what was made")
	require.NoError(t, emu.Close())

	_, d = opened(t, sub, "quay.json", Options{Match: regexp.MustCompile("^/media")})
	assert.Nil(t, d.Route("post_messages"))
}

func TestImportProblems(t *testing.T) {
	t.Parallel()
	const operation = `"paths": {"/m": {"post": {"requestBody": {"content": {"application/json": {"schema": {"$ref": "%s"}}}}, "responses": {"200": {"description": "ok"}}}}}}`
	referring := func(to string) string {
		return `{"openapi": "3.0.0", "info": {"title": "x", "version": "1"}, ` + strings.ReplaceAll(operation, "%s", to)
	}
	for name, tt := range map[string]struct{ document, want string }{
		"no document":          {`hello`, "doc.json"},
		"not an object":        {`[]`, "doc.json is not"},
		"version 2":            {`{"swagger": "2.0", "paths": {"/x": {}}}`, `doc.json is not an OpenAPI document of version 3`},
		"no paths":             {`{"openapi": "3.0.0", "info": {"title": "x", "version": "1"}, "paths": {}}`, "has no operations"},
		"missing component":    {referring("#/components/schemas/Nope"), "Nope"},
		"file that is missing": {referring("nope.json#/x"), "nope.json"},
		"file above":           {referring("../secret.json#/x"), "outside of the folder"},
		"absolute file":        {referring("/etc/passwd"), "outside of the folder"},
		"from the network":     {referring("https://schemas.example/x.json"), "outside of the folder"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := Import(fstest.MapFS{"doc.json": {Data: []byte(tt.document)}}, "doc.json", Options{})
			require.ErrorContains(t, err, tt.want)
		})
	}
	_, err := Import(fstest.MapFS{}, "doc.json", Options{})
	require.ErrorContains(t, err, "doc.json cannot be read: file does not exist")
	_, err = Import(os.DirFS("testdata"), "harbour.yaml", Options{Match: regexp.MustCompile("^/sms")})
	require.ErrorContains(t, err, "no operation of harbour.yaml is selected: its paths are such as /ping")
}

func golden(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o750))
		require.NoError(t, os.WriteFile(file, got, 0o600))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got), "run the test with -update if this is intended")
}

// FuzzImport reads documents. What is made of one can be loaded, or there is an error.
func FuzzImport(f *testing.F) {
	f.Add(modern)
	harbour, err := os.ReadFile("testdata/harbour.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(harbour))
	f.Add(`{"openapi":"3.0.0","info":{"title":"x","version":"1"},"paths":{"/a{b}/{c}":{"get":{"responses":{"4XX":{"description":""}}}}}}`)
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 1<<14 {
			return
		}
		result, err := Import(fstest.MapFS{"doc.yaml": {Data: []byte(text)}, "shared.json": {Data: []byte(shared)}}, "doc.yaml", Options{})
		if err != nil {
			return
		}
		files := fstest.MapFS{"vendor.hcl": {Data: result.Dialect}}
		for file, data := range result.Schemas {
			files[file] = &fstest.MapFile{Data: data}
		}
		if _, diags := dialect.LoadFS(files, "vendor.hcl"); diags.HasErrors() {
			t.Fatalf("%s\n%s", diags, result.Dialect)
		}
	})
}
