// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package scaffold

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// ErrOccupied says that a folder has something in it, or that a file is in its place.
var ErrOccupied = errors.New("it exists already, and is not an empty folder")

// Write writes files into a new or empty folder. The files are written into another folder first, so that after an error the folder is as it
// was. The error is ErrOccupied if the folder is not empty.
func Write(dir string, files map[string][]byte) (err error) {
	dir, err = filepath.Abs(dir)
	if err != nil {
		return err
	}
	exists, err := vacant(dir)
	if err != nil {
		return err
	}
	place := filepath.Dir(dir)
	if exists {
		place = dir // the folder above may be on another file system, or not writable
	} else if err := os.MkdirAll(place, 0o755); err != nil {
		return err
	}
	work, err := os.MkdirTemp(place, "."+filepath.Base(dir)+".new-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	content := filepath.Join(work, "content")
	for _, name := range slices.Sorted(maps.Keys(files)) {
		path := filepath.Join(content, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, files[name], 0o644); err != nil {
			return err
		}
	}
	if exists {
		return fill(dir, content)
	}
	return os.Rename(content, dir)
}

// vacant reports whether an empty folder is there. The error is ErrOccupied if something else is.
func vacant(dir string) (exists bool, err error) {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if _, err := os.Lstat(dir); err == nil {
			return false, fmt.Errorf("%s: %w", dir, ErrOccupied) // a link that leads nowhere
		}
		return false, nil
	case err == nil && len(entries) == 0:
		return true, nil
	}
	if info, statErr := os.Stat(dir); err == nil || statErr == nil && !info.IsDir() {
		return false, fmt.Errorf("%s: %w", dir, ErrOccupied)
	}
	return false, err
}

// fill moves everything in a folder to an empty one. The empty folder stays the same, because a shell may be in it.
func fill(dir, content string) error {
	entries, err := os.ReadDir(content)
	if err != nil {
		return err
	}
	for i, e := range entries {
		if err := os.Rename(filepath.Join(content, e.Name()), filepath.Join(dir, e.Name())); err != nil {
			for _, moved := range entries[:i] {
				err = errors.Join(err, os.RemoveAll(filepath.Join(dir, moved.Name())))
			}
			return err
		}
	}
	return nil
}
