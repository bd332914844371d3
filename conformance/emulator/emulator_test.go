// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"context"
	"io"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/zclconf/go-cty/cty"
	"go.uber.org/goleak"

	"github.com/wahost/wahost/conformance/dialect"
	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/plugins"
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

func startAcme(t *testing.T, o emulator.Options) *client {
	t.Helper()
	d, diags := dialect.LoadFS(fstest.MapFS{
		"acme.hcl": {Data: []byte(acme)}, "send.json": {Data: []byte(acmeSchema)},
	}, "acme.hcl")
	require.False(t, diags.HasErrors(), "%s", diags)
	c := start(t, d, o)
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
		// violation is part of the recorded violation; "" for none.
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

func TestFaults(t *testing.T) {
	t.Parallel()
	reset := func(t *testing.T, _ *http.Response, _ string, err error) {
		assert.ErrorIs(t, err, syscall.ECONNRESET)
	}
	tests := map[string]struct {
		check     func(t *testing.T, res *http.Response, body string, err error)
		status    int
		delivered bool
	}{
		"reset_after_request": {reset, 0, false},
		"accept_then_close":   {func(t *testing.T, _ *http.Response, _ string, err error) { assert.ErrorIs(t, err, io.EOF) }, 0, false},
		"hang": {func(t *testing.T, _ *http.Response, _ string, err error) {
			assert.ErrorIs(t, err, context.Canceled)
		}, 0, false},
		"status(503)": {func(t *testing.T, res *http.Response, body string, err error) {
			require.NoError(t, err)
			assert.Equal(t, 503, res.StatusCode)
			assert.Empty(t, body)
		}, 503, false},
		"error(rate)": {func(t *testing.T, res *http.Response, _ string, err error) {
			require.NoError(t, err)
			assert.Equal(t, 429, res.StatusCode)
			assert.Equal(t, "7", res.Header.Get("Retry-After"))
		}, 429, false},
		"retry_after(3)": {func(t *testing.T, res *http.Response, _ string, err error) {
			require.NoError(t, err)
			assert.Equal(t, 429, res.StatusCode)
			assert.Equal(t, "3", res.Header.Get("Retry-After"))
		}, 429, false},
		"garbage": {func(t *testing.T, res *http.Response, body string, err error) {
			require.NoError(t, err)
			assert.Equal(t, "application/json", res.Header.Get("Content-Type"))
			assert.NotEmpty(t, body)
		}, 200, false},
		"empty_200": {func(t *testing.T, res *http.Response, body string, err error) {
			require.NoError(t, err)
			assert.Equal(t, 200, res.StatusCode)
			assert.Empty(t, body)
		}, 200, false},
		"html(502)": {func(t *testing.T, res *http.Response, body string, err error) {
			require.NoError(t, err)
			assert.Equal(t, 502, res.StatusCode)
			assert.Contains(t, body, "<h1>502 Bad Gateway</h1>")
		}, 502, false},
		"truncate(5)": {func(t *testing.T, _ *http.Response, body string, err error) {
			assert.ErrorIs(t, err, io.ErrUnexpectedEOF)
			assert.Equal(t, `{"id"`, body)
		}, 202, true},
		"slow(30)": {func(t *testing.T, res *http.Response, _ string, err error) {
			require.NoError(t, err)
			assert.Equal(t, 202, res.StatusCode)
		}, 202, true},
		"deliver_then(reset_after_request)": {reset, 0, true},
		"deliver_then(status(500))": {func(t *testing.T, res *http.Response, _ string, err error) {
			require.NoError(t, err)
			assert.Equal(t, 500, res.StatusCode)
		}, 500, true},
	}
	for text, tt := range tests {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			c := startAcme(t, emulator.Options{})
			require.NoError(t, c.server.Script("send", emulator.MustFault(text)))
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			if text == "hang" {
				go func() {
					_ = c.server.Wait(ctx, 1)
					cancel()
				}()
			}
			began := time.Now()
			res, body, err := c.post(ctx, good)
			if text == "slow(30)" {
				assert.GreaterOrEqual(t, time.Since(began), 30*time.Millisecond)
			}
			tt.check(t, res, body, err)
			x := c.server.Exchanges()[0]
			assert.Equal(t, text, x.Fault)
			assert.Equal(t, tt.status, x.Status)
			assert.Equal(t, tt.delivered, x.Delivered)
			assert.Equal(t, map[bool]int{true: 1}[tt.delivered], c.server.Deliveries("+15550100001"))

			res, _, err = c.post(t.Context(), good)
			require.NoError(t, err, "the next request is answered normally")
			assert.Equal(t, 202, res.StatusCode)
		})
	}
}

func TestRefuse(t *testing.T) {
	t.Parallel()
	c := startAcme(t, emulator.Options{})
	_, _, err := c.post(t.Context(), good) // leaves an open connection behind
	require.NoError(t, err)
	require.NoError(t, c.server.Script("send", emulator.MustFault("ok"), emulator.MustFault("refuse")))
	_, _, err = c.post(t.Context(), good)
	require.NoError(t, err)
	for range 3 {
		_, _, err = c.post(t.Context(), good)
		assert.ErrorIs(t, err, syscall.ECONNREFUSED)
	}
	assert.Len(t, c.server.Exchanges(), 2)

	require.NoError(t, c.server.Reset())
	assert.Empty(t, c.server.Exchanges())
	_, _, err = c.post(t.Context(), good)
	require.NoError(t, err, "the emulator listens again, at the same address")
	assert.Equal(t, 1, c.server.Counts().Requests)
}

func TestScripts(t *testing.T) {
	t.Parallel()
	c := startAcme(t, emulator.Options{})
	statusOf := func(to string) int {
		res, _, err := c.post(t.Context(), "text=a&to="+to)
		require.NoError(t, err)
		return res.StatusCode
	}
	require.NoError(t, c.server.Script("send", emulator.MustFault("status(501)"), emulator.MustFault("status(502)")))
	require.NoError(t, c.server.Script("", emulator.MustFault("status(503)")))
	require.NoError(t, c.server.ScriptFor("+15550100002", emulator.MustFault("status(504)")))
	assert.Equal(t, 501, statusOf("15550100001"))
	assert.Equal(t, 504, statusOf("15550100002"), "a recipient's script comes first")
	assert.Equal(t, 502, statusOf("15550100002"))
	assert.Equal(t, 503, statusOf("15550100001"), "then that for any route")
	assert.Equal(t, 202, statusOf("15550100001"))

	assert.ErrorContains(t, c.server.Script("snd"), `no route "snd"`)
	assert.ErrorContains(t, c.server.Script("send", emulator.MustFault("deliver_then(error(nope))")), `no error row "nope"`)
	assert.ErrorContains(t, c.server.ScriptFor("+1", emulator.MustFault("refuse")), "carries none")
	assert.ErrorContains(t, c.server.Script("send", emulator.Fault{}), "ParseFault")
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

func TestParseFaultProblems(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"hangg":                "did you mean \"hang\"?",
		"":                     "there is no fault",
		"status":               "written as status(code)",
		"status(abc)":          "not a whole number from 200 to 599",
		"status(99)":           "not a whole number from 200 to 599",
		"hang(1)":              "written as hang",
		"status(500":           "unclosed",
		"deliver_then(refuse)": "cannot follow",
		"deliver_then(x)":      "there is no fault",
		"error()":              "not the name of an error row",
		strings.Repeat("deliver_then(", 100) + "ok": "longer than",
	} {
		_, err := emulator.ParseFault(text)
		assert.ErrorContains(t, err, want, text)
	}
}

func FuzzParseFault(f *testing.F) {
	for _, usage := range emulator.FaultNames() {
		f.Add(usage)
	}
	f.Add("deliver_then(deliver_then(status(500)))")
	f.Fuzz(func(t *testing.T, text string) {
		fault, err := emulator.ParseFault(text)
		if err != nil {
			return
		}
		again, err := emulator.ParseFault(fault.String())
		require.NoError(t, err)
		assert.Equal(t, fault.String(), again.String())
	})
}

// The requests of TestShippedDialects were written from the vendors' documents.
func TestShippedDialects(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/requests.txt")
	require.NoError(t, err)
	blocks := strings.Split(string(data), "\n\n")
	for _, block := range blocks {
		head, body, ok := strings.Cut(strings.TrimSpace(block), "\n")
		require.True(t, ok, block)
		words := strings.SplitN(strings.TrimPrefix(head, "# "), " ", 5)
		require.Len(t, words, 5, head)
		name, status, kind, recipients, title := words[0], words[1], words[2], words[3], words[4]
		t.Run(name+" "+title, func(t *testing.T) {
			t.Parallel()
			d, diags := dialect.LoadFS(plugins.Dialects, name+"/dialect.hcl")
			require.False(t, diags.HasErrors(), "%s", diags)
			c := start(t, d, emulator.Options{})
			config := c.server.ProviderConfig()
			c.header = http.Header{"Content-Type": {"application/json;charset=utf-8"}}
			c.path = d.Route("send").Path
			if name == "pushwoosh" {
				body = strings.ReplaceAll(body, "TOKEN", config["auth"].AsString())
			} else {
				c.header.Set("AppKey", config["app_key"].AsString())
				c.header.Set("Authorization", config["authorization"].AsString())
			}
			if path, ok := config["send_path"]; ok {
				c.path = path.AsString()
			}
			_, _, err := c.post(t.Context(), body)
			require.NoError(t, err)
			x := c.server.Exchanges()[0]
			assert.Equal(t, kind, x.Type)
			assert.Equal(t, recipients, strings.Join(x.Recipients, ","))
			if status == "good" {
				assert.Empty(t, x.Violations)
				assert.True(t, x.Delivered)
			} else {
				assert.NotEmpty(t, x.Violations)
				assert.False(t, x.Delivered)
			}
		})
	}
}

func TestWebhook(t *testing.T) {
	t.Parallel()
	d, diags := dialect.LoadFS(plugins.Dialects, "innopaas/dialect.hcl")
	require.False(t, diags.HasErrors(), "%s", diags)
	c := start(t, d, emulator.Options{Secrets: map[string]string{"callback_username": "u", "callback_authorization": "a"}})
	values := map[string]cty.Value{}
	for _, name := range []string{"id", "time", "message_id", "wamid", "reference", "error_code", "error_message", "recipient",
		"profile_name", "text", "category", "reason", "template_id", "language", "template_name", "template_status"} {
		values[name] = cty.StringVal("<" + name + "> 1")
	}
	for _, e := range d.Webhook.Events {
		w, err := c.server.Webhook(e.Name, values)
		require.NoError(t, err, e.Name)
		assert.Equal(t, http.MethodPost, w.Method)
		assert.Equal(t, "a", w.Header.Get("Authorization"))
		assert.Equal(t, "u", w.Header.Get("UserName"))
		assert.Contains(t, string(w.Body), `"id":"\u003cid\u003e 1"`)
	}
	_, err := c.server.Webhook("deliverd", values)
	assert.ErrorContains(t, err, "it has: delivered, failed")
	_, err = c.server.Webhook("delivered", nil)
	assert.ErrorContains(t, err, "event")
}
