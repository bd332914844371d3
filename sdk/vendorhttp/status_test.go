// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package vendorhttp

import (
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/sdk/outcome"
)

func TestOutcomeForStatus(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		status  int
		header  http.Header
		word    string
		reason  outcome.Reason
		retry   outcome.Retry
		after   time.Duration
		scope   outcome.Scope
		message string
	}{
		{name: "400", status: 400, word: "rejected", reason: outcome.ReasonVendorRejected, retry: outcome.RetryNever, scope: outcome.ScopeMessage, message: "no *** here"},
		{name: "401", status: 401, word: "rejected", reason: outcome.ReasonUnauthenticated, retry: outcome.RetryNever, scope: outcome.ScopeAccount, message: "no *** here"},
		{name: "403", status: 403, word: "rejected", reason: outcome.ReasonForbidden, retry: outcome.RetryNever, scope: outcome.ScopeAccount, message: "no *** here"},
		{name: "408", status: 408, word: "unknown"},
		{name: "413", status: 413, word: "rejected", reason: outcome.ReasonVendorRejected, retry: outcome.RetryNever, scope: outcome.ScopeMessage, message: "no *** here"},
		{name: "429", status: 429, word: "rejected", reason: outcome.ReasonRateLimited, retry: outcome.RetryLater, scope: outcome.ScopeSender, message: "no *** here"},
		{name: "429 seconds", status: 429, header: http.Header{"Retry-After": {"7"}}, word: "rejected", reason: outcome.ReasonRateLimited, retry: outcome.RetryLater, after: 7 * time.Second, scope: outcome.ScopeSender, message: "no *** here"},
		{name: "503", status: 503, word: "rejected", reason: outcome.ReasonVendorUnavailable, retry: outcome.RetrySafe, scope: outcome.ScopeAccount, message: "no *** here"},
		{name: "503 seconds", status: 503, header: http.Header{"Retry-After": {"3"}}, word: "rejected", reason: outcome.ReasonVendorUnavailable, retry: outcome.RetryLater, after: 3 * time.Second, scope: outcome.ScopeAccount, message: "no *** here"},
		{name: "500", status: 500, word: "unknown"},
		{name: "502", status: 502, word: "unknown"},
		{name: "504", status: 504, word: "unknown"},
		{name: "599", status: 599, word: "unknown"},
		{name: "200", status: 200, word: "unknown"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			o := OutcomeForStatus(&Response{
				Status: test.status, Header: test.header, Attempts: 1,
				Body: []byte("no\n" + secret + " here"), secrets: newSecretSet([]string{secret}),
			})
			require.Equal(t, test.word, o.Word())
			assert.Equal(t, 1, o.Attempts)
			if o.Unknown != nil {
				assert.NotContains(t, o.Unknown.Cause, secret)
				return
			}
			assert.Equal(t, test.reason, o.Rejected.Reason)
			assert.Equal(t, test.retry, o.Rejected.Retry)
			assert.Equal(t, test.after, o.Rejected.RetryAfter)
			assert.Equal(t, test.scope, o.Rejected.Scope)
			assert.Equal(t, test.message, o.Rejected.VendorMessage)
		})
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)
	date := func(d time.Duration) string { return now.Add(d).Format(http.TimeFormat) }
	tests := []struct {
		name   string
		header http.Header
		want   time.Duration
	}{
		{"none", http.Header{}, 0},
		{"seconds", http.Header{"Retry-After": {" 120 "}}, 2 * time.Minute},
		{"too many seconds", http.Header{"Retry-After": {"999999999999"}}, time.Hour},
		{"more than 64 bits", http.Header{"Retry-After": {"99999999999999999999999"}}, 0},
		{"negative", http.Header{"Retry-After": {"-5"}}, 0},
		{"words", http.Header{"Retry-After": {"soon"}}, 0},
		{"date", http.Header{"Retry-After": {date(90 * time.Second)}}, 90 * time.Second},
		{"past date", http.Header{"Retry-After": {date(-time.Minute)}}, 0},
		{"far date", http.Header{"Retry-After": {date(48 * time.Hour)}}, time.Hour},
		{"date by the vendor's clock", http.Header{"Retry-After": {date(10 * time.Hour)}, "Date": {date(10*time.Hour - 5*time.Second)}}, 5 * time.Second},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, test.want, retryAfter(test.header, now))
		})
	}
}

func TestSnippet(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, kind, body, want string }{
		{"json", "application/json", `{"a": "` + secret + `"}`, `{"a": "***"}`},
		{"html by type", "text/html; charset=utf-8", "x", ""},
		{"html by content", "", "  <!DOCTYPE html><title>" + secret, ""},
		{"html after a byte order mark", "text/plain", "\xef\xbb\xbf<!DOCTYPE html><title>x", ""},
		{"xml after a byte order mark", "text/plain", "\xef\xbb\xbf<a>x</a>", ""},
		{"text after a byte order mark", "text/plain", "\xef\xbb\xbfx", "x"},
		{"html as json", "application/json", "<html><body>", ""},
		{"not text", "text/plain", "\xff\xfe", ""},
		{"controls", "text/plain", "a\x00\x1b[31m\r\nb", "a [31m b"},
		{"secret at the cut", "text/plain", strings.Repeat("x", maxSnippet-5) + secret, strings.Repeat("x", maxSnippet-5) + "***"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := &Response{Header: http.Header{"Content-Type": {test.kind}}, Body: []byte(test.body), secrets: newSecretSet([]string{secret})}
			assert.Equal(t, test.want, r.Snippet())
		})
	}
	long := &Response{Body: []byte(strings.Repeat("é", 2*maxSnippet))}
	assert.Equal(t, maxSnippet, utf8.RuneCountInString(long.Snippet()))
}

func TestCheckEndpoint(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"https://api.example.com", "http://127.0.0.1:8080/base/", "HTTPS://x", "http://[::1]:1"} {
		assert.NoError(t, CheckEndpoint(good), good)
	}
	for _, bad := range []string{
		"", "api.example.com", "ftp://x", "https://", "https://:80", "https://user:hunter2@x", "https://x y", " https://x",
		"https://x?a=1", "https://x?", "https://x#f", "https://x:99999", "https://x:ab/hunter2", "https://%zz/hunter2", "://",
	} {
		err := CheckEndpoint(bad)
		require.Error(t, err, bad)
		assert.NotContains(t, err.Error(), "hunter2", bad)
	}
}

func FuzzCheckEndpoint(f *testing.F) {
	f.Add("https://api.example.com/x")
	f.Add("http://[::1]:80")
	f.Fuzz(func(t *testing.T, endpoint string) {
		base, err := parseEndpoint(endpoint)
		if err != nil {
			return
		}
		target, err := resolve(base, "/a?b=c")
		if err != nil || target.Host != base.Host || target.User != nil {
			t.Fatalf("%q resolves to %v, %v", endpoint, target, err)
		}
	})
}
