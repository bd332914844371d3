// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package fetch

import (
	"archive/zip"
	"bytes"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/registry/release"
	"github.com/wahost/wahost/core/registry/source"
)

// newRegistry starts a real registry, and returns its place. Handle may change how it answers; it may be nil.
func newRegistry(t *testing.T, handle func(next http.Handler) http.Handler) OCI {
	t.Helper()
	handler := registry.New(registry.Logger(log.New(io.Discard, "", 0)))
	if handle != nil {
		handler = handle(handler)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	repository, err := source.ParseRepository(server.URL + "/providers/{namespace}/{name}")
	require.NoError(t, err)
	return OCI{Client: NewClient("test"), Repository: repository}
}

// packed returns a mirror with packages of the provider acme.
func packed(t *testing.T, version string, platforms ...string) Filesystem {
	t.Helper()
	f := Filesystem{Dir: t.TempDir()}
	require.NoError(t, os.MkdirAll(f.folder(acme), 0o755))
	for _, text := range platforms {
		p, err := release.ParsePlatform(text)
		require.NoError(t, err)
		v, err := release.ParseVersion(version)
		require.NoError(t, err)
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		entry, err := w.Create(p.Program("acme"))
		require.NoError(t, err)
		_, err = entry.Write([]byte(strings.Repeat(text, 10_000)))
		require.NoError(t, err)
		require.NoError(t, w.Close())
		name := release.File{Provider: "acme", Version: v, Platform: p}.Name()
		require.NoError(t, os.WriteFile(filepath.Join(f.folder(acme), name), b.Bytes(), 0o600))
	}
	return f
}

func TestOCI(t *testing.T) {
	t.Parallel()
	o := newRegistry(t, nil)
	_, err := o.Versions(t.Context(), acme)
	require.ErrorIs(t, err, ErrNotOffered)
	f := packed(t, "1.0.0", "linux_amd64", "darwin_arm64")
	pushed, err := o.Push(t.Context(), f, acme)
	require.NoError(t, err)
	require.Len(t, pushed, 1)
	_, err = o.Push(t.Context(), f, acme)
	require.NoError(t, err, "what is there stays")

	versions, err := o.Versions(t.Context(), acme)
	require.NoError(t, err)
	require.Len(t, versions, 1)
	r, err := o.Release(t.Context(), acme, versions[0])
	require.NoError(t, err)
	local, err := f.Release(t.Context(), acme, versions[0])
	require.NoError(t, err)
	require.Equal(t, local.Platforms(), r.Platforms())
	for p, want := range local.Packages {
		got := r.Packages[p]
		require.Contains(t, got.At, "/providers/acme/acme@sha256:"+want.SHA256)
		got.At = want.At
		require.Equal(t, want, got)
	}
	require.Nil(t, r.Sums)

	p := r.Platforms()[0]
	path := filepath.Join(t.TempDir(), "part")
	content, err := os.ReadFile(local.Packages[p].At)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, content[:20], 0o600))
	file, err := Download(t.Context(), o, r.Packages[p], path, nil)
	require.NoError(t, err)
	require.NoError(t, file.Close())
	got, err := os.ReadFile(path)
	require.NoError(t, err)
	require.True(t, bytes.Equal(content, got))
	_, err = o.Release(t.Context(), acme, version(t, "9.0.0"))
	require.ErrorIs(t, err, ErrNotOffered)
}

func TestOCISums(t *testing.T) {
	t.Parallel()
	o := newRegistry(t, nil)
	f := packed(t, "1.0.0", "linux_amd64")
	r, err := f.Release(t.Context(), acme, version(t, "1.0.0"))
	require.NoError(t, err)
	sums := r.Packages[r.Platforms()[0]].SHA256 + "  wahost-provider-acme_1.0.0_linux_amd64.zip\n"
	require.NoError(t, os.WriteFile(filepath.Join(f.folder(acme), "SHA256SUMS"), []byte(sums), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(f.folder(acme), "SHA256SUMS.sig"), []byte("signature"), 0o600))
	_, err = o.Push(t.Context(), f, acme)
	require.NoError(t, err)
	r, err = o.Release(t.Context(), acme, version(t, "1.0.0"))
	require.NoError(t, err)
	require.Equal(t, sums, string(r.Sums))
	require.Equal(t, "signature", string(r.Signature))
	require.NoError(t, r.CheckSums())
}

// TestOCIWithoutHash reads what another client pushed, which writes no annotations.
func TestOCIWithoutHash(t *testing.T) {
	t.Parallel()
	o := newRegistry(t, nil)
	r, err := packed(t, "1.0.0", "linux_amd64", "darwin_arm64").Release(t.Context(), acme, version(t, "1.0.0"))
	require.NoError(t, err)
	want := map[release.Platform]string{}
	for p, pkg := range r.Packages {
		want[p], pkg.Hash = pkg.SHA256, ""
		r.Packages[p] = pkg
	}
	repository, err := o.open(o.Repository.Of(acme))
	require.NoError(t, err)
	require.NoError(t, pushRelease(t.Context(), repository, r))
	got, err := o.Release(t.Context(), acme, version(t, "1.0.0"))
	require.NoError(t, err)
	for p, pkg := range got.Packages {
		require.Empty(t, pkg.Hash)
		require.Equal(t, want[p], pkg.SHA256, "the digest of the layer")
	}
	require.Len(t, got.Packages, 2)
}

// TestOCIRefuses changes what the registry answers.
func TestOCIRefuses(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		old, replacement string
		err              string
	}{
		"another type":       {ociRelease, "application/vnd.other", "mismatch|is not a provider"},
		"a changed manifest": {`"architecture":"amd64"`, `"architecture":"arm64"`, "mismatch"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := packed(t, "1.0.0", "linux_amd64")
			changed := false
			o := newRegistry(t, func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if !changed || !strings.Contains(r.URL.Path, "/manifests/") || r.Method != http.MethodGet {
						next.ServeHTTP(w, r)
						return
					}
					answer := httptest.NewRecorder()
					next.ServeHTTP(answer, r)
					for key, values := range answer.Header() {
						w.Header()[key] = values
					}
					body := strings.ReplaceAll(answer.Body.String(), tt.old, tt.replacement)
					w.Header().Del("Content-Length")
					_, _ = io.WriteString(w, body)
				})
			})
			_, err := o.Push(t.Context(), f, acme)
			require.NoError(t, err)
			changed = true
			_, err = o.Release(t.Context(), acme, version(t, "1.0.0"))
			require.Error(t, err)
			require.Regexp(t, tt.err, err.Error())
		})
	}
}
