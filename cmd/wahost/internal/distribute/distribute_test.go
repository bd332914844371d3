// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/registry/release"
	"github.com/wahost/wahost/core/registry/verify"
	"github.com/wahost/wahost/internal/testbin"
	"github.com/wahost/wahost/internal/testtool"
)

const root = "../../../.."

func write(t *testing.T, path, content string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
}

// small is the path of this command. It is in the place of wahost, whose archives would take long to compress.
var small string

func TestMain(m *testing.M) {
	dir, remove := testbin.Build(map[string]string{"github.com/wahost/wahost/cmd/wahost/internal/distribute": "distribute"})
	small = filepath.Join(dir, "distribute")
	code := m.Run()
	remove()
	os.Exit(code)
}

// built returns a folder as `make release` builds it, with a smaller program in the place of wahost.
func built(t *testing.T) *distribution {
	t.Helper()
	dir := t.TempDir()
	here := filepath.Join(dir, release.Current().String())
	write(t, filepath.Join(here, "providers", release.Current().Program("acme")), "a provider")
	write(t, filepath.Join(here, "certificates", "acme.json"), "{}")
	name := "wahost"
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	require.NoError(t, os.Symlink(small, filepath.Join(here, name)))
	write(t, filepath.Join(dir, "share", "man", "man1", "wahost.1"), ".TH wahost 1\n")
	for _, name := range []string{"wahost.bash", "_wahost", "wahost.fish"} {
		write(t, filepath.Join(dir, "share", "completions", name), "# completion\n")
	}
	write(t, filepath.Join(dir, "native", "wahost"), "not for a platform")
	v, err := release.ParseVersion("1.2.0")
	require.NoError(t, err)
	return &distribution{version: v, commit: "abc1234", build: dir, out: filepath.Join(t.TempDir(), "dist"), root: root}
}

func TestDistribution(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("the archive for Windows is a zip, which package pack tests")
	}
	d := built(t)
	require.NoError(t, d.write(t.Context()))
	base := "wahost_1.2.0_" + release.Current().String()
	archive := filepath.Join(d.out, base+".tar.gz")
	first, err := verify.FileSHA256(archive)
	require.NoError(t, err)
	executable, all := contents(t, archive)
	require.Equal(t, []string{base + "/providers/wahost-provider-acme", base + "/wahost"}, executable)
	for _, name := range []string{"LICENSE", "NOTICE", "THIRD_PARTY_LICENSES.md", "man/man1/wahost.1", "completions/_wahost", "certificates/acme.json"} {
		require.Contains(t, all, base+"/"+name)
	}
	require.FileExists(t, filepath.Join(d.out, base+".cdx.json"))
	if runtime.GOOS == "linux" || runtime.GOOS == "darwin" {
		formula, err := os.ReadFile(filepath.Join(d.out, "wahost.rb"))
		require.NoError(t, err)
		for _, want := range []string{`version "1.2.0"`, "# commit abc1234", "releases/download/v1.2.0/" + base + ".tar.gz", `sha256 "` + first + `"`, `Dir["certificates"]`} {
			require.Contains(t, string(formula), want)
		}
	}
	d.out = filepath.Join(t.TempDir(), "again")
	require.NoError(t, d.write(t.Context()))
	second, err := verify.FileSHA256(filepath.Join(d.out, base+".tar.gz"))
	require.NoError(t, err)
	require.Equal(t, first, second)
}

// contents returns the names of the files in an archive, and those that are executable, both in order.
func contents(t *testing.T, path string) (executable, all []string) {
	t.Helper()
	in, err := os.Open(path)
	require.NoError(t, err)
	defer func() { _ = in.Close() }()
	plain, err := gzip.NewReader(in)
	require.NoError(t, err)
	for r := tar.NewReader(plain); ; {
		header, err := r.Next()
		if errors.Is(err, io.EOF) {
			require.True(t, slices.IsSorted(all))
			return executable, all
		}
		require.NoError(t, err)
		require.Zero(t, header.Uid+header.Gid)
		all = append(all, header.Name)
		if header.Mode&0o111 != 0 {
			executable = append(executable, header.Name)
		}
	}
}

func TestDistributionRefuses(t *testing.T) {
	t.Parallel()
	d := built(t)
	require.NoError(t, os.RemoveAll(filepath.Join(d.build, release.Current().String())))
	require.ErrorContains(t, d.write(t.Context()), "has no folder such as linux_amd64")
	write(t, filepath.Join(d.build, "linux_amd64", "wahost"), "a script")
	require.ErrorContains(t, d.write(t.Context()), "does not say for which platform it is")
}

// TestPackages makes the packages for Debian and rpm, and installs the first one into a root of its own.
func TestPackages(t *testing.T) {
	t.Parallel()
	nfpm, dpkg, rpm := testtool.Path(t, root+"/bin/tools/nfpm"), testtool.Path(t, "dpkg"), testtool.Path(t, "rpm")
	d := built(t)
	run := func(path string, args ...string) string {
		cmd := exec.CommandContext(t.Context(), path, args...)
		cmd.Dir = root
		cmd.Env = append(os.Environ(), "ARCH="+runtime.GOARCH, "VERSION=1.2.0", "COMMIT=abc1234", "SOURCE_DATE_EPOCH=1795000000",
			"BUILD="+filepath.Join(d.build, release.Current().String()), "SHARE="+filepath.Join(d.build, "share"))
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s %s\n%s", path, strings.Join(args, " "), out)
		return string(out)
	}
	// The names of files with certificates are added in the way of .ci/release.
	config := filepath.Join(t.TempDir(), "nfpm.yaml")
	var text []byte
	for _, name := range []string{"nfpm.yaml", "nfpm-certificates.yaml"} {
		data, err := os.ReadFile(filepath.Join(root, "packaging", name))
		require.NoError(t, err)
		text = append(text, data...)
	}
	write(t, config, string(text))
	sums := map[string][]string{}
	dir := t.TempDir()
	for _, kind := range []string{"deb", "rpm"} {
		for _, name := range []string{"first." + kind, "second." + kind} {
			run(nfpm, "package", "--config", config, "--packager", kind, "--target", filepath.Join(dir, name))
			sum, err := verify.FileSHA256(filepath.Join(dir, name))
			require.NoError(t, err)
			sums[kind] = append(sums[kind], sum)
		}
		require.Equal(t, sums[kind][0], sums[kind][1], "the same bytes")
	}

	deb := filepath.Join(dir, "first.deb")
	require.Contains(t, run("dpkg-deb", "-I", deb), "Version: 1.2.0-1")
	installed := t.TempDir()
	for _, name := range []string{"status", "available", "info/x", "updates/x"} {
		write(t, filepath.Join(installed, "var/lib/dpkg", name), "")
	}
	for _, name := range []string{"info/x", "updates/x"} {
		require.NoError(t, os.Remove(filepath.Join(installed, "var/lib/dpkg", name)))
	}
	run(dpkg, "--root="+installed, "--log="+filepath.Join(dir, "log"), "--force-not-root", "--force-script-chrootless", "-i", deb)
	require.Contains(t, run(filepath.Join(installed, "usr/bin/wahost"), "-h"), "folder to write into", "the link leads to the program, and it starts")
	for _, name := range []string{"lib/wahost/providers/wahost-provider-acme", "lib/wahost/certificates/acme.json", "share/doc/wahost/NOTICE", "share/doc/wahost/THIRD_PARTY_LICENSES.md", "share/man/man1/wahost.1", "lib/systemd/system/wahost.service"} {
		require.FileExists(t, filepath.Join(installed, "usr", name))
	}

	require.DirExists(t, filepath.Join(installed, "etc/wahost"))

	about := run(rpm, "-qip", filepath.Join(dir, "first.rpm"))
	require.Contains(t, about, "Version     : 1.2.0")
	require.Contains(t, about, "Commit: abc1234")
	require.NotContains(t, about, hostName(t))
	require.Contains(t, run(rpm, "-qlp", filepath.Join(dir, "first.rpm")), "/usr/bin/wahost\n/usr/lib/systemd/system/wahost.service\n")
}

// hostName returns the name of this machine as a line of rpm has it.
func hostName(t *testing.T) string {
	t.Helper()
	name, err := os.Hostname()
	require.NoError(t, err)
	return "Build Host  : " + name + "\n"
}
