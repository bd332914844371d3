// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package media

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"hash"
	"os"
)

// folderWriter writes into a temporary file.
type folderWriter struct {
	folder *Folder
	file   *os.File
	hash   hash.Hash
	size   int64
	done   bool
}

// Write appends to the file.
func (w *folderWriter) Write(p []byte) (int, error) {
	if err := w.folder.reserve(int64(len(p))); err != nil {
		return 0, err
	}
	w.size += int64(len(p))
	w.hash.Write(p)
	return w.file.Write(p)
}

// Commit makes the file durable under a new id.
func (w *folderWriter) Commit(f File) (File, error) {
	f.ID, f.Size, f.SHA256 = newID(), w.size, hex.EncodeToString(w.hash.Sum(nil))
	if err := errors.Join(w.file.Sync(), w.file.Close()); err != nil {
		return File{}, err
	}
	if err := os.Rename(w.file.Name(), w.folder.path(f.ID, contentExt)); err != nil {
		return File{}, err
	}
	w.done = true
	raw, err := json.Marshal(f)
	if err != nil {
		return File{}, err
	}
	return f, w.folder.writeDescription(f.ID, raw)
}

// Abort removes the file.
func (w *folderWriter) Abort() {
	if w.done {
		return
	}
	w.done = true
	_ = w.file.Close()
	_ = os.Remove(w.file.Name())
	w.folder.release(w.size)
}

// writeDescription writes the description of a file, and makes it and its name durable.
func (f *Folder) writeDescription(id string, raw []byte) error {
	temporary, err := os.CreateTemp(f.dir, "describe-*"+temporaryExt)
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(temporary.Name()) }()
	_, err = temporary.Write(raw)
	if err := errors.Join(err, temporary.Sync(), temporary.Close()); err != nil {
		return err
	}
	if err := os.Rename(temporary.Name(), f.path(id, descriptionExt)); err != nil {
		return err
	}
	dir, err := os.Open(f.dir)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
