// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package emulator_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/conformance/emulator"
)

// TestFaultsOnTheWire holds what a client sees of each fault that TestFaults does not have.
func TestFaultsOnTheWire(t *testing.T) {
	t.Parallel()
	type seen struct {
		res  *http.Response
		body string
		err  error
	}
	fails := func(t *testing.T, s seen) { assert.Error(t, s.err) }
	contains := func(text string) func(*testing.T, seen) {
		return func(t *testing.T, s seen) {
			require.NoError(t, s.err)
			assert.Contains(t, s.body, text)
		}
	}
	tests := []struct {
		fault     string
		delivered bool
		check     func(t *testing.T, s seen)
	}{
		{"reset_before_headers", false, fails},
		{"reset_mid_answer", true, fails},
		{"bad_chunk", true, fails},
		{"garbage_then_close", false, fails},
		{"dribble(40, 1)", true, func(t *testing.T, s seen) { assert.NoError(t, s.err) }},
		{"no_content_type", true, func(t *testing.T, s seen) {
			require.NoError(t, s.err)
			assert.Empty(t, s.res.Header.Values("Content-Type"))
		}},
		{"wrong_content_type", true, func(t *testing.T, s seen) { assert.Equal(t, "image/png", s.res.Header.Get("Content-Type")) }},
		{"json_null", false, contains("null")},
		{"json_empty", false, contains("{}")},
		{"json_wrong_types", true, contains(`{"id":{"text":`)},
		{"json_duplicate_keys", true, contains(`"id":null,`)},
		{"json_deep(5)", false, contains("[[[[[]]]]]")},
		{"bom", true, contains("\xef\xbb\xbf{")},
		{"invalid_utf8", true, contains("\xff")},
		{"huge(1)", true, func(t *testing.T, s seen) { assert.Greater(t, len(s.body), 1<<20) }},
		{"gzip_bad_crc", true, fails},
		{"status_without_body(418)", false, func(t *testing.T, s seen) { assert.Equal(t, 418, s.res.StatusCode) }},
		{"retry_after(date)", false, func(t *testing.T, s seen) {
			at, err := http.ParseTime(s.res.Header.Get("Retry-After"))
			require.NoError(t, err)
			assert.WithinDuration(t, time.Now().Add(emulator.RetryAfterDate), at, 10*time.Second)
		}},
		{"retry_after(huge)", false, func(t *testing.T, s seen) { assert.Len(t, s.res.Header.Get("Retry-After"), 30) }},
		{"retry_after(garbage)", false, func(t *testing.T, s seen) { assert.Equal(t, "soon", s.res.Header.Get("Retry-After")) }},
		{"retry_after(none)", false, func(t *testing.T, s seen) { assert.Empty(t, s.res.Header.Values("Retry-After")) }},
		{"echo_credentials(400)", false, contains("Authorization: Bearer ")},
		{"token_expired", false, func(t *testing.T, s seen) { assert.Equal(t, 401, s.res.StatusCode) }},
		{"goaway", false, fails},
		{"goaway_processed", false, fails},
		{"early_413", false, func(t *testing.T, s seen) {
			require.NoError(t, s.err)
			assert.Equal(t, 413, s.res.StatusCode)
		}},
	}
	for _, tt := range tests {
		t.Run(tt.fault, func(t *testing.T) {
			t.Parallel()
			c := startAcme(t, emulator.Options{})
			require.NoError(t, c.server.Script("send", emulator.MustFault(tt.fault)))
			res, body, err := c.post(t.Context(), good)
			tt.check(t, seen{res, body, err})
			require.NoError(t, c.server.Wait(t.Context(), 1))
			x := c.server.Exchanges()[0]
			assert.Equal(t, tt.fault, x.Fault)
			assert.Equal(t, tt.delivered, x.Delivered)
			assert.Equal(t, []string{"+15550100001"}, x.Recipients, "the request is known to be of its recipient")
		})
	}
}

func TestEndlessEndsWithItsClient(t *testing.T) {
	t.Parallel()
	c := startAcme(t, emulator.Options{})
	require.NoError(t, c.server.Script("send", emulator.MustFault("endless")))
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		_ = c.server.Wait(ctx, 1)
		cancel()
	}()
	_, _, err := c.post(ctx, good)
	assert.ErrorIs(t, err, context.Canceled)
}

func TestEarly413ComesBeforeTheBody(t *testing.T) {
	t.Parallel()
	c := startAcme(t, emulator.Options{})
	require.NoError(t, c.server.Script("send", emulator.MustFault("early_413")))
	conn, err := net.Dial("tcp", strings.TrimPrefix(c.server.URL(), "http://"))
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	path := "/v1/" + c.server.ProviderConfig()["sender"].AsString() + "/messages"
	_, err = io.WriteString(conn, "POST "+path+" HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n")
	require.NoError(t, err)
	line, err := bufio.NewReader(conn).ReadString('\n')
	require.NoError(t, err)
	assert.Contains(t, line, "413", "though nothing of the body was sent")
}

func TestRedirectsLeadElsewhere(t *testing.T) {
	t.Parallel()
	for _, where := range []string{"same", "other_host", "http"} {
		t.Run(where, func(t *testing.T) {
			t.Parallel()
			c := startAcme(t, emulator.Options{})
			require.NoError(t, c.server.Script("send", emulator.MustFault("redirect(307, "+where+")")))
			res, _, err := c.post(t.Context(), good)
			require.NoError(t, err)
			// Go's client keeps the credentials from other hosts, as every client should.
			assert.Equal(t, map[bool]int{true: 202, false: 401}[where == "same"], res.StatusCode)
			require.Len(t, c.server.Exchanges(), 2)
			x := c.server.Exchanges()[1]
			assert.Equal(t, where != "same", x.Elsewhere)
			assert.Equal(t, []string{"+15550100001"}, x.Recipients)
		})
	}
}

func TestCertificates(t *testing.T) {
	t.Parallel()
	for _, kind := range append(emulator.BadCertificates(), emulator.CertValid) {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			c := startAcme(t, emulator.Options{TLS: kind})
			assert.True(t, strings.HasPrefix(c.server.URL(), "https://"))
			pool := x509.NewCertPool()
			require.True(t, pool.AppendCertsFromPEM(c.server.CA()))
			for _, h2 := range []bool{false, true} {
				transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: h2}
				res, err := (&http.Client{Transport: transport}).Post(c.server.URL()+"/x", "text/plain", strings.NewReader("x"))
				if kind != emulator.CertValid {
					var invalid *tls.CertificateVerificationError
					assert.ErrorAs(t, err, &invalid)
				} else if assert.NoError(t, err) {
					assert.Equal(t, map[bool]int{true: 2, false: 1}[h2], res.ProtoMajor)
					_ = res.Body.Close()
				}
				transport.CloseIdleConnections()
			}
		})
	}
}

// TestGoawayOverHTTP2 sees that the client may repeat a request of which the vendor says that it did not look at it, and
// no other one.
func TestGoawayOverHTTP2(t *testing.T) {
	t.Parallel()
	for fault, requests := range map[string]int{"goaway": 2, "deliver_then(goaway_processed)": 1} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			postOverHTTP2(t, fault, requests)
		})
	}
}

// postOverHTTP2 meets a fault and wants a number of requests: an answer where there is a second one, and none else.
func postOverHTTP2(t *testing.T, fault string, requests int) {
	t.Helper()
	c := startAcme(t, emulator.Options{TLS: emulator.CertValid})
	pool := x509.NewCertPool()
	require.True(t, pool.AppendCertsFromPEM(c.server.CA()))
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: true}
	defer transport.CloseIdleConnections()
	require.NoError(t, c.server.Script("send", emulator.MustFault(fault)))
	path := "/v1/" + c.server.ProviderConfig()["sender"].AsString() + "/messages"
	res, err := (&http.Client{Transport: transport}).Post(c.server.URL()+path, "application/x-www-form-urlencoded", strings.NewReader(good))
	if requests == 1 {
		require.ErrorContains(t, err, "GOAWAY")
	} else {
		require.NoError(t, err)
		_ = res.Body.Close()
	}
	assert.Len(t, c.server.Exchanges(), requests)
}

// TestWaitAnswered waits for an answer that a fault writes byte by byte, until the client leaves.
func TestWaitAnswered(t *testing.T) {
	t.Parallel()
	c := startAcme(t, emulator.Options{})
	require.NoError(t, c.server.WaitAnswered(t.Context()), "nothing is under way yet")
	require.NoError(t, c.server.Script("send", emulator.MustFault("dribble(1, 20)")))
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	path := "/v1/" + c.server.ProviderConfig()["sender"].AsString() + "/messages"
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.server.URL()+path, strings.NewReader(good))
	require.NoError(t, err)
	left := make(chan struct{})
	go func() {
		defer close(left)
		if res, err := http.DefaultClient.Do(req); err == nil {
			_ = res.Body.Close()
		}
	}()
	require.NoError(t, c.server.Wait(t.Context(), 1))
	over, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, c.server.WaitAnswered(over), context.Canceled, "the answer is under way")
	leave()
	<-left
	require.NoError(t, c.server.WaitAnswered(t.Context()))
}

// TestEveryFaultIsTried holds the two tables complete.
func TestEveryFaultIsTried(t *testing.T) {
	t.Parallel()
	for _, want := range []string{
		"refuse", "accept_then_close", "reset_before_headers", "reset_after_request", "reset_mid_answer", "hang_before_read",
		"hang_after_read", "slow_first_byte", "dribble", "truncate", "bad_chunk", "garbage_then_close", "empty_200",
		"no_content_type", "wrong_content_type", "html", "json_null", "json_wrong_types", "json_duplicate_keys", "json_deep",
		"bom", "invalid_utf8", "huge", "endless", "gzip_bad_crc", "gzip_bomb", "status", "status_without_body", "error",
		"retry_after", "deliver_then", "echo_credentials", "redirect", "redirect_loop", "early_413", "goaway", "goaway_processed", "token_expired",
	} {
		found := false
		for _, usage := range emulator.FaultNames() {
			name, _, _ := strings.Cut(usage, "(")
			found = found || name == want
		}
		assert.True(t, found, want)
	}
}
