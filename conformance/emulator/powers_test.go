// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/sdk/outcome"
)

const able = `dialect "able" {
  version = "1"
  config  = { endpoint = endpoint() }
  route "send" {
    method       = "POST"
    path         = "/send"
    accept       = "json"
    recipient_at = "$.to"
    reply        = { status = 200, body = { id = new_id("m-9999") } }
  }
  route "status" {
    method = "GET"
    path   = "/messages/{*id}"
    accept = "query"
    reply  = { status = 200, body = { to = message.recipient, status = message.status } }
  }
  route "file" {
    method = "GET"
    path   = "/files/{*id}/content"
    accept = "query"
    reply  = { status = 200, body = "" }
  }
  route "templates" {
    method = "GET"
    path   = "/templates"
    accept = "query"
    reply  = { status = 200, body = { names = [for t in templates : t.name], next = next } }
  }
  signal {
    route      = "send"
    message_at = "$.message_id"
    reply      = { status = 200, body = { read = request.body.message_id } }
    source     = "test"
  }
  lookup {
    route        = "status"
    keys_at      = ["$.id"]
    id_at        = "$.id"
    reference_at = "$.ref"
    statuses     = { read = "seen" }
    missing      = { status = 404, body = { missing = true } }
    source       = "test"
  }
  media_fetch {
    route   = "file"
    id_at   = "$.id"
    expired = { status = 410, body = null }
    source  = "test"
  }
  template_list {
    route   = "templates"
    page_at = "$.page"
    source  = "test"
  }
}
`

func TestPowers(t *testing.T) {
	t.Parallel()
	d, diags := dialect.LoadFS(fstest.MapFS{"able.hcl": {Data: []byte(able)}}, "able.hcl")
	require.False(t, diags.HasErrors(), "%s", diags)
	s, err := emulator.Start(t.Context(), d, emulator.Options{Seed: 1})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	ask := func(method, path, body string) (int, string) {
		r, err := http.NewRequestWithContext(t.Context(), method, s.URL()+path, strings.NewReader(body))
		require.NoError(t, err)
		if body != "" {
			r.Header.Set("Content-Type", "application/json")
		}
		response, err := transport.RoundTrip(r)
		require.NoError(t, err)
		defer func() { _ = response.Body.Close() }()
		text, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		return response.StatusCode, string(text)
	}
	expect := func(method, path, body string, status int, want string) {
		t.Helper()
		gotStatus, got := ask(method, path, body)
		assert.Equal(t, status, gotStatus, path)
		assert.Equal(t, want, got, path)
	}

	_, answer := ask("POST", "/send", `{"to":"15550100001","ref":"r-1"}`)
	id := strings.TrimSuffix(strings.TrimPrefix(answer, `{"id":"`), `"}`)
	expect("GET", "/messages/"+id, "", 200, `{"status":"accepted","to":"+15550100001"}`)
	s.SetStatus("+15550100001", outcome.StatusRead)
	expect("GET", "/messages/r-1", "", 200, `{"status":"seen","to":"+15550100001"}`)
	expect("GET", "/messages/other", "", 404, `{"missing":true}`)
	expect("POST", "/send", `{"message_id":"wamid.A"}`, 200, `{"read":"wamid.A"}`)
	seen := s.Exchanges()
	assert.Equal(t, []bool{false, true}, []bool{seen[0].Signal, seen[len(seen)-1].Signal})

	s.PutMedia("f1", emulator.Media{MIMEType: "image/png", Content: []byte("\x00\xff")})
	expect("GET", "/files/f1/content", "", 200, "\x00\xff")
	expect("GET", "/files/f2/content", "", 410, "")
	status, _ := ask("GET", "/files//content", "")
	assert.Equal(t, 404, status, "a variable is not empty")

	expect("GET", "/templates", "", 200, `{"names":[],"next":""}`)
	s.PutTemplates([]emulator.Template{{Name: "a"}, {Name: "b"}}, []emulator.Template{{Name: "c"}})
	expect("GET", "/templates", "", 200, `{"names":["a","b"],"next":"page-1"}`)
	expect("GET", "/templates?page=page-1", "", 200, `{"names":["c"],"next":""}`)
	expect("GET", "/templates?page=page-9", "", 200, `{"names":[],"next":""}`)

	x := s.Exchanges()[0]
	ref, err := dialect.ParsePath("$.ref")
	require.NoError(t, err)
	assert.Equal(t, []string{"r-1"}, s.Texts(x, ref))
	require.NoError(t, s.Reset())
	expect("GET", "/messages/r-1", "", 404, `{"missing":true}`)
	expect("GET", "/files/f1/content", "", 410, "")
}
