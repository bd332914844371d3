// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package fetch

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestCredentialsStayWithTheirHost follows redirects and looks at what each server got.
func TestCredentialsStayWithTheirHost(t *testing.T) {
	t.Parallel()
	first, second := newSite(t), newSite(t)
	var mu sync.Mutex
	got := map[string][]string{}
	for name, s := range map[string]*site{"first": first, "second": second} {
		s.behave = func(w http.ResponseWriter, r *http.Request, _ string) bool {
			mu.Lock()
			got[name] = append(got[name], r.URL.Path+" "+r.Header.Get("Authorization"))
			mu.Unlock()
			if to := r.URL.Query().Get("to"); to != "" {
				http.Redirect(w, r, to, http.StatusFound)
				return true
			}
			return false
		}
		s.files["/x"] = "content"
	}
	u, err := url.Parse(first.URL)
	require.NoError(t, err)
	client := first.place(t).Client
	client.Transport.(*http.Transport).TLSClientConfig.InsecureSkipVerify = true //nolint:gosec // both servers of the test have certificates of their own
	client = WithCredentials(client, func(host string) (string, error) {
		if host == u.Host {
			return "Bearer secret", nil
		}
		return "", nil
	})
	place := HTTPS{Client: client}
	for _, to := range []string{"/x", second.URL + "/x"} {
		at := u.JoinPath("begin")
		at.RawQuery = url.Values{"to": {to}}.Encode()
		data, err := place.read(t.Context(), at, 100)
		require.NoError(t, err)
		require.Equal(t, "content", string(data))
	}
	require.Equal(t, map[string][]string{
		"first":  {"/begin Bearer secret", "/x Bearer secret", "/begin Bearer secret"},
		"second": {"/x "},
	}, got)
}

func TestCredentialsNeedTLS(t *testing.T) {
	t.Parallel()
	asked := false
	var seen *http.Request
	transport := authorizingTransport{func(string) (string, error) { asked = true; return "Bearer x", nil }, roundTrip(func(r *http.Request) (*http.Response, error) {
		seen = r
		return nil, errors.New("no network")
	})}
	for at, sent := range map[string]bool{"http://example.com/": false, "https://example.com/": true, "http://127.0.0.1:9/": true} {
		asked = false
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, at, nil)
		require.NoError(t, err)
		_, err = transport.RoundTrip(r)
		require.Error(t, err)
		require.Equal(t, sent, asked, at)
		require.Equal(t, sent, seen.Header.Get("Authorization") != "", at)
		require.Empty(t, r.Header, "the caller's request is as it was")
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestTokenVariable has hosts that differ in a dot, a dash or a port only.
func TestTokenVariable(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, host := range []string{"a.b.com", "a-b.com", "a--b.com", "a.b.com:8443", "a.b-com:8443", "a.b.com.8443", "localhost:1"} {
		name := TokenVariable(host)
		require.Regexp(t, `^WAHOST_TOKEN_[A-Z0-9_]+$`, name)
		require.Empty(t, seen[name], "%s and %s", host, seen[name])
		seen[name] = host
		require.True(t, IsTokenVariable(name))
	}
	require.Equal(t, "WAHOST_TOKEN_PROVIDERS_EXAMPLE_COM", TokenVariable("providers.example.com"))
	require.Equal(t, "WAHOST_TOKEN_MY__MIRROR_EXAMPLE_COM___8443", TokenVariable("my-mirror.example.com:8443"))
	require.False(t, IsTokenVariable(strings.TrimSuffix(tokenPrefix, "_")))
	for text, want := range map[string]string{"https://Example.com:443/": "example.com", "https://example.com:8443/": "example.com:8443", "http://127.0.0.1:443/": "127.0.0.1:443"} {
		u, err := url.Parse(text)
		require.NoError(t, err)
		require.Equal(t, want, hostOf(u))
	}
}
