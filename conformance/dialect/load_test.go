// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dialect

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/sdk/message"
)

// small is a valid dialect that the tests change in one place.
const small = `dialect "acme" {
  version = "1"
  config  = { base_url = endpoint(), path = "/x" }
  auth "body" {
    at    = "$.key"
    value = secret("key")
    error = "bad"
  }
  route "send" {
    method    = "POST"
    path      = "/v1{path}"
    accept    = "json"
    type_at   = ["$.kind", "$.type"]
    schema    = "send.json"
    violation = "bad"
    reply     = { status = 200, body = { id = new_id("9999"), to = recipients } }
  }
  error "bad" {
    status = 400
    body   = { problem = violation }
    reason = "invalid_message"
    retry  = "never"
    source = "docs"
  }
  limit "list" {
    path    = "interactive.body.text"
    maximum = 10
    unit    = "characters"
    source  = "docs"
  }
  webhook {
    method = "POST"
    event "delivered" {
      status = "delivered"
      body   = { id = event.id }
      source = "docs"
    }
  }
  samples {
    recipients = ["15550100001"]
    template {
      name     = "n"
      language = "en"
      category = "utility"
    }
  }
}
`

func folder(text string) fstest.MapFS {
	return fstest.MapFS{
		"a/acme.hcl":    {Data: []byte(text)},
		"a/send.json":   {Data: []byte(`{"$ref":"other.json"}`)},
		"a/other.json":  {Data: []byte(`{"type":"object"}`)},
		"a/broken.json": {Data: []byte(`{"type":"objct"}`)},
		"a/remote.json": {Data: []byte(`{"$ref":"https://schemas.example/x.json"}`)},
	}
}

func TestLoad(t *testing.T) {
	t.Parallel()
	d, diags := LoadFS(folder(small), "a/acme.hcl")
	require.Empty(t, diags)
	assert.Equal(t, "acme", d.Name)
	assert.Equal(t, []message.Limit{{Kind: "list", Path: "interactive.body.text", Maximum: 10, Unit: "characters", Source: "docs"}}, d.Limits)
	assert.Equal(t, Samples{Recipients: []string{"+15550100001"}, Template: TemplateSample{"n", "en", "utility"}}, d.Samples)
	assert.True(t, d.Route("send").Reply.Uses(VarRecipients))
	assert.False(t, d.Route("send").Reply.Uses(VarRequest))
	assert.Nil(t, d.Route("other"))
	assert.NoError(t, d.Route("send").Schema.Validate(map[string]any{}))
	assert.Error(t, d.Route("send").Schema.Validate("text"))

	env := NewEnv(Functions{Endpoint: "http://e", NewID: func(pattern string) string { return "id-" + pattern }})
	v, err := env.Value(d.Route("send").Reply, map[string]cty.Value{VarRecipients: cty.StringVal("r")})
	require.NoError(t, err)
	assert.Equal(t, cty.StringVal("id-9999"), v.GetAttr("body").GetAttr("id"))
	assert.Equal(t, cty.StringVal("r"), v.GetAttr("body").GetAttr("to"))

	other, _ := LoadFS(folder(small), "a/acme.hcl")
	assert.Equal(t, d.Digest, other.Digest)
	changed := folder(small)
	changed["a/other.json"].Data = []byte(`{"type":"string"}`)
	other, _ = LoadFS(changed, "a/acme.hcl")
	assert.NotEqual(t, d.Digest, other.Digest, "a schema that is only referred to counts, too")
}

// TestLoadProblems changes one thing and expects one error, at that place.
func TestLoadProblems(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		old, new string
		// line is where the error must point.
		line   int
		detail string
	}{
		"unknown argument":         {`version = "1"`, "version = \"1\"\n  vrsion = 2", 3, `"vrsion" is not expected here`},
		"unknown block":            {`samples {`, "sample {", 39, `Did you mean "samples"?`},
		"missing argument":         {"    method    = \"POST\"\n", "", 9, `"method" is required`},
		"missing source":           {"    retry  = \"never\"\n    source = \"docs\"", "    retry  = \"never\"", 18, `"source" is required`},
		"empty source":             {"    retry  = \"never\"\n    source = \"docs\"", "    retry  = \"never\"\n    source = \" \"", 23, "must not be empty"},
		"unknown reason":           {"invalid_message", "invalid_mesage", 21, `Did you mean "invalid_message"?`},
		"unknown retry":            {`"never"`, `"later"`, 22, "never, after, safe"},
		"unknown error row":        {`violation = "bad"`, `violation = "bed"`, 15, `Did you mean "bad"?`},
		"unknown placeholder":      {"{path}", "{pth}", 11, `Did you mean "path"?`},
		"unknown method":           {`"POST"`, `"SEND"`, 10, "GET, POST"},
		"unknown format":           {`"json"`, `"xml"`, 12, "json, form"},
		"unknown function":         {"endpoint()", "endpont()", 3, "no function named"},
		"wrong arguments":          {`secret("key")`, "secret()", 6, "argument"},
		"unknown variable":         {"to = recipients", "to = recipient", 16, "recipient"},
		"path without a start":     {`"$.key"`, `"key"`, 5, `must begin with "$"`},
		"path with an empty name":  {`"$.kind"`, `"$..kind"`, 13, "empty name"},
		"path with a bad index":    {`"$.kind"`, `"$[x]"`, 13, "a number or"},
		"auth of the wrong shape":  {`auth "body"`, `auth "header"`, 4, `auth "header" with name`},
		"reply without a status":   {"status = 200, body", "body", 16, "status and body"},
		"status out of range":      {"status = 400", "status = 42", 19, "200 to 599"},
		"schema that is missing":   {`"send.json"`, `"nope.json"`, 14, "nope.json cannot be used"},
		"schema that is wrong":     {`"send.json"`, `"broken.json"`, 14, "broken.json cannot be used"},
		"schema from the network":  {`"send.json"`, `"remote.json"`, 14, "outside of the dialect's folder"},
		"schema above the folder":  {`"send.json"`, `"../a/send.json"`, 0, ""},
		"violation that is needed": {"    violation = \"bad\"\n", "", 9, "needs violation"},
		"limit of no field":        {"interactive.body.text", "interactive.bdy.text", 25, `no field "bdy"`},
		"sample that is no number": {"15550100001", "Ann", 39, "only digits"},
		"two dialects":             {small, small + small, 48, "Only one dialect block"},
		"no dialect":               {small, "", 1, "dialect"},
		"not HCL":                  {`dialect "acme" {`, `dialect "acme" {{`, 1, ""},
		"duplicate error":          {`  limit "list"`, "  error \"bad\" {\n    status = 400\n    reason = \"unsupported\"\n    retry = \"never\"\n    source = \"x\"\n  }\n  limit \"list\"", 25, "Names must be different"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Contains(t, small, tt.old)
			d, diags := LoadFS(folder(strings.Replace(small, tt.old, tt.new, 1)), "a/acme.hcl")
			if tt.line == 0 { // a URL cannot lead above its root: the same file is meant
				require.Nil(t, d)
				require.NotEmpty(t, diags)
				return
			}
			require.Nil(t, d)
			require.NotEmpty(t, diags)
			assert.Contains(t, diags[0].Summary+": "+diags[0].Detail, tt.detail)
			require.NotNil(t, diags[0].Subject)
			assert.Equal(t, "a/acme.hcl", diags[0].Subject.Filename)
			assert.Equal(t, tt.line, diags[0].Subject.Start.Line, "%s", diags[0])
		})
	}
}

func TestLoadMissingFile(t *testing.T) {
	t.Parallel()
	_, diags := Load("testdata/nothing.hcl")
	require.True(t, diags.HasErrors())
	assert.Contains(t, diags[0].Detail, "testdata/nothing.hcl")
}

func TestPathFind(t *testing.T) {
	t.Parallel()
	body := map[string]any{"a": []any{map[string]any{"b": "1"}, map[string]any{"b": "2"}, "x"}, "c": nil}
	for path, want := range map[string][]any{
		"$.a[*].b":  {"1", "2"},
		"$.a[1].b":  {"2"},
		"$.a[9].b":  nil,
		"$.a.b":     nil,
		"$.c":       {nil},
		"$.c.d":     nil,
		"$.missing": nil,
		"$[0]":      nil,
		"$":         {body},
	} {
		p, err := ParsePath(path)
		require.NoError(t, err)
		assert.Equal(t, want, p.Find(body), path)
		assert.Equal(t, path, p.String())
	}
	assert.Nil(t, Path{}.Find(body))
}

func FuzzLoad(f *testing.F) {
	f.Add(small)
	f.Add(`dialect "a" { config = null }`)
	f.Fuzz(func(t *testing.T, text string) {
		d, diags := LoadFS(folder(text), "a/acme.hcl")
		if d == nil && !diags.HasErrors() {
			t.Fatal("neither a dialect nor an error")
		}
	})
}
