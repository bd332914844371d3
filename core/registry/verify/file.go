// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package verify

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/wahost/wahost/internal/boundfile"
)

// maxKeyFile bounds the file of a key, in bytes.
const maxKeyFile = 1 << 20

// ReadPublicKey reads the file of a public key. The error names the file.
func ReadPublicKey(path string) (*Key, error) {
	data, err := boundfile.Read(path, maxKeyFile)
	if err != nil {
		return nil, err
	}
	key, err := ParsePublic(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return key, nil
}

// ReadPrivateKey reads the file of a private key. The error names the file and never quotes the key.
func ReadPrivateKey(path string) (*Key, error) {
	data, err := boundfile.Read(path, maxKeyFile)
	if err != nil {
		return nil, err
	}
	key, err := ParsePrivate(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return key, nil
}

// ReadRevoked reads a list of revoked sha256 digests, one on each line. "#" begins a comment.
func ReadRevoked(path string) ([]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	var out []string
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		text, _, _ := strings.Cut(lines.Text(), "#")
		if text = strings.TrimPrefix(strings.TrimSpace(text), "sha256:"); text == "" {
			continue
		}
		if raw, err := hex.DecodeString(text); err != nil || len(raw) != sha256.Size {
			return nil, fmt.Errorf("%s:%d: not a sha256 in hex", path, n)
		}
		out = append(out, strings.ToLower(text))
	}
	return out, lines.Err()
}

// FileSHA256 returns the sha256 of a file, in hex.
func FileSHA256(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}
