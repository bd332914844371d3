// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dialect

import (
	"maps"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/internal/hclmeter"
	"github.com/wahost/wahost/sdk/outcome"
)

// more has the blocks that small does not have.
const more = `dialect "more" {
  extends = "meta-cloud"
  version = "2"

  route "send" {
    method       = "POST"
    path         = "/send"
    accept       = "multipart"
    recipient_at = "$.message~json.to"
    type_at      = "$.message~json.type"
    reply        = { status = 200, body = {} }
  }
  error "token" {
    status      = 403
    reason      = "forbidden"
    retry       = "never"
    retry_after = 5
    source      = "docs"
  }
  map "text" {
    paths = { "text.body" = "$.message~json.text" }
    fold  = ["text.body"]
  }
  idempotency {
    supported = true
    header    = "Idempotency-Key"
  }
  webhook {
    method  = "POST"
    secrets = ["access_token"]
    times   = ["unix", "rfc3339"]
    batch   = { entry = events }
    signature "hmac-sha256-hex" {
      key       = secret("app")
      over      = ["timestamp", "body"]
      separator = "."
      headers   = { X-Signature = "t={timestamp},v1={signature}" }
      window    = 300
    }
    challenge {
      query  = { "hub.mode" = "subscribe", "hub.verify_token" = secret("verify"), "hub.challenge" = "" }
      reply  = "hub.challenge"
      token  = "hub.verify_token"
      source = "docs"
    }
    event "in" {
      inbound = "text"
      body    = { id = event.id }
      source  = "docs"
    }
  }
}
`

func loadMore(text string) (*Dialect, string) {
	d, diags := LoadFS(fstest.MapFS{"more.hcl": {Data: []byte(text)}, "loop.hcl": {Data: []byte(`dialect "loop" {
  extends = "loop.hcl"
}`)}}, "more.hcl")
	var all []string
	for _, diag := range diags {
		all = append(all, diag.Error())
	}
	return d, strings.Join(all, "\n")
}

func TestLanguage(t *testing.T) {
	t.Parallel()
	d, problems := loadMore(more)
	require.Empty(t, problems)
	assert.Equal(t, "more", d.Name)
	assert.Equal(t, []string{"meta-cloud"}, d.Extends)
	assert.Equal(t, FormatMultipart, d.Route("send").Accept)
	assert.Equal(t, 403, d.Error("token").Status, "the upper dialect's row wins")
	assert.Equal(t, 5*time.Second, d.Error("token").RetryAfter)
	assert.NotNil(t, d.Error("window"), "the other rows stay")
	assert.Equal(t, "hello_world", d.Samples.Template.Name)
	assert.Equal(t, []string{"text.body"}, d.Map("text").Fold)
	assert.Nil(t, d.Map("image"))
	assert.Equal(t, Idempotency{Supported: true, Header: "Idempotency-Key"}, d.Idempotency)
	w := d.Webhook
	assert.Equal(t, []TimeForm{TimeUnix, TimeRFC3339}, w.Times)
	assert.Equal(t, 300*time.Second, w.Signatures[0].Window)
	assert.True(t, w.Signatures[0].Covers("body"))
	assert.Equal(t, "text", w.Events[0].Inbound)
	assert.Equal(t, "hub.challenge", w.Challenge.Reply)

	body := map[string]any{"message": `{"to":"15550100001","type":"text"}`}
	to, ok := d.Route("send").RecipientAt.Text(body)
	assert.True(t, ok)
	assert.Equal(t, "15550100001", to)
}

// TestLanguageProblems changes one thing and expects an error with its position.
func TestLanguageProblems(t *testing.T) {
	t.Parallel()
	tests := map[string]struct{ old, new, want string }{
		"unknown family":       {`"meta-cloud"`, `"meta-clod"`, `more.hcl:2,13-24: Unknown dialect; There is no family of dialects "meta-clod". Did you mean "meta-cloud"?`},
		"missing base":         {`"meta-cloud"`, `"base.hcl"`, "Cannot read the dialect"},
		"loop":                 {`"meta-cloud"`, `"loop.hcl"`, "Dialects extend each other"},
		"unknown key in a map": {"fold  =", "folds =", `"folds" is not expected here`},
		"map of no field":      {`"text.body" = "$`, `"text.bdy" = "$`, `no field "text.bdy"`},
		"map with too much":    {"~json.text\"", "~json.text[*]\"", "uses 1 positions"},
		"half an idempotency":  {"supported = true", "supported = false", "Incorrect idempotency block"},
		"unknown secret":       {`["access_token"]`, `["acces_token"]`, `Did you mean "access_token"?`},
		"unknown time":         {`"rfc3339"`, `"rfc3393"`, "no form of time"},
		"unknown scheme":       {"hmac-sha256-hex", "hmac-sha257-hex", `Did you mean "hmac-sha256-hex"?`},
		"unknown part":         {`"body"]`, `"bodi"]`, `Did you mean "body"?`},
		"unsigned header":      {"v1={signature}", "v1=x", "One header must contain {signature}"},
		"unknown placeholder":  {"t={timestamp}", "t={time}", "cannot contain {time}"},
		"challenge, no source": {"      token  = \"hub.verify_token\"\n      source = \"docs\"", "      token  = \"hub.verify_token\"", `"source" is required`},
		"unknown event value":  {"event.id", "even.id", "even"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Contains(t, more, test.old)
			d, problems := loadMore(strings.Replace(more, test.old, test.new, 1))
			assert.Nil(t, d)
			assert.Contains(t, problems, test.want)
			assert.Contains(t, problems, ".hcl:", "an error has its place")
		})
	}
}

func TestFamiliesAreValid(t *testing.T) {
	t.Parallel()
	require.NotEmpty(t, Families())
	for _, name := range Families() {
		_, diags := LoadFS(families, "families/"+name+".hcl")
		assert.False(t, diags.HasErrors(), "%s", diags)
	}
}

// TestMetaCloudCodes compares the codes of the family with what the SDK says about them.
func TestMetaCloudCodes(t *testing.T) {
	t.Parallel()
	d, diags := LoadFS(families, "families/meta-cloud.hcl")
	require.False(t, diags.HasErrors(), "%s", diags)
	require.Greater(t, len(d.Errors), 50)
	for _, row := range d.Errors {
		code, err := strconv.Atoi(row.Code)
		require.NoError(t, err, row.Name)
		reason, retry, scope := outcome.MetaReason(code)
		assert.Equal(t, []any{reason, retry, scope}, []any{row.Reason, row.Retry, row.Scope}, row.Name)
	}
}

// vendor has what vendors with several routes need.
const vendor = `dialect "vendor" {
  version   = "1"
  config    = { endpoint = endpoint(), secret = secret("client_secret"), url = "x" }
  arguments = { "provider.url" = "$.notifyUrl" }
  auth "body" {
    at     = "$.client_secret"
    value  = secret("client_secret")
    error  = "denied"
    routes = ["token"]
  }
  auth "header" {
    name  = "Authorization"
    value = "Bearer ${token("access")}"
    error = "denied"
  }
  route "token" {
    method = "POST"
    path   = "/oauth/token"
    accept = "form"
    reply  = { status = 200, body = { access_token = token("access") } }
  }
  route "templates" {
    method       = "POST"
    path         = "/templates"
    accept       = "json"
    kind         = "template"
    recipient_at = "$.messages[*].to"
    reply        = { status = 200, body = { messages = [for i, to in recipients : { to = to, status = try(refusals[i].status, "OK") }] } }
  }
  error "denied" {
    status = 401
    body   = { error = "denied" }
    reason = "unauthenticated"
    retry  = "never"
    source = "docs"
    answer "templates" {
      status = 403
      types  = ["template"]
      body   = "denied"
    }
  }
  error "rejected" {
    status = 200
    kinds  = ["template"]
    item   = { status = "REJECTED" }
    reason = "template_unavailable"
    retry  = "never"
    source = "docs"
  }
  schedule {
    at     = "$.sendAt"
    times  = ["2006-01-02T15:04:05.000-0700"]
    source = "docs"
  }
}
`

func TestVendorLanguage(t *testing.T) {
	t.Parallel()
	d, problems := loadMore(vendor)
	require.Empty(t, problems)
	assert.True(t, d.HasTokens())
	require.Len(t, d.AuthOf("token"), 1)
	assert.Equal(t, "$.client_secret", d.AuthOf("token")[0].Body.String())
	require.Len(t, d.AuthOf("templates"), 1)
	assert.Equal(t, "access", d.AuthOf("templates")[0].Token)
	assert.Equal(t, "template", d.Route("templates").Kind)
	assert.Equal(t, 401, d.Error("denied").For("token", "").Status)
	assert.Equal(t, 401, d.Error("denied").For("templates", "text").Status)
	assert.Equal(t, 403, d.Error("denied").For("templates", "template").Status)
	assert.Equal(t, []string{"template"}, d.Error("rejected").Kinds)
	assert.Equal(t, &Schedule{At: "$.sendAt", Times: []TimeForm{"2006-01-02T15:04:05.000-0700"}, Source: "docs"}, d.Schedule)
	assert.Equal(t, map[string]string{"provider.url": "$.notifyUrl"}, d.Arguments)

	for name, tt := range map[string]struct{ old, new, want string }{
		"token that nobody issues": {`token("access") } }`, `token("acces") } }`, `No route issues the token "access". Did you mean "acces"?`},
		"route of a credential":    {`["token"]`, `["tokens"]`, `There is no route "tokens" in this dialect. Did you mean "token"?`},
		"route of an answer":       {`answer "templates"`, `answer "template"`, `There is no route "template" in this dialect. Did you mean "templates"?`},
		"empty answer":             {"      status = 403\n      types  = [\"template\"]\n      body   = \"denied\"\n", "", "An answer needs a status, a body or headers."},
		"status of an answer":      {"status = 403", "status = 700", "The status must be from 200 to 599."},
		"kind of a row":            {`kinds  = ["template"]`, `kinds  = ["templates"]`, `There is no kind of message "templates". Did you mean "template"?`},
		"item without a route":     {`refusals[i].status`, `recipients[i].status`, "its reply needs the variable refusals"},
		"two kinds":                {`kind         = "template"`, "kind = \"template\"\n type_at = \"$.type\"", "Two kinds"},
		"argument of no block":     {`"provider.url"`, `"url"`, `write "provider." or "channel." and its name`},
		"form of a schedule":       {`"2006-01-02T15:04:05.000-0700"`, `"YYYY-MM-DD"`, `There is no form of time "YYYY-MM-DD".`},
		"schedule of no form":      {`["2006-01-02T15:04:05.000-0700"]`, `[]`, "times must have at least one form"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Contains(t, vendor, tt.old)
			d, problems := loadMore(strings.Replace(vendor, tt.old, tt.new, 1))
			assert.Nil(t, d)
			assert.Contains(t, problems, tt.want)
			assert.Contains(t, problems, "more.hcl:", "an error has its place")
		})
	}
}

// forms has webhooks that are forms, a variable in a part of a path, and a field that the vendor needs.
const forms = `dialect "forms" {
  version = "1"
  config  = { endpoint = endpoint(), key = secret("key") }
  route "status" {
    method = "GET"
    path   = "/messages/m-{*id}.json"
    accept = "query"
    reply  = { status = 200, body = {} }
  }
  map "location" {
    paths    = { "location.name" = "$.Body", "location.latitude" = "$.Geo" }
    fold     = ["location.latitude"]
    required = ["location.name"]
  }
  map "text" {
    paths    = { "text.body" = "$.Body", "text.preview_url" = "$.Preview" }
    required = ["text.body"]
  }
  webhook {
    method  = "POST"
    format  = "form"
    secrets = ["key"]
    signature "hmac-sha1-base64" {
      key     = secret("key")
      over    = ["url", "form"]
      headers = { X-Signature = "{signature}" }
    }
    event "sent" {
      status = "sent"
      body   = { Id = event.message_id }
      source = "docs"
    }
  }
}
`

func TestFormLanguage(t *testing.T) {
	t.Parallel()
	d, problems := loadMore(forms)
	require.Empty(t, problems)
	assert.True(t, d.Webhook.Form)
	s := d.Webhook.Signatures[0]
	assert.True(t, s.CoversContent())
	assert.Equal(t, HMACSHA1Base64, s.Scheme)
	assert.Equal(t, []string{"location.name"}, d.Map("location").Required)
	assert.NotContains(t, d.Lacks(), "signed webhooks")

	for name, tt := range map[string]struct{ old, new, want string }{
		"format":                   {`"form"`, `"forms"`, `must be one of: json, form. Did you mean "form"?`},
		"form of a JSON call":      {`    format  = "form"` + "\n", "", `A call has the part "form" if its format is form.`},
		"batch of forms":           {`    method  = "POST"`, "    method = \"POST\"\n    batch = events", "A form reports one event."},
		"form in a header":         {`"{signature}"`, `"{signature} {form}"`, "cannot contain {form}"},
		"two variables in a part":  {`m-{*id}.json`, `m-{*id}-{*n}`, "The part m-{*id}-{*n} of the path has two variables."},
		"required, not in a path":  {`["location.name"]`, `["location.nam"]`, `Did you mean "location.name"?`},
		"required is not a list":   {`["location.name"]`, `"location.name"`, "required must be a list of strings"},
		"required is not a text":   {`["text.body"]`, `["text.preview_url"]`, `The field "text.preview_url" is not a text.`},
		"scheme of another vendor": {"hmac-sha1-base64", "hmac-sha2-base64", "There is no signature scheme"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Contains(t, forms, tt.old)
			d, problems := loadMore(strings.Replace(forms, tt.old, tt.new, 1))
			assert.Nil(t, d)
			assert.Contains(t, problems, tt.want)
			assert.Contains(t, problems, "more.hcl:", "an error has its place")
		})
	}
}

// TestSchemes signs with each scheme. The texts are those of openssl.
func TestSchemes(t *testing.T) {
	t.Parallel()
	for scheme, want := range map[Scheme]string{
		HMACHex:        "5031fe3d989c6d1537a013fa6e739da23463fdaec3b70137d828e36ace221bd0",
		HMACBase64:     "UDH+PZicbRU3oBP6bnOdojRj/a7DtwE32Cjjas4iG9A=",
		HMACSHA1Hex:    "104152c5bfdca07bc633eebd46199f0255c9f49d",
		HMACSHA1Base64: "EEFSxb/coHvGM+69RhmfAlXJ9J0=",
	} {
		assert.Equal(t, want, scheme.Sign([]byte("key"), []byte("data")), scheme)
	}
}

// TestExtendsAnotherFolder loads dialects of two folders that share a third one. Each file names the schemas of its own folder.
func TestExtendsAnotherFolder(t *testing.T) {
	t.Parallel()
	const shared = `dialect "shared" {
  version = "1"
  config  = { endpoint = endpoint() }
  error "bad" {
    status = 400
    reason = "invalid_message"
    retry  = "never"
    source = "docs"
  }
  route "status" {
    method    = "POST"
    path      = "/status"
    accept    = "json"
    schema    = "any.json"
    violation = "bad"
    reply     = { status = 200, body = {} }
  }
}`
	const one = `dialect "one" {
  extends = "../internal/api/common.hcl"
  route "send" {
    method    = "POST"
    path      = "/send"
    accept    = "json"
    schema    = "any.json"
    violation = "bad"
    reply     = { status = 200, body = {} }
  }
}`
	files := fstest.MapFS{
		"internal/api/common.hcl": {Data: []byte(shared)}, "internal/api/any.json": {Data: []byte(`{"type":"object"}`)},
		"one/dialect.hcl": {Data: []byte(one)}, "one/any.json": {Data: []byte(`{"type":"array"}`)},
	}
	d, diags := LoadFS(files, "one/dialect.hcl")
	require.False(t, diags.HasErrors(), "%s", diags)
	assert.Equal(t, []string{"internal/api/common.hcl"}, d.Extends)
	assert.NoError(t, d.Route("status").Schema.Validate(map[string]any{}))
	assert.NoError(t, d.Route("send").Schema.Validate([]any{}))
	assert.Error(t, d.Route("send").Schema.Validate(map[string]any{}))

	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, files))
	onDisk, diags := Load(filepath.Join(dir, "one", "dialect.hcl"))
	require.False(t, diags.HasErrors(), "%s", diags)
	assert.Equal(t, d.Digest, onDisk.Digest, "the digest does not depend on the place")

	for name, tt := range map[string]struct{ old, new, want string }{
		"absolute":       {"../internal/api/common.hcl", "/etc/common.hcl", `must be written from the folder of this one`},
		"of Windows":     {"../internal/api/common.hcl", `..\\common.hcl`, `must be written from the folder of this one`},
		"missing":        {"common.hcl", "commons.hcl", "internal/api/commons.hcl cannot be read"},
		"outside of all": {"../internal/api/common.hcl", "../../common.hcl", "../common.hcl cannot be read"},
		"itself":         {"../internal/api/common.hcl", "../one/dialect.hcl", "circular or too long: one/dialect.hcl, one/dialect.hcl"},
		"schema above":   {`"any.json"`, `"../internal/api/any.json"`, "any.json"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			changed := maps.Clone(files)
			changed["one/dialect.hcl"] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(one, tt.old, tt.new))}
			d, diags := LoadFS(changed, "one/dialect.hcl")
			require.Nil(t, d)
			require.ErrorContains(t, diags, tt.want)
			require.ErrorContains(t, diags, "one/dialect.hcl:")
		})
	}
}

// TestFunctions evaluates the functions that configurations have too, and those of dialects.
func TestFunctions(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`join(",", flatten([["a"], ["b", ["c"]]]))`:                                  "a,b,c",
		`merge({ a = "1" }, { b = "2" }).b`:                                          "2",
		`replace("+1 555", " ", "")`:                                                 "+1555",
		`regex("[0-9]+", "order 42")`:                                                "42",
		`format("%s-%03d", upper("otp"), 7)`:                                         "OTP-007",
		`formatdate("DD.MM.YYYY hh:mm", "2026-03-04T05:06:07Z")`:                     "04.03.2026 05:06",
		`formattime("2006-01-02T15:04:05.000-0700", "2026-03-04T05:06:07.25Z")`:      "2026-03-04T05:06:07.250+0000",
		`formattime("milliseconds_text", "2026-03-04T05:06:07.25Z")`:                 "1772600767250",
		`formattime("unix", "soon")`:                                                 "soon",
		`timeadd("2026-03-04T05:06:07Z", "90s")`:                                     "2026-03-04T05:07:37Z",
		`jsonencode({ a = [1, true] })`:                                              `{"a":[1,true]}`,
		`lower("ABC")`:                                                               "abc",
		`join(",", [for i in range(3) : tostring(i)])`:                               "0,1,2",
		`join(",", [for i, to in ["x", "y"] : "${i}${to}" if to != "x"])`:            "1y",
		`try({ a = "x" }.b, "none")`:                                                 "none",
		`digits("+1 (555) 01")`:                                                      "155501",
		`"${endpoint()}/${secret("s")}/${number("n")}/${new_id("i")}/${token("t")}"`: "http://e/s/n/i/t",
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			v, err := evaluate(t, text)
			require.NoError(t, err)
			assert.Equal(t, want, v.AsString())
		})
	}
}

// TestEvaluationsAreBounded evaluates expressions that would take minutes.
func TestEvaluationsAreBounded(t *testing.T) {
	t.Parallel()
	loops := strings.Repeat(`length(flatten([for i in range(1000) : `, 6) + "1" + strings.Repeat(`]))`, 6)
	for name, tt := range map[string]struct{ text, want string }{
		"loops in loops": {loops, "more than 8 MiB together"},
		"a wide format":  {`format("%999999999d", 1)`, "at most 4 MiB"},
		"a large number": {`tonumber("1e999999999")`, "infinite"},
		"a growing text": {`replace(replace(replace(jsonencode(range(1000)), "1", jsonencode(range(1000))), "2", jsonencode(range(1000))), "3", jsonencode(range(1000)))`, "4 MiB"},
		"not a form":     {`formattime("soon", "2026-03-04T05:06:07Z")`, "there is no form of time"},
		"caught":         {`try(` + loops + `, 1)`, "more than 8 MiB together"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := evaluate(t, tt.text)
			require.ErrorContains(t, err, tt.want)
		})
	}
}

func evaluate(t *testing.T, text string) (cty.Value, error) {
	t.Helper()
	expr, diags := hclsyntax.ParseExpression([]byte(text), "x.hcl", hcl.InitialPos)
	require.False(t, diags.HasErrors(), "%s", diags)
	wrapped := &hclsyntax.ParenthesesExpr{Expression: expr, SrcRange: expr.Range()}
	hclmeter.Limit(wrapped)
	same := func(name string) string { return name }
	return NewEnv(Functions{Endpoint: "http://e", Secret: same, Number: same, NewID: same, Token: same}).Value(Expr{expr: wrapped}, nil)
}
