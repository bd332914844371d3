// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dialect

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
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
