// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package launch

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
)

// CopyProgram copies a program into a new file while hashing it, and makes the file read-only and executable. The bytes that are
// hashed are the bytes of the copy, whatever happens to the original meanwhile.
func CopyProgram(from io.Reader, to string) (sum [sha256.Size]byte, size int64, err error) {
	// A child that is forked meanwhile would inherit the open file, and the copy could not be executed ("text file busy") until
	// that child has executed something.
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o500)
	if err != nil {
		return sum, 0, err
	}
	hash := sha256.New()
	size, err = io.Copy(io.MultiWriter(out, hash), from)
	hash.Sum(sum[:0])
	return sum, size, errors.Join(err, out.Close())
}

// Copies holds private copies of programs, which other users cannot change. The zero value is not usable: make it with NewCopies
// and Close it.
type Copies struct {
	dir    string
	remove func() error
}

// NewCopies makes a folder for private copies. It is not the folder for sockets, because that may be on a file system from which
// nothing can be executed.
func NewCopies() (*Copies, error) {
	dir, remove, err := MakeDir(filepath.Join(os.TempDir(), fmt.Sprintf("wahost-programs-%d", os.Getuid())))
	if err != nil {
		return nil, fmt.Errorf("there is no place for private copies of providers: %w. Set TMPDIR to a folder that you can write to", err)
	}
	return &Copies{dir, remove}, nil
}

// Add makes a copy of a program under the same name and returns its path and sha256.
func (c *Copies) Add(path string) (copied string, sum [sha256.Size]byte, err error) {
	in, err := os.Open(path)
	if err != nil {
		return "", sum, err
	}
	defer func() { _ = in.Close() }()
	info, err := in.Stat()
	if err != nil {
		return "", sum, err
	}
	if !info.Mode().IsRegular() {
		return "", sum, fmt.Errorf("%s is not a file", path)
	}
	dir, err := os.MkdirTemp(c.dir, "")
	if err != nil {
		return "", sum, err
	}
	copied = filepath.Join(dir, filepath.Base(path))
	if sum, _, err = CopyProgram(in, copied); err != nil {
		return "", sum, errors.Join(err, os.RemoveAll(dir))
	}
	return copied, sum, nil
}

// Close removes the copies. The processes that run them must have ended.
func (c *Copies) Close() error { return c.remove() }
