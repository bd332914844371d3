// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package pack

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"testing"

	"github.com/CycloneDX/cyclonedx-go"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/registry/fetch"
	"github.com/wahost/wahost/core/registry/release"
	"github.com/wahost/wahost/core/registry/source"
	"github.com/wahost/wahost/core/registry/verify"
)

var acme = source.Address{Namespace: "acme", Name: "acme"}

// newRelease returns a release of three programs. The first passes for a Go program.
func newRelease(t *testing.T) *Release {
	t.Helper()
	v, err := release.ParseVersion("1.2.0")
	require.NoError(t, err)
	r := &Release{Version: v, Commit: "abc1234", Files: []File{{Name: "LICENSE", Data: []byte("a licence")}, {Name: "NOTICE", Data: []byte("a notice")}}}
	for _, text := range []string{"linux_amd64=" + program(t, "wahost-provider-acme", "program"), "plan9_arm=" + program(t, "wahost-provider-acme", "script"), "aix_ppc64=" + program(t, "wahost-provider-acme", "other")} {
		p, err := ReadProgram(text)
		require.NoError(t, err)
		r.Programs = append(r.Programs, p)
	}
	r.Programs[0].Build = &debug.BuildInfo{GoVersion: "go1.26.8", Main: debug.Module{Path: "example.com/acme"}, Deps: []*debug.Module{
		{Path: "example.com/a", Version: "v1.0.0"},
		{Path: "example.com/b", Version: "v1.1.0", Replace: &debug.Module{Path: "example.com/c", Version: "v2.0.0+incompatible"}},
		{Path: "example.com/d", Version: "v1.2.0", Replace: &debug.Module{Path: "../d"}},
	}}
	return r
}

// certificate returns an unsigned certificate of a program.
func certificate(t *testing.T, sha256, version string) []byte {
	t.Helper()
	var s verify.Statement
	s.Subject = []verify.Subject{{Name: "wahost-provider-acme", Digest: map[string]string{"sha256": sha256}}}
	s.Predicate.ProviderVersion = version
	statement, err := json.Marshal(s)
	require.NoError(t, err)
	envelope, err := json.Marshal(map[string]any{
		"payloadType": verify.PayloadType, "payload": base64.StdEncoding.EncodeToString(statement), "signatures": []map[string]string{{"keyid": "", "sig": ""}},
	})
	require.NoError(t, err)
	return envelope
}

func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		require.NoError(t, err)
		out[e.Name()] = string(data)
	}
	return out
}

// TestWriteIsRead writes a release and reads it in the way that init does.
func TestWriteIsRead(t *testing.T) {
	t.Parallel()
	private, public, err := verify.Generate()
	require.NoError(t, err)
	r := newRelease(t)
	r.Key, err = verify.ParsePrivate(private)
	require.NoError(t, err)
	trusted, err := verify.ParsePublic(public)
	require.NoError(t, err)
	mirror := fetch.Filesystem{Dir: t.TempDir()}
	dir := filepath.Join(mirror.Dir, "acme", "acme")
	require.NoError(t, os.MkdirAll(dir, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "wahost_1.2.0_amd64.deb"), []byte("other"), 0o600))
	r.Also = []string{"wahost_1.2.0_amd64.deb"}
	written, err := r.Write(t.Context(), dir)
	require.NoError(t, err)

	got, err := mirror.Release(t.Context(), acme, r.Version)
	require.NoError(t, err)
	require.NoError(t, got.CheckSums())
	require.Len(t, got.Packages, 3)
	sums, err := release.ParseSums(got.Sums)
	require.NoError(t, err)
	require.Len(t, sums, 5, "three packages, one list of contents and one other file")
	require.Contains(t, sums, "wahost_1.2.0_amd64.deb")
	for _, w := range written[:5] {
		require.Equal(t, w.SHA256, sums[w.Name])
	}
	require.Len(t, got.Signature, 64)
	require.NoError(t, trusted.Verify(t.Context(), got.Sums, got.Signature))
	for p, pkg := range got.Packages {
		require.NotEmpty(t, pkg.Hash)
		archive, err := os.Open(pkg.At)
		require.NoError(t, err)
		defer func() { _ = archive.Close() }()
		to := t.TempDir()
		require.NoError(t, release.Unpack(pkg.At, archive, pkg.Size, to, p.Program("acme")))
		require.Equal(t, "a notice", contents(t, to)["NOTICE"])
		z, err := zip.NewReader(archive, pkg.Size)
		require.NoError(t, err)
		require.Equal(t, "wahost-provider-acme 1.2.0 "+p.String()+", commit abc1234", z.Comment)
	}
	// Without a key there is no signature, not even that of the other checksums.
	r.Key = nil
	_, err = r.Write(t.Context(), dir)
	require.NoError(t, err)
	require.NoFileExists(t, filepath.Join(dir, "SHA256SUMS.sig"))
}

func TestWriteGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	r := newRelease(t)
	first, second := t.TempDir(), t.TempDir()
	_, err := r.Write(t.Context(), first)
	require.NoError(t, err)
	slices.Reverse(r.Files)
	slices.Reverse(r.Programs)
	_, err = r.Write(t.Context(), second)
	require.NoError(t, err)
	require.Equal(t, contents(t, first), contents(t, second))
	_, err = r.Write(t.Context(), second)
	require.NoError(t, err, "the same release again")
}

func TestWriteRefuses(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		change func(t *testing.T, r *Release, dir string)
		err    string
	}{
		"no program":         {func(_ *testing.T, r *Release, _ string) { r.Programs = nil }, "there is no program to release"},
		"a program twice":    {func(_ *testing.T, r *Release, _ string) { r.Programs = append(r.Programs, r.Programs[0]) }, "are both wahost-provider-acme for"},
		"a file twice":       {func(_ *testing.T, r *Release, _ string) { r.Files = append(r.Files, File{Name: "license"}) }, "there are two files LICENSE and license"},
		"a missing file":     {func(_ *testing.T, r *Release, _ string) { r.Files[0].Path = "missing" }, "LICENSE: open missing"},
		"a missing extra":    {func(_ *testing.T, r *Release, _ string) { r.Also = []string{"missing"} }, "missing"},
		"an extra elsewhere": {func(_ *testing.T, r *Release, _ string) { r.Also = []string{"../x"} }, "is not the name of a file in"},
		"an older package": {func(t *testing.T, _ *Release, dir string) {
			require.NoError(t, os.WriteFile(filepath.Join(dir, "wahost-provider-acme_1.1.0_linux_amd64.zip"), nil, 0o600))
		}, "is not a package of this release"},
		"no certificate": {func(_ *testing.T, r *Release, _ string) {
			r.Certificates = []verify.Certificate{{File: "c.json", Data: []byte("{}")}}
		}, "c.json: "},
		"a certificate of another": {func(t *testing.T, r *Release, _ string) {
			r.Certificates = []verify.Certificate{{File: "c.json", Data: certificate(t, "00", "1.2.0")}}
		}, "c.json is about the program wahost-provider-acme with the sha256 00, which is not released"},
		"a certificate of another version": {func(t *testing.T, r *Release, _ string) {
			r.Certificates = []verify.Certificate{{File: "c.json", Data: certificate(t, r.Programs[0].SHA256, "1.1.0")}}
		}, "c.json is about version 1.1.0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, dir := newRelease(t), t.TempDir()
			tt.change(t, r, dir)
			_, err := r.Write(t.Context(), dir)
			require.ErrorContains(t, err, tt.err)
			require.NoFileExists(t, filepath.Join(dir, "SHA256SUMS"))
			left, err := filepath.Glob(filepath.Join(dir, ".release-*"))
			require.NoError(t, err)
			require.Empty(t, left)
		})
	}
}

func TestCertificatesTravel(t *testing.T) {
	t.Parallel()
	r, dir := newRelease(t), t.TempDir()
	one, first, second := certificate(t, r.Programs[0].SHA256, "1.2.0"), certificate(t, r.Programs[1].SHA256, "1.2.0"), certificate(t, r.Programs[1].SHA256, "1.2.0")
	r.Certificates = []verify.Certificate{{File: "1", Data: one}, {File: "2", Data: first}, {File: "3", Data: second}}
	_, err := r.Write(t.Context(), dir)
	require.NoError(t, err)
	base := "wahost-provider-acme_1.2.0_"
	files := contents(t, dir)
	require.Equal(t, string(one), files[base+r.Programs[0].Platform.String()+".certificate.json"])
	require.Equal(t, string(first)+"\n"+string(second)+"\n", files[base+"plan9_arm.certificate.jsonl"])
	for platform, want := range map[string]string{r.Programs[0].Platform.String(): "certificate.json", "plan9_arm": "certificate.jsonl", "aix_ppc64": ""} {
		z, err := zip.OpenReader(filepath.Join(dir, base+platform+".zip"))
		require.NoError(t, err)
		found := ""
		for _, f := range z.File {
			if f.Name == "certificate.json" || f.Name == "certificate.jsonl" {
				found = f.Name
			}
		}
		require.Equal(t, want, found, platform)
		require.NoError(t, z.Close())
	}
}

func TestSBOM(t *testing.T) {
	t.Parallel()
	r, dir := newRelease(t), t.TempDir()
	r.Licences = map[string][]string{"example.com/a": {"MIT"}}
	_, err := r.Write(t.Context(), dir)
	require.NoError(t, err)
	in, err := os.Open(filepath.Join(dir, "wahost-provider-acme_1.2.0_linux_amd64.cdx.json"))
	require.NoError(t, err)
	defer func() { _ = in.Close() }()
	var bom cyclonedx.BOM
	require.NoError(t, cyclonedx.NewBOMDecoder(in, cyclonedx.BOMFileFormatJSON).Decode(&bom))
	require.Equal(t, "wahost-provider-acme", bom.Metadata.Component.Name)
	require.Equal(t, "pkg:golang/example.com/acme@v1.2.0", bom.Metadata.Component.PackageURL)
	require.Equal(t, r.Programs[0].SHA256, (*bom.Metadata.Component.Hashes)[0].Value)
	require.Contains(t, *bom.Metadata.Component.Properties, cyclonedx.Property{Name: "wahost:commit", Value: "abc1234"})
	var purls []string
	for _, c := range *bom.Components {
		purls = append(purls, c.PackageURL)
	}
	require.Equal(t, []string{
		"pkg:golang/std@1.26.8", "pkg:golang/example.com/a@v1.0.0", "pkg:golang/example.com/c@v2.0.0%2Bincompatible", "pkg:golang/example.com/d@v1.2.0",
	}, purls)
	require.Equal(t, "MIT", (*(*bom.Components)[1].Licenses)[0].License.ID)
	require.Equal(t, purls, *(*bom.Dependencies)[0].Dependencies)
}

func TestDoubts(t *testing.T) {
	t.Parallel()
	p := newRelease(t).Programs[0]
	p.Build.Settings = []debug.BuildSetting{
		{Key: "CGO_ENABLED", Value: "1"}, {Key: "vcs.modified", Value: "true"}, {Key: "vcs.revision", Value: "abc"},
	}
	doubts := p.Doubts()
	require.Len(t, doubts, 4)
	for i, want := range []string{"without -trimpath", "with CGO_ENABLED=1", "differ from the commit abc", "with the folder ../d in place of example.com/d v1.2.0"} {
		require.Contains(t, doubts[i], want)
	}
	p.Build.Deps, p.Build.Settings = nil, []debug.BuildSetting{{Key: "-trimpath", Value: "true"}, {Key: "CGO_ENABLED", Value: "0"}}
	require.Empty(t, p.Doubts())
	require.Empty(t, newRelease(t).Programs[1].Doubts())
}

func TestWriteTarGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	files := []File{{Name: "b", Data: []byte("b")}, {Name: "a", Data: []byte("a"), Executable: true}}
	var first, second bytes.Buffer
	require.NoError(t, WriteTar(&first, "root", files))
	slices.Reverse(files)
	require.NoError(t, WriteTar(&second, "root", files))
	require.Equal(t, first.Bytes(), second.Bytes())
	require.ErrorContains(t, WriteTar(io.Discard, "root", []File{{Name: "a", Path: "missing"}}), "a: ")
	require.ErrorContains(t, WriteTar(io.Discard, "root", []File{{Name: "a"}, {Name: "A"}}), "there are two files A and a")
}
