// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
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
			if r.Packages[p].SHA256 == "" {
				continue // unpacked
			}
			if err := f.Copy(ctx, offered, r, p, nil); err != nil {
				return nil, err
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

// Copy brings the archive of a package from another place into the mirror, unless it is there. Progress is called as by Download, and may
// be nil. An interrupt at any time leaves nothing that a later Copy cannot complete.
func (f Filesystem) Copy(ctx context.Context, from Place, r *release.Release, p release.Platform, progress func(done int64)) error {
	pkg, dir := r.Packages[p], f.folder(r.Source)
	to := filepath.Join(dir, release.File{Provider: r.Source.Name, Version: r.Version, Platform: p}.Name())
	if there, err := holds(to, pkg.SHA256); there || err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	part := filepath.Join(dir, "."+pkg.SHA256+".part")
	file, err := Download(ctx, from, pkg, part, progress)
	if err != nil {
		return err
	}
	if err := errors.Join(file.Chmod(0o644), file.Close()); err != nil {
		return err
	}
	return os.Rename(part, to)
}

// holds reports whether a file is there. The error says if it has another sha256.
func holds(path, sha256 string) (bool, error) {
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	sum, _, err := release.ArchiveHash(file)
	if err = errors.Join(err, file.Close()); err == nil && sum != sha256 {
		err = errDiffers(path)
	}
	return err == nil, err
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
