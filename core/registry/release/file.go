// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package release

import (
	"fmt"
	"strings"
)

const (
	// ProgramPrefix is how the name of a provider's program begins, and that of its packages.
	ProgramPrefix = "wahost-provider-"
	ending        = ".zip"
	// SumsFile is the name of the file with the checksums of the packages beside it, in the format of sha256sum.
	SumsFile = "SHA256SUMS"
	// SignatureEnding is the end of the name of a signature of checksums: 64 bytes, made with ed25519 over the bytes of the file.
	SignatureEnding = ".sig"
)

// File is what the name of a package says: wahost-provider-NAME_VERSION_OS_ARCH.zip.
type File struct {
	Provider string
	Version  Version
	Platform Platform
}

// Name returns the name of the package.
func (f File) Name() string {
	return fmt.Sprintf("%s%s_%s_%s%s", ProgramPrefix, f.Provider, f.Version, f.Platform, ending)
}

// ParseFile reads the name of a package. The result is false if it is another file.
func ParseFile(name string) (File, bool) {
	rest, isProvider := strings.CutPrefix(name, ProgramPrefix)
	rest, isZip := strings.CutSuffix(rest, ending)
	parts := strings.Split(rest, "_")
	if !isProvider || !isZip || len(parts) != 4 {
		return File{}, false
	}
	v, err := ParseVersion(parts[1])
	if err != nil {
		return File{}, false
	}
	p, err := ParsePlatform(parts[2] + "_" + parts[3])
	return File{parts[0], v, p}, err == nil
}

// SumsFiles returns the names under which the checksums of a release are looked for, in order: a file of their own in a folder that
// holds several releases, and the one that a release has in its own folder.
func SumsFiles(provider string, v Version) []string {
	return []string{fmt.Sprintf("%s%s_%s_%s", ProgramPrefix, provider, v, SumsFile), SumsFile}
}
