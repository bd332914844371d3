// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/emulator"
)

// oauth is a vendor with tokens, an address for each kind, and answers for each recipient.
const oauth = `dialect "oauth" {
  version = "1"
  config  = { endpoint = endpoint(), client_secret = secret("client_secret") }
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
    reply  = { status = 200, body = { access_token = token("access"), expires_in = 3600 } }
  }
  route "text" {
    method       = "POST"
    path         = "/text"
    accept       = "json"
    kind         = "text"
    recipient_at = "$.to"
    reply        = { status = 200, body = { id = new_id("m-9999") } }
  }
  route "templates" {
    method       = "POST"
    path         = "/templates"
    accept       = "json"
    kind         = "template"
    recipient_at = "$.messages[*].to"
    reply = {
      status = 200
      body   = { messages = [for i, to in recipients : { to = to, status = try(refusals[i].status, "PENDING") }] }
    }
  }
  error "denied" {
    status = 401
    body   = { error = "denied" }
    reason = "unauthenticated"
    retry  = "never"
    source = "docs"
    answer "templates" {
      status = 403
      body   = { requestError = "denied" }
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
  error "opted_out" {
    status = 400
    body   = { error = "opted_out" }
    item   = { status = "OPTED_OUT" }
    reason = "opted_out"
    retry  = "never"
    source = "docs"
  }
}
`

func TestTokensAndMixedAnswers(t *testing.T) {
	t.Parallel()
	d, diags := dialect.LoadFS(fstest.MapFS{"oauth.hcl": {Data: []byte(oauth)}}, "oauth.hcl")
	require.False(t, diags.HasErrors(), "%s", diags)
	tokens := make(chan string, 10)
	s, err := emulator.Start(t.Context(), d, emulator.Options{OnToken: func(token string) { tokens <- token }})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, s.Close()) })
	post := func(path, kind, token, body string) (int, string) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL()+path, strings.NewReader(body))
		require.NoError(t, err)
		req.Header.Set("Content-Type", kind)
		if token != "" {
			req.Header.Set("Authorization", "Bearer "+token)
		}
		response, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		data, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		return response.StatusCode, string(data)
	}
	const form, asJSON = "application/x-www-form-urlencoded", "application/json"
	status, _ := post("/oauth/token", form, "", "client_secret=wrong")
	assert.Equal(t, 401, status)
	issue := func() string {
		t.Helper()
		status, body := post("/oauth/token", form, "", url.Values{"client_secret": {s.ProviderConfig()["client_secret"].AsString()}}.Encode())
		require.Equal(t, 200, status)
		var answer struct {
			Token string `json:"access_token"`
		}
		require.NoError(t, json.Unmarshal([]byte(body), &answer))
		assert.Equal(t, answer.Token, <-tokens, "a new token is told")
		return answer.Token
	}
	first, second := issue(), issue()
	assert.NotEqual(t, first, second)

	status, body := post("/text", asJSON, "guessed", `{"to":"15550100001"}`)
	assert.Equal(t, 401, status)
	assert.JSONEq(t, `{"error":"denied"}`, body)
	status, body = post("/templates", asJSON, "", `{"messages":[{"to":"15550100001"}]}`)
	assert.Equal(t, 403, status, "the route has an answer of its own")
	assert.JSONEq(t, `{"requestError":"denied"}`, body)
	for _, token := range []string{first, second} {
		status, _ = post("/text", asJSON, token, `{"to":"15550100001"}`)
		assert.Equal(t, 200, status)
	}

	require.NoError(t, s.ScriptFor("+15550100002", emulator.MustFault("error(rejected)")))
	require.NoError(t, s.ScriptFor("+15550100004", emulator.MustFault("error(opted_out)")))
	group := `{"messages":[{"to":"15550100001"},{"to":"15550100002"},{"to":"15550100003"},{"to":"15550100004"}]}`
	status, body = post("/templates", asJSON, first, group)
	assert.Equal(t, 200, status)
	assert.JSONEq(t, `{"messages":[{"to":"+15550100001","status":"PENDING"},{"to":"+15550100002","status":"REJECTED"},
		{"to":"+15550100003","status":"PENDING"},{"to":"+15550100004","status":"OPTED_OUT"}]}`, body)
	all := s.Exchanges()
	x := all[len(all)-1]
	assert.Equal(t, []string{"+15550100002", "+15550100004"}, x.Refused)
	assert.True(t, x.DeliveredTo("+15550100001"))
	assert.False(t, x.DeliveredTo("+15550100002"))
	assert.Equal(t, 0, s.Deliveries("+15550100002"))
	assert.Equal(t, "template", x.Type)

	require.NoError(t, s.ScriptFor("+15550100002", emulator.MustFault("error(rejected)")))
	status, body = post("/templates", asJSON, first, `{"messages":[{"to":"15550100002"}]}`)
	assert.Equal(t, 200, status)
	assert.JSONEq(t, `{"messages":[{"to":"+15550100002","status":"REJECTED"}]}`, body)
	all = s.Exchanges()
	assert.False(t, all[len(all)-1].Delivered, "nobody got it")

	require.NoError(t, s.ScriptFor("+15550100004", emulator.MustFault("error(opted_out)")))
	status, body = post("/templates", asJSON, first, `{"messages":[{"to":"15550100004"}]}`)
	assert.Equal(t, 400, status, "one recipient is answered with the body of the row")
	assert.JSONEq(t, `{"error":"opted_out"}`, body)
}
