// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package install

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/registry/fetch"
	"github.com/wahost/wahost/core/registry/lockfile"
	"github.com/wahost/wahost/core/registry/release"
	"github.com/wahost/wahost/core/registry/source"
)

var (
	acme  = source.Address{Namespace: "acme", Name: "acme"}
	linux = release.Platform{OS: "linux", Arch: "amd64"}
)

// counted counts how often a package is read.
type counted struct {
	fetch.Filesystem
	opened int
}

func (c *counted) Open(ctx context.Context, pkg release.Package, offset int64) (io.ReadCloser, int64, error) {
	c.opened++
	return c.Filesystem.Open(ctx, pkg, offset)
}

// offered returns a package for linux whose program has the content, and the place that offers it. Packed says whether it is an archive.
func offered(t *testing.T, content string, packed bool) (Wanted, *counted) {
	t.Helper()
	v, err := release.ParseVersion("1.0.0")
	require.NoError(t, err)
	place := &counted{Filesystem: fetch.Filesystem{Dir: t.TempDir()}}
	folder := filepath.Join(place.Dir, "acme", "acme")
	if packed {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		for name, text := range map[string]string{linux.Program("acme"): content, "doc/README": "text"} {
			f, err := w.Create(name)
			require.NoError(t, err)
			_, err = f.Write([]byte(text))
			require.NoError(t, err)
		}
		require.NoError(t, w.Close())
		require.NoError(t, os.MkdirAll(folder, 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(folder, release.File{Provider: "acme", Version: v, Platform: linux}.Name()), b.Bytes(), 0o600))
	} else {
		folder = filepath.Join(folder, "1.0.0", "linux_amd64")
		require.NoError(t, os.MkdirAll(filepath.Join(folder, "doc"), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(folder, linux.Program("acme")), []byte(content), 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(folder, "doc", "README"), []byte("text"), 0o600))
	}
	r, err := place.Release(t.Context(), acme, v)
	require.NoError(t, err)
	return Wanted{Release: r, From: place, Platform: linux}, place
}

// forget returns the wanted package without the hash of its program, as a registry may offer it.
func forget(w Wanted) Wanted {
	pkg := w.pkg()
	pkg.Hash = ""
	copied := *w.Release
	copied.Packages = map[release.Platform]release.Package{linux: pkg}
	w.Release = &copied
	return w
}

func TestInstall(t *testing.T) {
	t.Parallel()
	for name, packed := range map[string]bool{"packed": true, "unpacked": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, place := offered(t, "program", packed)
			i := Installer{Folder: Of(t.TempDir())}
			r, err := i.Install(t.Context(), w)
			require.NoError(t, err)
			require.Equal(t, w.pkg().Hash, r.Hash)
			v := w.Release.Version
			path := i.Folder.Program(acme, v, linux)
			content, err := os.ReadFile(path)
			require.NoError(t, err)
			require.Equal(t, "program", string(content))
			require.FileExists(t, filepath.Join(i.Folder.Package(acme, v, linux), "doc", "README"))
			info, err := os.Stat(path)
			require.NoError(t, err)
			require.Equal(t, os.FileMode(0o555), info.Mode().Perm())
			recorded, err := i.Folder.Record(acme, v, linux)
			require.NoError(t, err)
			require.Equal(t, r, recorded)
			require.Equal(t, []release.Platform{linux}, i.Folder.Platforms(acme, v))

			before := place.opened
			_, err = i.Install(t.Context(), w)
			require.NoError(t, err)
			require.Equal(t, before, place.opened, "it is installed already")

			// A program that was changed, and one whose record was changed with it, are replaced.
			require.NoError(t, os.Chmod(path, 0o755))
			require.NoError(t, os.WriteFile(path, []byte("evil"), 0o755))
			hash, _, err := lockfile.Hash(path)
			require.NoError(t, err)
			dir := i.Folder.Package(acme, v, linux)
			require.NoError(t, writeRecord(dir, &Record{Origin: r.Origin, SHA256: r.SHA256, Hash: hash}))
			_, err = i.Install(t.Context(), forget(w))
			require.NoError(t, err)
			content, err = os.ReadFile(path)
			require.NoError(t, err)
			require.Equal(t, "program", string(content))
		})
	}
}

// TestInstallLocked installs a package that the lock file allows or not.
func TestInstallLocked(t *testing.T) {
	t.Parallel()
	hashes := func(w Wanted) []string { return []string{lockfile.Archive(w.pkg().SHA256), w.pkg().Hash} }
	tests := map[string]struct {
		unpacked bool
		locked   func(w Wanted) lockfile.Provider
		reason   LockedReason
	}{
		"as locked": {locked: func(w Wanted) lockfile.Provider {
			return lockfile.Provider{Platforms: []string{"linux_amd64"}, Hashes: hashes(w)}
		}},
		"unpacked, as locked": {unpacked: true, locked: func(w Wanted) lockfile.Provider {
			return lockfile.Provider{Platforms: []string{"linux_amd64"}, Hashes: []string{w.pkg().Hash}}
		}},
		"the hash of the program was not known": {locked: func(w Wanted) lockfile.Provider {
			return lockfile.Provider{Platforms: []string{"linux_amd64"}, Hashes: hashes(w)[:1]}
		}},
		"another archive": {locked: func(Wanted) lockfile.Provider {
			return lockfile.Provider{Platforms: []string{"linux_amd64"}, Hashes: []string{"zh:0", "h1:0"}}
		}, reason: ArchiveDiffers},
		"another program": {locked: func(w Wanted) lockfile.Provider {
			return lockfile.Provider{Platforms: []string{"linux_amd64"}, Hashes: []string{hashes(w)[0], "h1:0"}}
		}, reason: ProgramDiffers},
		"another platform": {locked: func(Wanted) lockfile.Provider {
			return lockfile.Provider{Platforms: []string{"darwin_arm64"}, Hashes: []string{"zh:0", "h1:0"}}
		}, reason: PlatformMissing},
		"unpacked, another program": {unpacked: true, locked: func(Wanted) lockfile.Provider {
			return lockfile.Provider{Platforms: []string{"linux_amd64"}, Hashes: []string{"h1:0"}}
		}, reason: ArchiveDiffers},
		"unpacked, another platform": {unpacked: true, locked: func(Wanted) lockfile.Provider {
			return lockfile.Provider{Platforms: []string{"darwin_arm64"}, Hashes: []string{"h1:0"}}
		}, reason: PlatformMissing},
	}
	for name, tt := range tests {
		for _, cache := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				w, _ := offered(t, "program", !tt.unpacked)
				locked := tt.locked(w)
				locked.Name, locked.Source, locked.Version = "acme", "acme/acme", "1.0.0"
				w.Locked = &locked
				i := Installer{Folder: Of(t.TempDir())}
				if cache {
					i.Cache = Folder{t.TempDir()}
					free := w
					free.Locked = nil
					_, err := (&Installer{Folder: Of(t.TempDir()), Cache: i.Cache}).Install(t.Context(), free)
					require.NoError(t, err)
				}
				r, err := i.Install(t.Context(), forget(w))
				if tt.reason == "" {
					require.NoError(t, err)
					require.Equal(t, w.pkg().Hash, r.Hash)
					return
				}
				var refused *LockedError
				require.ErrorAs(t, err, &refused)
				assert.Equal(t, tt.reason, refused.Reason)
				assert.Contains(t, err.Error(), "wahost providers lock")
				assert.NoDirExists(t, i.Folder.Package(acme, w.Release.Version, linux))
			})
		}
	}
}

func TestInstallRefuses(t *testing.T) {
	t.Parallel()
	t.Run("a link in an unpacked package", func(t *testing.T) {
		t.Parallel()
		w, _ := offered(t, "program", false)
		require.NoError(t, os.Symlink("/etc/passwd", filepath.Join(w.pkg().At, "link")))
		_, err := (&Installer{Folder: Of(t.TempDir())}).Install(t.Context(), w)
		require.ErrorContains(t, err, "link is a link or a device")
	})
	t.Run("a promise that is not kept", func(t *testing.T) {
		t.Parallel()
		w, _ := offered(t, "program", true)
		pkg := w.pkg()
		pkg.Hash = "h1:promised"
		w.Release.Packages[linux] = pkg
		_, err := (&Installer{Folder: Of(t.TempDir())}).Install(t.Context(), w)
		require.ErrorContains(t, err, "and the release promises h1:promised")
	})
	t.Run("a check", func(t *testing.T) {
		t.Parallel()
		w, _ := offered(t, "program", true)
		w.Check = func(_ context.Context, dir, program string) error {
			assert.Equal(t, filepath.Join(dir, linux.Program("acme")), program)
			return errors.New("not certified")
		}
		folder := Of(t.TempDir())
		_, err := (&Installer{Folder: folder}).Install(t.Context(), w)
		require.EqualError(t, err, "not certified")
		require.NoDirExists(t, folder.Package(acme, w.Release.Version, linux))
	})
}

// TestLockKeepsOthersOut waits for whoever is in a folder.
func TestLockKeepsOthersOut(t *testing.T) {
	t.Parallel()
	f := Of(t.TempDir())
	unlock, err := f.Lock(t.Context(), nil)
	require.NoError(t, err)
	left := filepath.Join(f.Dir, workDir, "unpack-1")
	require.NoError(t, os.MkdirAll(left, 0o755))
	waiting, entered := make(chan struct{}), make(chan error)
	go func() {
		again, err := f.Lock(t.Context(), func() { close(waiting) })
		if err == nil {
			again()
		}
		entered <- err
	}()
	<-waiting
	require.DirExists(t, left)
	unlock()
	require.NoError(t, <-entered)
	require.NoDirExists(t, left, "what somebody left who was killed is removed")

	unlock, err = f.Lock(t.Context(), nil)
	require.NoError(t, err)
	defer unlock()
	ctx, cancel := context.WithCancel(t.Context())
	_, err = f.Lock(ctx, cancel)
	require.ErrorIs(t, err, context.Canceled)
	require.EqualError(t, err, "the folder "+f.Dir+" is in use: context canceled")
}

// TestFolderThatCannotBeLocked has a folder in place of the file that is locked. Nobody is in the folder then.
func TestFolderThatCannotBeLocked(t *testing.T) {
	t.Parallel()
	f := Of(t.TempDir())
	require.NoError(t, os.MkdirAll(filepath.Join(f.Dir, lockName), 0o755))
	_, err := f.Lock(t.Context(), nil)
	require.ErrorContains(t, err, "the folder "+f.Dir+" cannot be locked: ")
	require.NotContains(t, err.Error(), "in use")
}
