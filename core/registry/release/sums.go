// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package release

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// MaxSums bounds a file of checksums in bytes.
const MaxSums = 1 << 20

// Sums are checksums: the sha256 of files, in lower-case hex, by name.
type Sums map[string]string

// ParseSums reads what `sha256sum` writes. The error names the line.
func ParseSums(data []byte) (Sums, error) {
	sums := Sums{}
	lines := bufio.NewScanner(bytes.NewReader(data))
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimRight(lines.Text(), "\r")
		if line == "" {
			continue
		}
		sum, name, found := strings.Cut(line, " ")
		name = strings.TrimPrefix(strings.TrimPrefix(name, " "), "*")
		if !found || !IsSHA256(sum) || name == "" {
			return nil, fmt.Errorf("line %d is not a sha256 in hex, two spaces and the name of a file", n)
		}
		name = strings.TrimPrefix(name, "./")
		if old, twice := sums[name]; twice && old != strings.ToLower(sum) {
			return nil, fmt.Errorf("line %d: there is another checksum for %q", n, shortened(name))
		}
		sums[name] = strings.ToLower(sum)
	}
	return sums, lines.Err()
}

// IsSHA256 reports whether a text is a sha256 in hex.
func IsSHA256(text string) bool {
	raw, err := hex.DecodeString(text)
	return err == nil && len(raw) == sha256.Size
}
