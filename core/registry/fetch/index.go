// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package fetch

import (
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/wahost/wahost/core/registry/release"
	"github.com/wahost/wahost/core/registry/source"
)

const (
	// IndexFile is the name of the index of a provider's releases on an HTTPS mirror, in the folder of its packages.
	IndexFile = "index.json"
	// indexFormat is the version of the format. The first number changes if a reader has to change.
	indexFormat = "1.0"
	// maxIndex bounds an index in bytes.
	maxIndex = 16 << 20
)

// Index is the index of a provider's releases. Names of files are relative to the index, and have no folder.
type Index struct {
	FormatVersion string                  `json:"format_version"`
	Source        string                  `json:"source"`
	Versions      map[string]IndexVersion `json:"versions"`
}

// IndexVersion is one release.
type IndexVersion struct {
	Packages map[string]IndexPackage `json:"packages"`
	// Sums is the name of the file with the checksums, and Signature that of its signature. Both may be empty.
	Sums      string `json:"sums,omitempty"`
	Signature string `json:"signature,omitempty"`
}

// IndexPackage is the package for one platform.
type IndexPackage struct {
	File string `json:"file"`
	// Size is in bytes, SHA256 is in hex, and Hash is the "h1:" hash of the program.
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
	Hash   string `json:"hash"`
}

// parseIndex reads and checks an index.
func parseIndex(data []byte, a source.Address) (*Index, error) {
	var x Index
	if err := json.Unmarshal(data, &x); err != nil {
		return nil, fmt.Errorf("it is not an index of releases in JSON: %w", err)
	}
	if major, _, _ := strings.Cut(x.FormatVersion, "."); major != "1" {
		return nil, fmt.Errorf("it has the format %q, and this version of wahost reads format 1. Use a newer wahost", x.FormatVersion)
	}
	if x.Source != a.String() {
		return nil, fmt.Errorf("it is about %q, and not about %s", x.Source, a)
	}
	for text, v := range x.Versions {
		if _, err := release.ParseVersion(text); err != nil {
			return nil, err
		}
		for platform, p := range v.Packages {
			if _, err := release.ParsePlatform(platform); err != nil {
				return nil, err
			}
			if err := p.check(); err != nil {
				return nil, fmt.Errorf("version %s for %s: %w", text, platform, err)
			}
		}
		for _, name := range []string{v.Sums, v.Signature} {
			if name != "" && !plainName(name) {
				return nil, fmt.Errorf("version %s: %q is not the name of a file beside the index", text, name)
			}
		}
	}
	return &x, nil
}

func (p IndexPackage) check() error {
	switch {
	case !plainName(p.File):
		return fmt.Errorf("%q is not the name of a file beside the index", p.File)
	case p.Size <= 0 || p.Size > release.MaxPackage:
		return fmt.Errorf("the size %d is not one of a package", p.Size)
	case !release.IsSHA256(p.SHA256) || strings.ToLower(p.SHA256) != p.SHA256:
		return errors.New("its sha256 is not 64 lower-case hexadecimal digits")
	case p.Hash != "" && !strings.HasPrefix(p.Hash, "h1:"):
		return errors.New("its hash is not an h1: hash")
	}
	return nil
}

// plainName reports whether a text is the name of a file, without a folder or anything that a URL gives a meaning to.
func plainName(name string) bool {
	return name != "" && name == path.Base(name) && name[0] != '.' && !strings.ContainsAny(name, `\:?#%`)
}
