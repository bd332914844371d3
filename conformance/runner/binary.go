// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package runner

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"

	"github.com/wahost/wahost/core/launch"
)

// Copy is a private copy of a provider's binary. The bytes that are hashed are the bytes that are executed. Several runs
// may share a copy, which saves the time of making it for each. It must be closed.
type Copy struct {
	path string
	// remove removes the copy and its folder.
	remove func() error
	// name is the file name of the original.
	name string
	size int64
	sum  [sha256.Size]byte
	// written is the identity of the copy when it had been written, or the zero identity.
	written identity
}

// copiesBase returns the folder for the copies of this user's runs. It is not the folder of the host's sockets, because
// that may be on a file system from which nothing can be executed.
func copiesBase() string {
	return filepath.Join(os.TempDir(), fmt.Sprintf("wahost-conformance-%d", os.Getuid()))
}

// executableBit reports whether the platform marks programs in their file mode. Windows does not.
const executableBit = runtime.GOOS != "windows"

// NewCopy copies the program into a folder of its own while hashing it, and makes it read-only and executable. The error is
// an *EnvironmentError.
func NewCopy(path string) (b *Copy, err error) {
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
	case executableBit && info.Mode()&0o111 == 0:
		return nil, environment("the provider %s is not executable (chmod +x)", path)
	}
	dir, remove, err := launch.MakeDir(copiesBase())
	if err != nil {
		return nil, environment("cannot make a folder for a private copy of the provider: %w. Set TMPDIR to a folder that you can write to", err)
	}
	b = &Copy{remove: remove, path: filepath.Join(dir, filepath.Base(path)), name: filepath.Base(path)}
	if err := b.fill(in); err != nil {
		return nil, errors.Join(environment("the provider cannot be copied: %w", err), b.remove())
	}
	return b, nil
}

// fill writes the copy.
func (b *Copy) fill(in io.Reader) (err error) {
	b.sum, b.size, err = launch.CopyProgram(in, b.path)
	b.written, _ = identify(b.path)
	return err
}

// Close removes the copy. It returns an error if the copy was changed since it was made.
func (b *Copy) Close() error { return errors.Join(b.unchanged(), b.remove()) }

// unchanged returns an error if the copy differs from what was hashed.
func (b *Copy) unchanged() error {
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
