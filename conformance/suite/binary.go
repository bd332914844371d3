// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"

	"github.com/wahost/wahost/core/launch"
)

// binary is the private copy of what is tested. What is hashed is what is executed.
type binary struct {
	path string
	// remove removes the copy and its folder.
	remove func() error
	// name is the file name as it was given.
	name string
	size int64
	sum  [sha256.Size]byte
}

// copiesBase is the folder for the copies of this user's runs. It is not the host's folder for sockets, which may be one
// from which nothing can be executed.
func copiesBase() string {
	return filepath.Join(os.TempDir(), fmt.Sprintf("wahost-conformance-%d", os.Getuid()))
}

// copyBinary copies the program into a folder of its own while hashing it, and makes it read-only and executable.
func copyBinary(path string) (b *binary, err error) {
	in, err := os.Open(path)
	if err != nil {
		return nil, environment("the provider cannot be read: %w", err)
	}
	defer func() { _ = in.Close() }()
	info, err := in.Stat()
	switch {
	case err != nil:
		return nil, environment("the provider cannot be read: %w", err)
	case !info.Mode().IsRegular():
		return nil, environment("the provider %s is not a file", path)
	case info.Mode()&0o111 == 0:
		return nil, environment("the provider %s is not executable (chmod +x)", path)
	}
	dir, remove, err := launch.MakeDir(copiesBase())
	if err != nil {
		return nil, environment("there is no place for a private copy of the provider: %w. Set TMPDIR to a folder that you can write to", err)
	}
	b = &binary{remove: remove, path: filepath.Join(dir, filepath.Base(path)), name: filepath.Base(path)}
	if err := b.fill(in); err != nil {
		return nil, errors.Join(environment("the provider cannot be copied: %w", err), b.remove())
	}
	return b, nil
}

// fill writes the copy. A child that is forked meanwhile would inherit the open file, and until it executes something
// the copy could not be executed ("text file busy"): so nothing is forked meanwhile.
func (b *binary) fill(in io.Reader) error {
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	out, err := os.OpenFile(b.path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o500)
	if err != nil {
		return err
	}
	hash := sha256.New()
	b.size, err = io.Copy(io.MultiWriter(out, hash), in)
	hash.Sum(b.sum[:0])
	return errors.Join(err, out.Close())
}

// unchanged fails where the copy is no longer what was hashed.
func (b *binary) unchanged() error {
	f, err := os.Open(b.path)
	if err != nil {
		return fmt.Errorf("the private copy of the provider is gone: %w", err)
	}
	defer func() { _ = f.Close() }()
	hash := sha256.New()
	if _, err := io.Copy(hash, f); err != nil {
		return fmt.Errorf("the private copy of the provider cannot be read: %w", err)
	}
	if [sha256.Size]byte(hash.Sum(nil)) != b.sum {
		return errors.New("the private copy of the provider was changed during the run")
	}
	return nil
}
