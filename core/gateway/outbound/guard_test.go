// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package outbound

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestGuard(t *testing.T) {
	t.Parallel()
	refused := []string{
		"0.0.0.0", "0.1.2.3", "10.1.2.3", "100.64.0.1", "100.100.100.200", "127.0.0.1", "127.8.8.8", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.192",
		"192.168.0.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
		"::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254",
		"2001::1", "2001:db8::1", "2002:7f00:1::", "ff02::1", "fec0::1",
	}
	for _, a := range refused {
		assert.Error(t, Guard{}.Check(netip.MustParseAddr(a)), a)
	}
	for _, a := range []string{"1.1.1.1", "93.184.215.14", "172.15.0.1", "172.32.0.1", "100.63.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450:4001::1", "::ffff:1.1.1.1"} {
		assert.NoError(t, Guard{}.Check(netip.MustParseAddr(a)), a)
	}
	allowed := Guard{Allow: []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16")}}
	assert.NoError(t, allowed.Check(netip.MustParseAddr("10.1.2.3")))
	assert.NoError(t, allowed.Check(netip.MustParseAddr("::ffff:10.1.2.3")))
	assert.ErrorContains(t, allowed.Check(netip.MustParseAddr("10.2.2.3")), "10.2.2.3 is not public")
}

// TestTheGuardIsAskedAfterNamesAreResolved uses a name, and an address that is written in other ways.
func TestTheGuardIsAskedAfterNamesAreResolved(t *testing.T) {
	t.Parallel()
	called := false
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called = true }))
	defer server.Close()
	_, port, _ := strings.Cut(strings.TrimPrefix(server.URL, "http://"), ":")
	client := NewClient(Guard{}, patience)
	for _, host := range []string{"127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"} {
		err := Challenge(t.Context(), client, "http://"+host+":"+port, "token")
		require.ErrorContains(t, err, "is not public", host)
	}
	require.False(t, called)
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	inside := newReceiver(t)
	redirect := httptest.NewServer(http.RedirectHandler(inside.URL, http.StatusTemporaryRedirect))
	defer redirect.Close()
	w.options.Endpoint.URL = redirect.URL
	w.outbox.add(notice("a", sent))
	w.run(t)
	require.ErrorIs(t, <-w.posted, errRedirect)
	inside.none(t)
}

func TestASlowEndpoint(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.options.Client = NewClient(loopback, 10*time.Millisecond)
	w.outbox.add(notice("a", sent))
	w.run(t)
	require.ErrorContains(t, <-w.posted, "did not answer in time")
}

func TestErrorsDoNotRepeatTheURL(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.options.Endpoint.URL = "http://127.0.0.1:1/canary"
	w.outbox.add(notice("a", sent))
	w.run(t)
	err := <-w.posted
	require.ErrorContains(t, err, "could not be reached")
	require.NotContains(t, err.Error(), "canary")
}

func TestCheckURL(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"https://example.com/hook?a=b", "http://example.com", "https://[2606:4700::1111]:8443/"} {
		assert.NoError(t, CheckURL(good), good)
	}
	for _, bad := range []string{"", "example.com", "ftp://example.com", "https://", "https:///x", "https://user:canary@example.com", "https://example.com/#canary", "http://exa mple.com/canary", "\x7f"} {
		err := CheckURL(bad)
		require.Error(t, err, bad)
		assert.NotContains(t, err.Error(), "canary")
	}
}

func FuzzCheckURL(f *testing.F) {
	f.Add("https://example.com/hook")
	f.Fuzz(func(t *testing.T, text string) {
		if CheckURL(text) == nil {
			_, err := http.NewRequestWithContext(t.Context(), http.MethodPost, text, http.NoBody)
			require.NoError(t, err)
		}
	})
}

func TestChallenge(t *testing.T) {
	t.Parallel()
	handler := func(answer func(w http.ResponseWriter, q func(string) string)) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { answer(w, r.URL.Query().Get) }
	}
	tests := map[string]struct {
		answer func(w http.ResponseWriter, q func(string) string)
		want   string
	}{
		"right": {func(w http.ResponseWriter, q func(string) string) {
			if q("hub.mode") == "subscribe" && q("hub.verify_token") == "token" && q("own") == "1" {
				_, err := strconv.ParseUint(q("hub.challenge"), 10, 32)
				assert.NoError(t, err)
				_, _ = w.Write([]byte(q("hub.challenge")))
			}
		}, ""},
		"a line more": {func(w http.ResponseWriter, q func(string) string) { _, _ = w.Write([]byte(q("hub.challenge") + "\n")) }, ""},
		"refused":     {func(w http.ResponseWriter, _ func(string) string) { w.WriteHeader(http.StatusForbidden) }, "HTTP 403"},
		"another":     {func(w http.ResponseWriter, _ func(string) string) { _, _ = w.Write([]byte("x")) }, "text of the challenge"},
		"a page":      {func(w http.ResponseWriter, _ func(string) string) { _, _ = w.Write(make([]byte, 1<<20)) }, "text of the challenge"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(handler(test.answer))
			defer server.Close()
			client := NewClient(loopback, patience)
			defer client.CloseIdleConnections()
			err := Challenge(t.Context(), client, server.URL+"/hook?own=1", "token")
			if test.want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, test.want)
		})
	}
}
