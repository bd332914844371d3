// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package isolation

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// calls are system calls of one kind of processor.
type calls struct {
	// arch is the kind of processor as the kernel names it; 0 if its calls are not known.
	arch uint32
	// calls are the numbers of the calls that remove something.
	calls []uint32
	// opening are the calls that do so if they are told to empty the file, with the place of the argument that says so.
	opening map[uint32]uint32
}

// keepFolder keeps what is in a folder and changed since the last time. The caller holds the lock.
func (w *World) keepFolder(path string, folder *os.File) {
	root, err := os.OpenRoot(fmt.Sprintf("/proc/self/fd/%d", folder.Fd()))
	if err != nil {
		return
	}
	defer func() { _ = root.Close() }()
	_ = fs.WalkDir(root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		// A folder that cannot be read and a file that is gone have nothing to show.
		if err != nil || name == "." {
			return nil //nolint:nilerr // see above
		}
		info, err := d.Info()
		if err != nil {
			return nil //nolint:nilerr // see above
		}
		at := filepath.Join(path, name)
		if v := versionOf(info); w.versions[at] == v || w.keptBytes > maxKept {
			return nil
		} else if w.versions == nil {
			w.versions = map[string]version{at: v}
		} else {
			w.versions[at] = v
		}
		f := WrittenFile{Path: at}
		switch {
		case d.Type().IsRegular():
			f.Content = readPart(root, name)
		case d.Type() == fs.ModeSymlink:
			target, _ := root.Readlink(name)
			f.Content = []byte(target)
		}
		w.keptBytes += len(f.Content) + len(at)
		w.traces = append(w.traces, f)
		return nil
	})
}

// readPart returns at most maxFile bytes of a file.
func readPart(root *os.Root, name string) []byte {
	f, err := root.Open(name)
	if err != nil {
		return nil
	}
	defer func() { _ = f.Close() }()
	content, _ := io.ReadAll(io.LimitReader(f, maxFile))
	return content
}
