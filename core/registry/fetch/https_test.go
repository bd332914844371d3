// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package fetch

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/registry/release"
	"github.com/wahost/wahost/core/registry/source"
)

// modified is the time of the files of a site.
var modified = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

var acme = source.Address{Namespace: "acme", Name: "acme"}

// site is a web server with TLS whose files can be changed, and which can misbehave.
type site struct {
	*httptest.Server
	mu       sync.Mutex
	files    map[string]string
	requests []string
	// behave may answer a request in place of the files.
	behave func(w http.ResponseWriter, r *http.Request, content string) bool
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{files: map[string]string{}}
	s.Server = httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		content, ok := s.files[r.URL.Path]
		behave := s.behave
		s.requests = append(s.requests, strings.TrimSpace(r.URL.Path+" "+r.Header.Get("Range")))
		s.mu.Unlock()
		if behave != nil && behave(w, r, content) {
			return
		}
		if !ok {
			http.NotFound(w, r)
			return
		}
		http.ServeContent(w, r, r.URL.Path, modified, strings.NewReader(content))
	}))
	t.Cleanup(s.Close)
	return s
}

// place returns the site as a mirror.
func (s *site) place(t *testing.T) HTTPS {
	t.Helper()
	base, err := url.Parse(s.URL + "/mirror")
	require.NoError(t, err)
	client := NewClient("test")
	client.Transport = s.Client().Transport
	return HTTPS{Client: client, Base: base}
}

func (s *site) seen() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.requests...)
}

func sha(content string) string {
	sum := sha256.Sum256([]byte(content))
	return hex.EncodeToString(sum[:])
}

func indexOf(file, content string) string {
	return fmt.Sprintf(`{"format_version":"1.0","source":"acme/acme","versions":{"1.0.0":{"packages":{"linux_amd64":{"file":%q,"size":%d,"sha256":%q,"hash":"h1:x"}},`+
		`"sums":"sums","signature":"sums.sig"}}}`, file, len(content), sha(content))
}

func TestHTTPS(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.files["/mirror/acme/acme/index.json"] = indexOf("p.zip", "content")
	s.files["/mirror/acme/acme/sums"], s.files["/mirror/acme/acme/sums.sig"] = "the sums", "the signature"
	p := s.place(t)
	versions, err := p.Versions(t.Context(), acme)
	require.NoError(t, err)
	require.Len(t, versions, 1)
	r, err := p.Release(t.Context(), acme, versions[0])
	require.NoError(t, err)
	require.Equal(t, "the sums", string(r.Sums))
	require.Equal(t, "the signature", string(r.Signature))
	require.Equal(t, map[release.Platform]release.Package{
		{OS: "linux", Arch: "amd64"}: {Size: 7, SHA256: sha("content"), Hash: "h1:x", At: s.URL + "/mirror/acme/acme/p.zip"},
	}, r.Packages)
	_, err = p.Versions(t.Context(), source.Address{Namespace: "acme", Name: "other"})
	require.ErrorIs(t, err, ErrNotOffered)
	_, err = HTTPS{Client: p.Client}.Versions(t.Context(), acme)
	require.ErrorIs(t, err, ErrNotOffered, "an address without a host names no server")
	direct := HTTPS{}.folder(source.Address{Host: "example.com:8443", Namespace: "a", Name: "b"})
	require.Equal(t, "https://example.com:8443/.well-known/wahost/providers/a/b/", direct.String())
}

func TestIndexIsChecked(t *testing.T) {
	t.Parallel()
	good := indexOf("p.zip", "content")
	for name, tt := range map[string]struct{ index, err string }{
		"no JSON":          {"<html>", "it is not an index of releases in JSON"},
		"newer format":     {strings.Replace(good, "1.0", "2.0", 1), `it has the format "2.0"`},
		"another provider": {strings.Replace(good, "acme/acme", "acme/b", 1), `it is about "acme/b"`},
		"a version":        {strings.Replace(good, `"1.0.0"`, `"../1"`, 1), "is not a version"},
		"a platform":       {strings.Replace(good, "linux_amd64", "linux", 1), "is not a platform"},
		"a path":           {strings.Replace(good, `"p.zip"`, `"../p.zip"`, 1), "is not the name of a file beside the index"},
		"a URL":            {strings.Replace(good, `"p.zip"`, `"http://evil/p.zip"`, 1), "is not the name of a file beside the index"},
		"a query":          {strings.Replace(good, `"p.zip"`, `"p.zip?x"`, 1), "is not the name of a file beside the index"},
		"sums elsewhere":   {strings.Replace(good, `"sums"`, `"sums","x":"","sums":"/etc/sums"`, 1), ""},
		"no size":          {strings.Replace(good, `"size":7`, `"size":0`, 1), "the size 0 is not one of a package"},
		"huge":             {strings.Replace(good, `"size":7`, `"size":9999999999999`, 1), "the size 9999999999999 is not one of a package"},
		"no checksum":      {strings.Replace(good, sha("content"), "", 1), "its sha256 is not"},
		"upper case":       {strings.Replace(good, sha("content"), strings.ToUpper(sha("content")), 1), "its sha256 is not"},
		"another hash":     {strings.Replace(good, "h1:x", "h2:x", 1), "its hash is not an h1: hash"},
	} {
		_, err := parseIndex([]byte(tt.index), acme)
		if tt.err == "" {
			assert.Error(t, err, name)
			continue
		}
		assert.ErrorContains(t, err, tt.err, name)
	}
	_, err := parseIndex([]byte(good), acme)
	require.NoError(t, err)
}

// TestDownload downloads a package from a server that misbehaves in one way, into a file that may hold something already.
func TestDownload(t *testing.T) {
	t.Parallel()
	content := strings.Repeat("0123456789abcdef", 100_000)
	const at = "/mirror/acme/acme/p.zip"
	cut := func(after int) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) {
			w.Header().Set("Content-Length", fmt.Sprint(len(content)))
			_, _ = io.WriteString(w, content[:after])
			panic(http.ErrAbortHandler)
		}
	}
	tests := map[string]struct {
		there string
		// first answers the first request, if it is set.
		first    func(w http.ResponseWriter)
		served   string
		size     int64
		requests []string
		err      string
		kept     bool
	}{
		"whole":                 {requests: []string{at}},
		"continued":             {there: content[:1000], requests: []string{at + " bytes=1000-"}},
		"complete":              {there: content},
		"more than the package": {there: content + "x", requests: []string{at}},
		"something else":        {there: "something else", requests: []string{at + " bytes=14-", at}},
		"all of something else": {there: strings.Repeat("x", len(content)), requests: []string{at}},
		"no ranges":             {there: content[:1000], first: func(w http.ResponseWriter) { _, _ = io.WriteString(w, content) }, requests: []string{at + " bytes=1000-"}},
		"cut":                   {first: cut(64 << 10), requests: []string{at, at + " bytes=?"}},
		"busy":                  {first: func(w http.ResponseWriter) { w.WriteHeader(http.StatusServiceUnavailable) }, requests: []string{at, at}},
		"wrong range": {there: content[:1000], first: func(w http.ResponseWriter) {
			w.Header().Set("Content-Range", "bytes 2000-2999/3000")
			w.WriteHeader(http.StatusPartialContent)
		}, requests: []string{at + " bytes=1000-"}, err: "was asked for the bytes from 1000 and answered with others", kept: true},
		"changed":   {served: content[:len(content)-1] + "x", requests: []string{at}, err: "it was changed or damaged"},
		"too long":  {served: content + "x", requests: []string{at}, err: "it has more than the promised 1600000 bytes", kept: true},
		"forbidden": {first: func(w http.ResponseWriter) { w.WriteHeader(http.StatusForbidden) }, requests: []string{at}, err: "answered 403 Forbidden", kept: true},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			s.files[at] = content
			if tt.served != "" {
				s.files[at] = tt.served
			}
			if tt.first != nil {
				var once sync.Once
				s.behave = func(w http.ResponseWriter, _ *http.Request, _ string) (answered bool) {
					first := false
					once.Do(func() { first = true })
					if first {
						tt.first(w)
					}
					return first
				}
			}
			path := filepath.Join(t.TempDir(), "part")
			if tt.there != "" {
				require.NoError(t, os.WriteFile(path, []byte(tt.there), 0o600))
			}
			var last int64
			file, err := Download(t.Context(), s.place(t), release.Package{Size: int64(len(content)), SHA256: sha(content), At: s.URL + at}, path, func(done int64) { last = done })
			seen := s.seen()
			for i, want := range tt.requests {
				// How much of a cut answer arrives is not known.
				if prefix, some := strings.CutSuffix(want, "?"); some && i < len(seen) && strings.HasPrefix(seen[i], prefix) {
					seen[i] = want
				}
			}
			assert.Equal(t, tt.requests, seen)
			if tt.err != "" {
				require.ErrorContains(t, err, tt.err)
				_, err := os.Stat(path)
				assert.Equal(t, tt.kept, err == nil)
				return
			}
			require.NoError(t, err)
			require.NoError(t, file.Close())
			got, err := os.ReadFile(path)
			require.NoError(t, err)
			require.True(t, string(got) == content)
			if len(tt.requests) > 0 {
				require.Equal(t, int64(len(content)), last)
			}
		})
	}
}

func TestRedirect(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for to, want := range map[string]string{"http://example.com/x": "which is not HTTPS", "ftp://example.com/x": "which is not HTTPS"} {
		s.mu.Lock()
		s.behave = func(w http.ResponseWriter, r *http.Request, _ string) bool {
			http.Redirect(w, r, to, http.StatusFound)
			return true
		}
		s.mu.Unlock()
		_, err := s.place(t).Versions(t.Context(), acme)
		require.ErrorContains(t, err, want)
	}
}

// TestRedirectToLoopback follows a redirect to HTTP only from where that was allowed: another host must not reach what listens on this
// machine.
func TestRedirectToLoopback(t *testing.T) {
	t.Parallel()
	request := func(text string) *http.Request {
		u, err := url.Parse(text)
		require.NoError(t, err)
		return &http.Request{URL: u}
	}
	check := NewClient("test").CheckRedirect
	require.NoError(t, check(request("http://127.0.0.1:8080/x"), []*http.Request{request("http://localhost:8080/x")}))
	require.NoError(t, check(request("https://127.0.0.1/x"), []*http.Request{request("https://example.com/x")}))
	require.ErrorContains(t, check(request("http://127.0.0.1:8080/x"), []*http.Request{request("https://example.com/x")}), "which is not HTTPS")
}
