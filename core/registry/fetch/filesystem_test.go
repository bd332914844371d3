// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package fetch

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/registry/release"
	"github.com/wahost/wahost/core/registry/source"
)

func TestFilesystem(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(path, content string) {
		path = filepath.Join(dir, filepath.FromSlash(path))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	}
	write("acme/acme/wahost-provider-acme_1.0.0_linux_amd64.zip", "damaged")
	write("acme/acme/wahost-provider-acme_1.0.0_linux_arm64.zip", "damaged too")
	write("acme/acme/wahost-provider-other_3.0.0_linux_amd64.zip", "of another provider")
	write("acme/acme/SHA256SUMS", "sums")
	write("acme/acme/SHA256SUMS.sig", "signature")
	write("acme/acme/1.1.0/linux_amd64/wahost-provider-acme", "program")
	write("acme/acme/1.2.0/linux_amd64/README", "no program")
	write("example.com_8443/acme/acme/2.0.0/linux_amd64/wahost-provider-acme", "program")
	f := Filesystem{Dir: dir}

	versions, err := f.Versions(t.Context(), acme)
	require.NoError(t, err)
	require.Len(t, versions, 2)
	r, err := f.Release(t.Context(), acme, version(t, "1.0.0"))
	require.NoError(t, err)
	require.Equal(t, "linux_amd64", r.Platforms()[0].String())
	require.Equal(t, sha("damaged too"), r.Packages[release.Platform{OS: "linux", Arch: "arm64"}].SHA256)
	require.Equal(t, "sums", string(r.Sums))
	require.Equal(t, "signature", string(r.Signature))
	r, err = f.Release(t.Context(), acme, version(t, "1.1.0"))
	require.NoError(t, err)
	pkg := r.Packages[release.Platform{OS: "linux", Arch: "amd64"}]
	require.Contains(t, pkg.Hash, "h1:")
	require.Empty(t, pkg.SHA256)
	hosted, err := f.Versions(t.Context(), source.Address{Host: "example.com:8443", Namespace: "acme", Name: "acme"})
	require.NoError(t, err)
	require.Equal(t, "2.0.0", hosted[0].String())

	_, err = f.Versions(t.Context(), source.Address{Namespace: "acme", Name: "gone"})
	require.ErrorIs(t, err, ErrNotOffered)
	_, err = Filesystem{Dir: filepath.Join(dir, "gone")}.Versions(t.Context(), acme)
	require.ErrorIs(t, err, os.ErrNotExist, "a mirror that does not exist is not an empty one")
	require.NotErrorIs(t, err, ErrNotOffered)

	_, _, err = f.Open(t.Context(), release.Package{At: filepath.Join(dir, "gone.zip")}, 0)
	var permanent permanentError
	require.ErrorAs(t, err, &permanent, "it is not tried again")
	require.ErrorIs(t, err, os.ErrNotExist)
}

func version(t *testing.T, text string) release.Version {
	t.Helper()
	v, err := release.ParseVersion(text)
	require.NoError(t, err)
	return v
}

// fixed is a place with the versions of any provider.
type fixed struct {
	name     string
	versions []string
	err      error
}

func (f fixed) String() string { return f.name }

func (f fixed) Versions(context.Context, source.Address) ([]release.Version, error) {
	var out []release.Version
	for _, text := range f.versions {
		v, err := release.ParseVersion(text)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, f.err
}

func (fixed) Release(context.Context, source.Address, release.Version) (*release.Release, error) {
	return nil, ErrNotOffered
}

func (fixed) Open(context.Context, release.Package, int64) (io.ReadCloser, int64, error) {
	return nil, 0, ErrNotOffered
}

func TestOffers(t *testing.T) {
	t.Parallel()
	pattern := func(text string) []source.Pattern {
		p, err := source.ParsePattern(text)
		require.NoError(t, err)
		return []source.Pattern{p}
	}
	first, second := fixed{name: "first", versions: []string{"1.0.0", "1.1.0"}}, fixed{name: "second", versions: []string{"1.1.0", "2.0.0"}}
	tests := map[string]struct {
		methods Methods
		want    []string
		err     string
	}{
		"newest first, and the first place": {Methods{{Place: first}, {Place: second}}, []string{"2.0.0 second", "1.1.0 first", "1.0.0 first"}, ""},
		"other order":                       {Methods{{Place: second}, {Place: first}}, []string{"2.0.0 second", "1.1.0 second", "1.0.0 first"}, ""},
		"excluded":                          {Methods{{Place: first}, {Place: second, Exclude: pattern("*/acme")}}, []string{"1.1.0 first", "1.0.0 first"}, ""},
		"not included":                      {Methods{{Place: first}, {Place: second, Include: pattern("evil/*")}}, []string{"1.1.0 first", "1.0.0 first"}, ""},
		"included":                          {Methods{{Place: second, Include: pattern("acme/*")}}, []string{"2.0.0 second", "1.1.0 second"}, ""},
		"does not know":                     {Methods{{Place: fixed{name: "empty", err: ErrNotOffered}}, {Place: first}}, []string{"1.1.0 first", "1.0.0 first"}, ""},
		"fails":                             {Methods{{Place: first}, {Place: fixed{name: "broken", err: errors.New("no answer")}}}, nil, "broken: no answer"},
		"nobody knows":                      {Methods{{Place: fixed{name: "a", err: ErrNotOffered}}, {Place: fixed{name: "b", err: ErrNotOffered}}}, nil, "no release of acme/acme was found. Asked: a; b"},
		"nobody to ask":                     {Methods{{Place: first, Include: pattern("evil/*")}}, nil, "no block in provider_installation is about acme/acme"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			offers, err := tt.methods.Offers(t.Context(), acme)
			if tt.err != "" {
				require.EqualError(t, err, tt.err)
				return
			}
			require.NoError(t, err)
			var got []string
			for _, o := range offers {
				got = append(got, o.Version.String()+" "+o.From.String())
			}
			require.Equal(t, tt.want, got)
		})
	}
}
