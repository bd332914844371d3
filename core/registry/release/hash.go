// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package release

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"

	"golang.org/x/mod/sumdb/dirhash"
)

// ArchiveHash returns the sha256 of a package, in hex, and its size in bytes.
func ArchiveHash(from io.Reader) (sum string, size int64, err error) {
	h := sha256.New()
	if size, err = io.Copy(h, io.LimitReader(from, MaxPackage+1)); err != nil {
		return "", 0, err
	}
	if size > MaxPackage {
		return "", 0, fmt.Errorf("it has more than %d MiB", int64(MaxPackage)>>20)
	}
	return hex.EncodeToString(h.Sum(nil)), size, nil
}

// ProgramHash returns the "h1:" hash of the program in a package, as a lock file holds it, without unpacking the package. The error is a
// *PackageError with the name of the package.
func ProgramHash(name string, from io.ReaderAt, size int64, program string) (string, error) {
	fail := func(format string, args ...any) (string, error) {
		return "", &PackageError{name, fmt.Sprintf(format, args...)}
	}
	archive, err := openArchive(name, from, size)
	if err != nil {
		return "", err
	}
	for _, f := range archive.File {
		if f.Name != program {
			continue
		}
		hash, err := dirhash.Hash1([]string{program}, func(string) (io.ReadCloser, error) {
			in, err := f.Open()
			if err != nil {
				return nil, err
			}
			return struct {
				io.Reader
				io.Closer
			}{&boundedReader{in, maxUnpacked}, in}, nil
		})
		if err != nil {
			return fail("the entry %q cannot be unpacked: %v", program, err)
		}
		return hash, nil
	}
	return fail("it does not contain the program %s", program)
}

// boundedReader fails after a number of bytes.
type boundedReader struct {
	io.Reader
	left int64
}

func (r *boundedReader) Read(b []byte) (int, error) {
	n, err := r.Reader.Read(b)
	if r.left -= int64(n); r.left < 0 {
		return 0, errTooLarge
	}
	return n, err
}
