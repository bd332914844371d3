// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/emulator"
)

// hooks is a vendor with two signatures, a challenge, batches, keys of idempotency and multipart requests.
const hooks = `
dialect "hooks" {
  version = "1"
  config  = { base = endpoint(), key = secret("key") }
  auth "query" {
    name  = "token"
    value = secret("key")
    error = "denied"
  }
  route "send" {
    method       = "POST"
    path         = "/send"
    accept       = "multipart"
    recipient_at = "$.message~json.to"
    type_at      = "$.message~json.type"
    reply        = { status = 200, body = { id = new_id("999999") } }
  }
  error "denied" {
    status = 401
    reason = "unauthenticated"
    retry  = "never"
    source = "test"
  }
  idempotency {
    supported = true
    header    = "Idempotency-Key"
  }
  webhook {
    method = "POST"
    batch  = { entry = [for e in events : e.id] }
    signature "hmac-sha256-hex" {
      key     = secret("app")
      over    = ["body"]
      headers = { X-Hub-Signature-256 = "sha256={signature}" }
    }
    signature "hmac-sha256-base64" {
      key       = secret("app")
      over      = ["timestamp", "name", "url"]
      separator = "."
      fields    = { name = "n" }
      headers   = { X-Signed = "{timestamp} {signature}" }
    }
    challenge {
      query  = { "hub.verify_token" = secret("verify"), "hub.challenge" = "" }
      reply  = "hub.challenge"
      token  = "hub.verify_token"
      source = "test"
    }
    event "in" {
      body   = { id = event.id }
      source = "test"
    }
  }
}
`

func startHooks(t *testing.T) *client {
	t.Helper()
	d, diags := dialect.LoadFS(fstest.MapFS{"hooks.hcl": {Data: []byte(hooks)}}, "hooks.hcl")
	require.False(t, diags.HasErrors(), "%s", diags)
	return start(t, d, emulator.Options{Secrets: map[string]string{"app": "app-secret", "verify": "verify-secret", "key": "k"}})
}

func sum(data string) []byte {
	mac := hmac.New(sha256.New, []byte("app-secret"))
	mac.Write([]byte(data))
	return mac.Sum(nil)
}

func TestSignatures(t *testing.T) {
	t.Parallel()
	s := startHooks(t).server
	w, err := s.Webhook("in", map[string]cty.Value{"id": cty.StringVal("1")})
	require.NoError(t, err)
	assert.Equal(t, "sha256="+hex.EncodeToString(sum(string(w.Body))), w.Header.Get("X-Hub-Signature-256"))

	at := time.Unix(1_700_000_000, 0)
	w.Body = append(w.Body, '\n')
	w, err = s.Sign(w, emulator.SignOptions{Time: at})
	require.NoError(t, err)
	assert.Equal(t, "sha256="+hex.EncodeToString(sum(string(w.Body))), w.Header.Get("X-Hub-Signature-256"), "over the bytes as they are")
	want := base64.StdEncoding.EncodeToString(sum("1700000000.n." + w.URL()))
	assert.Equal(t, "1700000000 "+want, w.Header.Get("X-Signed"))

	wrong, err := s.Sign(w, emulator.SignOptions{Key: "other", Time: at})
	require.NoError(t, err)
	assert.NotEqual(t, w.Header, wrong.Header)
	short, err := s.Sign(w, emulator.SignOptions{Change: func(s string) string { return s[:4] }})
	require.NoError(t, err)
	assert.Len(t, short.Header.Get("X-Hub-Signature-256"), len("sha256=")+4)
}

// formHooks is a vendor whose webhooks are forms, and whose path has a variable with text around it.
const formHooks = `
dialect "forms" {
  version = "1"
  config  = { base = endpoint() }
  route "status" {
    method = "GET"
    path   = "/messages/m-{*id}.json"
    accept = "query"
    reply  = { status = 200, body = { id = request.body.id } }
  }
  webhook {
    method = "POST"
    format = "form"
    signature "hmac-sha1-base64" {
      key     = secret("app")
      over    = ["url", "form"]
      headers = { X-Signature = "{signature}" }
    }
    event "in" {
      body   = { Zone = "b c&d", Id = event.id, Count = 2, Voice = true, More = ["x"], None = null }
      source = "test"
    }
  }
}
`

func TestForms(t *testing.T) {
	t.Parallel()
	d, diags := dialect.LoadFS(fstest.MapFS{"forms.hcl": {Data: []byte(formHooks)}}, "forms.hcl")
	require.False(t, diags.HasErrors(), "%s", diags)
	c := start(t, d, emulator.Options{Secrets: map[string]string{"app": "app-secret"}})
	values := map[string]cty.Value{"id": cty.StringVal("é\"1")}
	signature := func(signed string) string { return dialect.HMACSHA1Base64.Sign([]byte("app-secret"), []byte(signed)) }

	unsigned, err := c.server.Unsigned("in", values)
	require.NoError(t, err)
	assert.JSONEq(t, `{"Zone":"b c&d","Id":"é\"1","Count":2,"Voice":true,"More":["x"],"None":null}`, string(unsigned.Body))
	w, err := c.server.Webhook("in", values)
	require.NoError(t, err)
	assert.Equal(t, "application/x-www-form-urlencoded; charset=UTF-8", w.Header.Get("Content-Type"))
	assert.Equal(t, "Count=2&Id=%C3%A9%221&More=%5B%22x%22%5D&Voice=true&Zone=b+c%26d", string(w.Body))
	assert.Equal(t, signature(w.URL()+`Count2Idé"1More["x"]VoicetrueZoneb c&d`), w.Header.Get("X-Signature"))

	again, err := c.server.Sign(w, emulator.SignOptions{})
	require.NoError(t, err)
	assert.Equal(t, w, again, "a form stays as it is")
	w.Body = []byte("b=2&a=1&b=1&%zz=3")
	w, err = c.server.Sign(w, emulator.SignOptions{})
	require.NoError(t, err)
	assert.Equal(t, signature(w.URL()+"a1b2b1"), w.Header.Get("X-Signature"))

	for path, want := range map[string]string{
		"/messages/m-1.json": `{"id":"1"}`, "/messages/m-.json": "", "/messages/n-1.json": "", "/messages/m-1.xml": "", "/messages/m-1.json/x": "",
	} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.server.URL()+path, http.NoBody)
		require.NoError(t, err)
		res, err := c.http.Do(req)
		require.NoError(t, err)
		body, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		require.NoError(t, res.Body.Close())
		if want == "" {
			assert.Equal(t, http.StatusNotFound, res.StatusCode, path)
			continue
		}
		assert.JSONEq(t, want, string(body), path)
	}
}

func TestBatchAndChallenge(t *testing.T) {
	t.Parallel()
	s := startHooks(t).server
	var calls []emulator.Webhook
	for _, id := range []string{"1", "2"} {
		w, err := s.Webhook("in", map[string]cty.Value{"id": cty.StringVal(id)})
		require.NoError(t, err)
		calls = append(calls, w)
	}
	w, err := s.Batch(calls...)
	require.NoError(t, err)
	assert.JSONEq(t, `{"entry":["1","2"]}`, string(w.Body))

	call, want, err := s.Challenge(false)
	require.NoError(t, err)
	u, err := url.Parse(call.URL())
	require.NoError(t, err)
	assert.Equal(t, "verify-secret", u.Query().Get("hub.verify_token"))
	assert.Equal(t, want, u.Query().Get("hub.challenge"))
	call, _, err = s.Challenge(true)
	require.NoError(t, err)
	assert.NotContains(t, call.Query, "hub.verify_token=verify-secret")
}

// TestMultipartAndIdempotency sends the same key twice: the vendor delivers once and answers the same.
func TestMultipartAndIdempotency(t *testing.T) {
	t.Parallel()
	c := startHooks(t)
	send := func(key, token string) (int, string) {
		var b bytes.Buffer
		w := multipart.NewWriter(&b)
		require.NoError(t, w.WriteField("message", `{"to":"15550100001","type":"text"}`))
		require.NoError(t, w.Close())
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.server.URL()+"/send?token="+token, &b)
		require.NoError(t, err)
		req.Header.Set("Content-Type", w.FormDataContentType())
		req.Header.Set("Idempotency-Key", key)
		res, err := c.http.Do(req)
		require.NoError(t, err)
		defer func() { _ = res.Body.Close() }()
		body, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		return res.StatusCode, string(body)
	}
	_, first := send("a", "k")
	_, again := send("a", "k")
	_, other := send("b", "k")
	status, _ := send("c", "wrong")
	assert.Equal(t, first, again)
	assert.NotEqual(t, first, other)
	assert.Equal(t, http.StatusUnauthorized, status)
	assert.Equal(t, 2, c.server.Deliveries("+15550100001"))
	assert.Equal(t, "text", c.server.Exchanges()[0].Type)
}
