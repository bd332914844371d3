// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package pack

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wahost/wahost/core/registry/release"
	"github.com/wahost/wahost/core/registry/verify"
)

// Written is a file of a release.
type Written struct {
	Name string `json:"name"`
	// Size is in bytes, and SHA256 is in hex.
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// folder is the folder that a release is written into.
type folder struct {
	dir     string
	written []Written
}

// create writes a file under another name, and renames it when it is whole.
func (w *folder) create(name string, write func(io.Writer) error) error {
	out, err := os.CreateTemp(w.dir, ".release-*")
	if err != nil {
		return err
	}
	counted := &counter{sum: sha256.New()}
	err = write(io.MultiWriter(out, counted))
	err = errors.Join(err, out.Chmod(0o644), out.Close())
	if err == nil {
		err = os.Rename(out.Name(), filepath.Join(w.dir, name))
	}
	if err != nil {
		return errors.Join(err, os.Remove(out.Name()))
	}
	w.written = append(w.written, Written{name, counted.size, hex.EncodeToString(counted.sum.Sum(nil))})
	return nil
}

// counter counts and hashes what is written.
type counter struct {
	sum  hash.Hash
	size int64
}

func (c *counter) Write(b []byte) (int, error) {
	c.size += int64(len(b))
	return c.sum.Write(b)
}

// file writes a small file.
func (w *folder) file(name string, data []byte) error {
	return w.create(name, func(to io.Writer) error {
		_, err := to.Write(data)
		return err
	})
}

// add adds a file that is there already.
func (w *folder) add(name string) error {
	if name != filepath.Base(name) || strings.HasPrefix(name, ".") || strings.ContainsAny(name, "\n\\") {
		return fmt.Errorf("%q is not the name of a file in %s", name, w.dir)
	}
	path := filepath.Join(w.dir, name)
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	sum, err := verify.FileSHA256(path)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(w.written, func(o Written) bool { return o.Name == name }) {
		w.written = append(w.written, Written{name, info.Size(), sum})
	}
	return nil
}

// checkAlone returns an error if the folder has another package than those that are going to be written: the checksums would not have it, and
// nobody could install from this folder.
func (w *folder) checkAlone(packages []onePackage) error {
	entries, err := os.ReadDir(w.dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		_, isPackage := release.ParseFile(e.Name())
		if isPackage && !slices.ContainsFunc(packages, func(p onePackage) bool { return p.file.Name() == e.Name() }) {
			return fmt.Errorf("%s is not a package of this release, and a release has its folder to itself: remove it, or write to another folder",
				filepath.Join(w.dir, e.Name()))
		}
	}
	return nil
}

// sums returns the checksums of what was written, as sha256sum writes them, in the order of the names.
func (w *folder) sums() []byte {
	slices.SortFunc(w.written, func(a, b Written) int { return strings.Compare(a.Name, b.Name) })
	var b strings.Builder
	for _, f := range w.written {
		fmt.Fprintf(&b, "%s  %s\n", f.SHA256, f.Name)
	}
	return []byte(b.String())
}
