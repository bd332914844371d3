// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package release

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func parsed(t *testing.T, text string) Version {
	t.Helper()
	v, err := ParseVersion(text)
	require.NoError(t, err)
	return v
}

func TestParseVersion(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"1.0.0", "0.1.0-dev", "10.20.30-rc.1", "1.0.0-0.20260102030405-abcdef012345", "1.0.0-rc01"} {
		require.Equal(t, text, parsed(t, text).String())
	}
	for _, text := range []string{"", "1", "1.0", "v1.0.0", "1.0.0+build", "01.0.0", "1.0.0.0", "1.0.0 ", "1.0.0-01", "1.0.0-rc.01", "latest", "../1.0.0", strings.Repeat("1", 1000)} {
		_, err := ParseVersion(text)
		require.ErrorContains(t, err, "is not a version", text)
	}
}

func TestConstraint(t *testing.T) {
	t.Parallel()
	all := []Version{parsed(t, "0.9.0"), parsed(t, "1.0.0"), parsed(t, "1.2.0"), parsed(t, "1.3.0-rc1"), parsed(t, "2.0.0"), parsed(t, "2.1.0-dev")}
	for text, want := range map[string]string{
		"": "2.1.0-dev", "~> 1.0": "1.2.0", ">= 1.0, < 1.2": "1.0.0", "1.3.0-rc1": "1.3.0-rc1", ">= 1.3.0-rc1": "2.1.0-dev", ">= 3": "", "< 1": "0.9.0", "~> 2.0.0": "2.0.0",
	} {
		c, err := ParseConstraint(text)
		require.NoError(t, err)
		got, ok := c.Newest(all)
		require.Equal(t, want != "", ok, text)
		require.Equal(t, want, got.String(), text)
	}
	_, err := ParseConstraint("newest")
	require.ErrorContains(t, err, `"newest" is not a version constraint`)
}

func TestFiles(t *testing.T) {
	t.Parallel()
	f := File{"innopaas-mmlite", parsed(t, "1.2.3-rc1"), Platform{"linux", "amd64"}}
	require.Equal(t, "wahost-provider-innopaas-mmlite_1.2.3-rc1_linux_amd64.zip", f.Name())
	back, ok := ParseFile(f.Name())
	require.True(t, ok)
	require.Equal(t, f.Name(), back.Name())
	for _, name := range []string{
		"", "wahost-provider-a_1.0.0_linux_amd64", "wahost-provider-a_1.0.0_linux.zip", "wahost-provider-a_v1.0.0_linux_amd64.zip", "wahost-provider-a_1.0.0_SHA256SUMS",
		"wahost_1.0.0_linux_amd64.zip", "wahost-provider-a_1.0.0_li-nux_amd64.zip", "wahost-provider-a_1.0.0_linux_amd64_x.zip",
	} {
		_, ok := ParseFile(name)
		require.False(t, ok, name)
	}
	require.Equal(t, "wahost-provider-a.exe", Platform{"windows", "amd64"}.Program("a"))
	for _, text := range []string{"", "linux", "linux/amd64", "linux_", "_amd64", "Linux_amd64", "../x_y"} {
		_, err := ParsePlatform(text)
		require.ErrorContains(t, err, "is not a platform", text)
	}
}

func TestSums(t *testing.T) {
	t.Parallel()
	sum := strings.Repeat("ab", 32)
	sums, err := ParseSums([]byte(sum + "  a.zip\n" + strings.ToUpper(sum) + " *b.zip\r\n\n" + sum + "  ./c.zip\n"))
	require.NoError(t, err)
	require.Equal(t, Sums{"a.zip": sum, "b.zip": sum, "c.zip": sum}, sums)
	for text, want := range map[string]string{
		"ab  a.zip":      "line 1 is not a sha256",
		sum + "\n":       "line 1 is not a sha256",
		sum + "  ":       "line 1 is not a sha256",
		"<html>\n<body>": "line 1 is not a sha256",
		sum + "  a\n" + strings.Repeat("cd", 32) + "  a\n": `line 2: there is another checksum for "a"`,
	} {
		_, err := ParseSums([]byte(text))
		require.ErrorContains(t, err, want)
	}
}

func TestCheckSums(t *testing.T) {
	t.Parallel()
	sum, other := strings.Repeat("ab", 32), strings.Repeat("cd", 32)
	r := Release{Version: parsed(t, "1.0.0"), Packages: map[Platform]Package{{"linux", "amd64"}: {SHA256: sum, At: "here"}, {"linux", "arm64"}: {Hash: "h1:x", At: "folder"}}}
	r.Source.Name = "a"
	require.NoError(t, r.CheckSums(), "no checksums")
	const name = "  wahost-provider-a_1.0.0_linux_amd64.zip\n"
	for sums, want := range map[string]string{
		sum + name:      "",
		other + name:    "the package here cannot be used: its sha256 is " + sum,
		sum + "  other": "the checksums of the release do not have wahost-provider-a_1.0.0_linux_amd64.zip",
		"nonsense":      "line 1 is not a sha256",
	} {
		r.Sums = []byte(sums)
		err := r.CheckSums()
		if want == "" {
			require.NoError(t, err)
			continue
		}
		require.ErrorContains(t, err, want)
	}
}
