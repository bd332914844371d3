// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package release

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
)

// maxDirectory bounds in bytes what is read to find out what is in a package. The names of maxFiles files need less.
const maxDirectory = 4 << 20

// openArchive reads what is in a package. The number of entries that an archive tells may be wrong, so the bytes that are read are bounded,
// and with them the memory.
func openArchive(name string, from io.ReaderAt, size int64) (*zip.Reader, error) {
	bounded := &boundedAt{ReaderAt: from, left: maxDirectory}
	archive, err := zip.NewReader(bounded, size)
	switch {
	case errors.Is(err, errTooLarge) || bounded.left < 0 || err == nil && len(archive.File) > maxFiles:
		return nil, &PackageError{name, fmt.Sprintf("it has more than %d files", maxFiles)}
	case err != nil:
		return nil, &PackageError{name, fmt.Sprintf("it is not a zip archive (%v)", err)}
	}
	bounded.free = true
	return archive, nil
}

// boundedAt fails after a number of bytes, until it is free.
type boundedAt struct {
	io.ReaderAt
	left int64
	free bool
}

func (b *boundedAt) ReadAt(p []byte, offset int64) (int, error) {
	if !b.free {
		if b.left -= int64(len(p)); b.left < 0 {
			return 0, errTooLarge
		}
	}
	return b.ReaderAt.ReadAt(p, offset)
}
