// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package release describes the releases of providers: their versions and platforms, the names of their files, their checksums,
// and how a package is unpacked so that nothing in it can do harm.
package release

import (
	"cmp"
	"fmt"
	"runtime"
	"strings"

	"github.com/wahost/wahost/internal/lazyregexp"
)

// Platform is an operating system with a kind of processor, in the words of Go.
type Platform struct{ OS, Arch string }

var platformPart = lazyregexp.New(`^[a-z0-9]{1,20}$`)

// Current returns the platform that this program runs on.
func Current() Platform { return Platform{runtime.GOOS, runtime.GOARCH} }

// String returns the platform as OS_ARCH, such as "linux_amd64".
func (p Platform) String() string { return p.OS + "_" + p.Arch }

// Compare orders platforms by name.
func (p Platform) Compare(other Platform) int {
	return cmp.Or(strings.Compare(p.OS, other.OS), strings.Compare(p.Arch, other.Arch))
}

// MarshalText returns the same text as String.
func (p Platform) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText accepts the same texts as ParsePlatform.
func (p *Platform) UnmarshalText(text []byte) (err error) {
	*p, err = ParsePlatform(string(text))
	return err
}

// ParsePlatform reads OS_ARCH, such as "linux_amd64".
func ParsePlatform(text string) (Platform, error) {
	goos, arch, ok := strings.Cut(text, "_")
	if !ok || !platformPart().MatchString(goos) || !platformPart().MatchString(arch) {
		return Platform{}, fmt.Errorf("%q is not a platform: write OS_ARCH, such as linux_amd64 or darwin_arm64", shortened(text))
	}
	return Platform{goos, arch}, nil
}

// Program returns the name of the file of a provider's program on this platform.
func (p Platform) Program(provider string) string {
	if p.OS == "windows" {
		return ProgramPrefix + provider + ".exe"
	}
	return ProgramPrefix + provider
}

// Provider returns the name of the provider whose program has this name of a file on this platform. The result is false for another file.
func (p Platform) Provider(file string) (string, bool) {
	name, ok := strings.CutPrefix(file, ProgramPrefix)
	if p.OS == "windows" {
		name = strings.TrimSuffix(name, ".exe")
	}
	return name, ok && name != ""
}

// shortened returns text for an error, shortened if it is long.
func shortened(text string) string {
	const most = 80
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "..."
}
