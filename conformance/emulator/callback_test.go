// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/sdk/outcome"
)

const calling = `dialect "calling" {
  version      = "1"
  config       = { endpoint = endpoint(), token = secret("token") }
  callback_url = "$.callback"
  route "send" {
    method       = "POST"
    path         = "/send"
    accept       = "json"
    recipient_at = "$.to[*]"
    reply        = { status = 200, body = { ids = [for r in recipients : new_id("m-9999")] } }
  }
  route "status" {
    method = "GET"
    path   = "/messages/{*id}"
    accept = "query"
    reply  = { status = 200, body = { status = message.status } }
  }
  lookup {
    route   = "status"
    keys_at = ["$.id"]
    id_at   = "$.ids[*]"
    missing = { status = 404, body = null }
    source  = "test"
  }
  webhook {
    method  = "POST"
    secrets = ["token"]

    signature "hmac-sha256-hex" {
      key     = secret("token")
      over    = ["url", "body"]
      headers = { X-Signature = "{signature}" }
    }
    event "sent" {
      status = "sent"
      source = "test"
      body   = { id = event.message_id, to = event.recipient, status = "sent", at = event.time }
    }
  }
}`

// A vendor tells the statuses of messages at the URL that their request names, signed for it.
func TestCallbacks(t *testing.T) {
	t.Parallel()
	d, diags := dialect.LoadFS(fstest.MapFS{"calling.hcl": {Data: []byte(calling)}}, "calling.hcl")
	require.False(t, diags.HasErrors(), "%v", diags.Errs())
	server, err := emulator.Start(t.Context(), d, emulator.Options{Secrets: map[string]string{"token": "t"}})
	require.NoError(t, err)
	t.Cleanup(func() { _ = server.Close() })
	for _, body := range []string{`{"to":["15550100001","15550100002"],"callback":"https://host.example/hook?a=1"}`, `{"to":["15550100003"]}`} {
		answer, err := http.Post(server.URL()+"/send", "application/json", strings.NewReader(body))
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
	}
	sent := server.Exchanges()
	require.Len(t, sent, 2)
	calls, err := server.Callbacks(sent[0], outcome.StatusSent)
	require.NoError(t, err)
	require.Len(t, calls, 2)
	for i, w := range calls {
		require.Equal(t, []string{http.MethodPost, "https://host.example/hook?a=1"}, []string{w.Method, w.URL()})
		require.NotEmpty(t, w.Header.Get("X-Signature"))
		id, ok := d.Lookup.IDAt.Find(emulator.DecodeAnswer(sent[0]))[i].(string)
		require.True(t, ok)
		require.Contains(t, string(w.Body), id)
		require.Contains(t, string(w.Body), sent[0].Recipients[i])
	}
	require.NotEqual(t, calls[0].Header, calls[1].Header)
	for name, test := range map[string]struct {
		of     emulator.Exchange
		status outcome.Status
	}{
		"no URL": {sent[1], outcome.StatusSent}, "no such event": {sent[0], outcome.StatusRead}, "not accepted": {emulator.Exchange{}, outcome.StatusSent},
	} {
		calls, err := server.Callbacks(test.of, test.status)
		require.NoError(t, err, name)
		require.Empty(t, calls, name)
	}
}
