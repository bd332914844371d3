// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package launch

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// makeRunDir makes this host's folder for sockets. The folder is private and has a short path. Programs that clean
// temporary folders do not remove it while it is in use. The returned function removes it.
func makeRunDir() (dir string, remove func() error, err error) {
	var failed []error
	for _, base := range runBases() {
		dir, remove, err := MakeDir(base)
		if err == nil {
			return dir, remove, nil
		}
		failed = append(failed, err)
	}
	return "", nil, fmt.Errorf("there is no place for the sockets of providers: %w. "+
		"Set TMPDIR to a folder that you can write to, with a path of at most %d bytes", errors.Join(failed...), maxBase-len("/wahost-1000000"))
}

// RunDir returns the folder for the sockets of the providers that the launcher starts.
func (l *Launcher) RunDir() string { return l.runDir }

const (
	// lockName is a file in the folder of each process. The process keeps the file locked until it ends. Process ids do not
	// tell whether the owner of a folder runs, because processes in different containers may share a folder.
	lockName = "lock"
	// unfinished is the prefix of the names of folders that have no locked file yet.
	unfinished = "new-"
	// abandonedAfter is how old a folder without a lock file is before it is removed.
	abandonedAfter = 24 * time.Hour
)

// MakeDir makes a private folder for this process below base. It makes base too if it is missing; base must belong to this
// user alone. Folders there whose process has ended are removed first. The returned function removes the folder. It
// must be called once, when nothing in the folder is used any longer.
func MakeDir(base string) (dir string, remove func() error, err error) {
	if err := os.MkdirAll(base, 0o700); err != nil {
		return "", nil, err
	}
	if err := checkPrivate(base); err != nil {
		return "", nil, err
	}
	sweep(base)
	dir, err = os.MkdirTemp(base, unfinished)
	if err != nil {
		return "", nil, err
	}
	// Others see the folder under its final name only when the file in it is locked.
	lock := flock.New(filepath.Join(dir, lockName), flock.SetPermissions(0o600))
	if _, err := lock.TryLock(); err != nil && !errors.Is(err, errors.ErrUnsupported) {
		return "", nil, errors.Join(err, os.RemoveAll(dir))
	}
	final := filepath.Join(base, fmt.Sprintf("%d-%s", os.Getpid(), strings.TrimPrefix(filepath.Base(dir), unfinished)))
	if err := os.Rename(dir, final); err != nil {
		return "", nil, errors.Join(err, lock.Close(), os.RemoveAll(dir))
	}
	return final, func() error { return errors.Join(lock.Close(), os.RemoveAll(final)) }, nil
}

// maxBase leaves room below it for the host's folder (about 20 bytes) and go-plugin's socket (about 20): the path of
// a socket is at most 104 bytes long on some systems.
const maxBase = 60

// runBases returns the folders in which the folders of this user's hosts may be, the best one first.
func runBases() []string {
	var bases []string
	if dir := os.Getenv("XDG_RUNTIME_DIR"); dir != "" && len(dir) < maxBase {
		if info, err := os.Stat(dir); err == nil && info.IsDir() {
			bases = append(bases, filepath.Join(dir, "wahost"))
		}
	}
	name := fmt.Sprintf("wahost-%d", os.Getuid())
	base := filepath.Join(os.TempDir(), name)
	if len(base) > maxBase {
		base = filepath.Join("/tmp", name)
	}
	return append(bases, base)
}

// sweep removes the folders whose process has ended.
func sweep(base string) {
	entries, err := os.ReadDir(base)
	if err != nil {
		return
	}
	for _, e := range entries {
		if e.IsDir() {
			sweepDir(filepath.Join(base, e.Name()))
		}
	}
}

// sweepDir removes a folder if nobody holds the lock in it, and ends the processes that the host of the folder left behind. A
// folder without a lock file was not finished, or is on a file system without locks. It is removed a day after its last change.
func sweepDir(dir string) {
	path := filepath.Join(dir, lockName)
	if _, err := os.Lstat(path); err != nil || strings.HasPrefix(filepath.Base(dir), unfinished) {
		if info, err := os.Lstat(dir); err == nil && time.Since(info.ModTime()) > abandonedAfter {
			_ = os.RemoveAll(dir)
		}
		return
	}
	lock := flock.New(path, flock.SetFlag(os.O_RDWR))
	if locked, err := lock.TryLock(); err != nil || !locked {
		return
	}
	endMarked(dir)
	_ = lock.Close() // before the file is removed, which some systems refuse otherwise
	_ = os.RemoveAll(dir)
}
