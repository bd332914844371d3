// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/wahost/wahost/core/registry/lockfile"
	"github.com/wahost/wahost/core/registry/release"
	"github.com/wahost/wahost/core/registry/source"
	"github.com/wahost/wahost/internal/boundfile"
)

// Import copies the packed packages of a provider from the folder of a release, where they are in no other folder, into the mirror. Their
// checksums and the signature of these are copied as well. It returns the versions. What is in the mirror already must have the same bytes: a
// version that somebody may have locked does not change. The error is ErrNotOffered if the folder has no package of the provider.
func (f Filesystem) Import(ctx context.Context, from string, a source.Address) ([]release.Version, error) {
	offered := Filesystem{Dir: from, flat: true}
	versions, err := offered.Versions(ctx, a)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(f.folder(a), 0o755); err != nil {
		return nil, err
	}
	for _, v := range versions {
		r, err := offered.Release(ctx, a, v)
		if err != nil {
			return nil, err
		}
		if err := r.CheckSums(); err != nil {
			return nil, err
		}
		for _, p := range r.Platforms() {
			if pkg := r.Packages[p]; pkg.SHA256 != "" {
				if err := f.importPackage(ctx, a, pkg); err != nil {
					return nil, err
				}
			}
		}
		sums := release.SumsFiles(a.Name, v)[0]
		for name, data := range map[string][]byte{sums: r.Sums, sums + release.SignatureEnding: r.Signature} {
			if data == nil {
				continue
			}
			if err := f.importFile(filepath.Join(f.folder(a), name), data); err != nil {
				return nil, err
			}
		}
	}
	return versions, nil
}

// errDiffers is the error of a file that the mirror has with other bytes.
func errDiffers(path string) error {
	return fmt.Errorf("%s is there already, and has other bytes: a version that somebody may have locked does not change. Release a new version, or remove the file", path)
}

func (f Filesystem) importPackage(ctx context.Context, a source.Address, pkg release.Package) error {
	to := filepath.Join(f.folder(a), filepath.Base(pkg.At))
	if file, err := os.Open(to); err == nil {
		sum, _, err := release.ArchiveHash(file)
		if err = errors.Join(err, file.Close()); err == nil && sum != pkg.SHA256 {
			err = errDiffers(to)
		}
		return err
	}
	part, err := f.Begin(a, pkg)
	if err != nil {
		return err
	}
	in, _, err := f.Open(ctx, pkg, 0)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	out, err := os.Create(part)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if err = errors.Join(err, out.Chmod(0o644), out.Close()); err == nil {
		err = os.Rename(part, to)
	}
	if err != nil {
		return errors.Join(err, os.Remove(part))
	}
	return nil
}

func (f Filesystem) importFile(path string, data []byte) error {
	old, err := boundfile.ReadRegular(path, release.MaxSums)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return lockfile.Replace(path, data)
	case err == nil && !bytes.Equal(old, data):
		return errDiffers(path)
	}
	return err
}
