// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/zclconf/go-cty/cty"
	"go.uber.org/goleak"

	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/emulator"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// acme is a small vendor with a form route, headers in answers, and a placeholder in a path.
const acme = `
dialect "acme" {
  version = "1"
  config = {
    base   = endpoint()
    key    = secret("key")
    sender = number("sender")
  }
  auth "header" {
    name  = "Authorization"
    value = "Bearer ${secret("key")}"
    error = "denied"
  }
  route "send" {
    method         = "POST"
    path           = "/v1/{sender}/messages"
    accept         = "form"
    recipient_at   = "$.to"
    max_recipients = 2
    recipient_separator = ","
    type_at        = "$.type"
    schema         = "send.json"
    violation      = "bad"
    reply = {
      status  = 202
      headers = { Vendor-Id = "v-${request.body.to}" }
      body    = { id = new_id("m-9999"), to = recipients }
    }
  }
  error "denied" {
    status = 401
    body   = "denied\n"
    reason = "unauthenticated"
    retry  = "never"
    source = "test"
  }
  error "bad" {
    status = 422
    body   = { problem = violation }
    reason = "invalid_message"
    retry  = "never"
    source = "test"
  }
  error "rate" {
    status  = 429
    headers = { Retry-After = "7" }
    reason  = "rate_limited"
    retry   = "after"
    source  = "test"
  }
}
`

const acmeSchema = `{"type":"object","additionalProperties":false,"required":["to","text"],
"properties":{"to":{"type":"string"},"text":{"type":"string"},"type":{"type":"string"}}}`

func acmeDialect(t *testing.T) *dialect.Dialect {
	t.Helper()
	d, diags := dialect.LoadFS(fstest.MapFS{
		"acme.hcl": {Data: []byte(acme)}, "send.json": {Data: []byte(acmeSchema)},
	}, "acme.hcl")
	require.False(t, diags.HasErrors(), "%s", diags)
	return d
}

func startAcme(t *testing.T, o emulator.Options) *client {
	t.Helper()
	c := start(t, acmeDialect(t), o)
	c.path = "/v1/" + c.server.ProviderConfig()["sender"].AsString() + "/messages"
	c.header = http.Header{
		"Authorization": {"Bearer " + c.server.ProviderConfig()["key"].AsString()},
		"Content-Type":  {"application/x-www-form-urlencoded"},
	}
	return c
}

func start(t *testing.T, d *dialect.Dialect, o emulator.Options) *client {
	t.Helper()
	s, err := emulator.Start(t.Context(), d, o)
	require.NoError(t, err)
	transport := &http.Transport{}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		require.NoError(t, s.Close())
	})
	return &client{t: t, server: s, http: &http.Client{Transport: transport}}
}

type client struct {
	t      *testing.T
	server *emulator.Server
	http   *http.Client
	path   string
	header http.Header
}

func (c *client) post(ctx context.Context, body string) (*http.Response, string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.server.URL()+c.path, strings.NewReader(body))
	require.NoError(c.t, err)
	req.Header = c.header.Clone()
	res, err := c.http.Do(req)
	if err != nil {
		return nil, "", err
	}
	defer func() { _ = res.Body.Close() }()
	data, err := io.ReadAll(res.Body)
	return res, string(data), err
}

const good = "to=15550100001&text=hi&type=text"

func TestGoodRequest(t *testing.T) {
	t.Parallel()
	c := startAcme(t, emulator.Options{})
	res, body, err := c.post(t.Context(), good)
	require.NoError(t, err)
	assert.Equal(t, 202, res.StatusCode)
	assert.Equal(t, "v-15550100001", res.Header.Get("Vendor-Id"))
	assert.Regexp(t, `^\{"id":"m-[0-9]{4}","to":\["\+15550100001"\]\}$`, body)

	_, second, err := c.post(t.Context(), good)
	require.NoError(t, err)
	assert.NotEqual(t, body, second, "ids are unique")

	xs := c.server.Exchanges()
	require.Len(t, xs, 2)
	x := xs[0]
	assert.Equal(t, 1, x.Seq)
	assert.Equal(t, "send", x.Route)
	assert.Equal(t, c.path, x.Path)
	assert.Equal(t, good, string(x.Body))
	assert.Equal(t, []string{"+15550100001"}, x.Recipients)
	assert.Equal(t, "text", x.Type)
	assert.Empty(t, x.Violations)
	assert.True(t, x.Delivered)
	assert.Equal(t, 202, x.Status)
	assert.Equal(t, body, string(x.ResponseBody))
	assert.Empty(t, x.Fault)
	assert.Equal(t, 2, c.server.Deliveries("+15550100001"))
	assert.Equal(t, emulator.Counts{Requests: 2, Delivered: 2}, c.server.Counts())
}

func TestRefusedRequests(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change func(c *client)
		body   string
		status int
		answer string
		// violation is part of the recorded violation; "" if no violation is recorded.
		violation string
	}{
		"wrong credential":    {func(c *client) { c.header.Set("Authorization", "Bearer x") }, good, 401, "denied\n", ""},
		"missing credential":  {func(c *client) { c.header.Del("Authorization") }, good, 401, "denied\n", ""},
		"missing field":       {nil, "to=15550100001", 422, "text", "missing property 'text'"},
		"unknown field":       {nil, good + "&x=1", 422, "x", "'x' not allowed"},
		"too many recipients": {nil, "text=a&to=1,2,3", 422, "3 recipients", "3 recipients, at most 2"},
		"unknown route":       {func(c *client) { c.path = "/v2" }, good, 404, "POST /v1/", "no route POST /v2"},
		"wrong content type":  {func(c *client) { c.header.Set("Content-Type", "text/plain") }, good, 422, "text/plain", "Content-Type"},
		"not a form":          {nil, "%zz", 422, "form", "not a form"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := startAcme(t, emulator.Options{})
			if tt.change != nil {
				tt.change(c)
			}
			res, body, err := c.post(t.Context(), tt.body)
			require.NoError(t, err)
			assert.Equal(t, tt.status, res.StatusCode)
			assert.Contains(t, body, tt.answer)
			x := c.server.Exchanges()[0]
			assert.False(t, x.Delivered)
			if tt.violation == "" {
				assert.Empty(t, x.Violations)
			} else {
				assert.Contains(t, strings.Join(x.Violations, "\n"), tt.violation)
			}
		})
	}
}

func TestCloseEndsAHangingRequest(t *testing.T) {
	t.Parallel()
	c := startAcme(t, emulator.Options{})
	require.NoError(t, c.server.Script("send", emulator.MustFault("hang")))
	failed := make(chan error, 1)
	go func() {
		_, _, err := c.post(context.Background(), good)
		failed <- err
	}()
	require.NoError(t, c.server.Wait(t.Context(), 1))
	require.NoError(t, c.server.Close())
	assert.Error(t, <-failed)
	require.NoError(t, c.server.Close(), "closing twice is fine")
}

func TestWaitEndsWithItsContext(t *testing.T) {
	t.Parallel()
	c := startAcme(t, emulator.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	assert.ErrorIs(t, c.server.Wait(ctx, 1), context.Canceled)
}

func TestCaptureIsCompleteBeforeTheAnswer(t *testing.T) {
	t.Parallel()
	seen := make(chan emulator.Exchange, 1)
	c := startAcme(t, emulator.Options{Discard: true, OnExchange: func(x emulator.Exchange) { seen <- x }})
	_, _, err := c.post(t.Context(), good)
	require.NoError(t, err)
	select {
	case x := <-seen:
		assert.Equal(t, 202, x.Status)
	default:
		t.Fatal("the answer came before the capture")
	}
	assert.Empty(t, c.server.Exchanges())
	assert.Equal(t, emulator.Counts{Requests: 1, Delivered: 1}, c.server.Counts())
}

func TestInventionsComeFromTheSeed(t *testing.T) {
	t.Parallel()
	one := startAcme(t, emulator.Options{Seed: 1}).server.ProviderConfig()
	again := startAcme(t, emulator.Options{Seed: 1}).server.ProviderConfig()
	two := startAcme(t, emulator.Options{Seed: 2, Secrets: map[string]string{"key": "given"}}).server.ProviderConfig()
	assert.Equal(t, one["key"], again["key"])
	assert.Equal(t, one["sender"], again["sender"])
	assert.Equal(t, cty.StringVal("given"), two["key"])
	assert.Regexp(t, `^120255501[0-9]{2}$`, one["sender"].AsString())
}
