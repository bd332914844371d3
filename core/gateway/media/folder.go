// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package media

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Folder keeps files in a folder, which gateways may share. The content is in ID.bin and the description in ID.json, which is written
// last: without it, the file does not exist.
type Folder struct {
	dir string
	// max bounds what the folder holds in bytes.
	max int64
	now func() time.Time

	mu   sync.Mutex
	size int64 // what is there and what is being written
}

const (
	contentExt     = ".bin"
	descriptionExt = ".json"
	temporaryExt   = ".tmp"
	// abandoned is the age at which a file that is being written belongs to a process that is gone.
	abandoned = 24 * time.Hour
)

// OpenFolder opens a folder that holds at most a number of bytes, and makes it if needed. Now is the clock, or nil for time.Now.
func OpenFolder(dir string, maxBytes int64, now func() time.Time) (*Folder, error) {
	if now == nil {
		now = time.Now
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	f := &Folder{dir: dir, max: maxBytes, now: now}
	return f, f.Sweep()
}

// Sweep removes files that are kept no longer, and what writers that are gone have left. Call it now and then.
func (f *Folder) Sweep() error {
	entries, err := os.ReadDir(f.dir)
	if err != nil {
		return err
	}
	var size int64
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !info.Mode().IsRegular() {
			continue // removed meanwhile
		}
		id, ext := strings.TrimSuffix(e.Name(), filepath.Ext(e.Name())), filepath.Ext(e.Name())
		var gone bool
		switch ext {
		case contentExt:
			_, err := f.Find(context.Background(), id)
			gone = errors.Is(err, ErrNotFound) && f.now().Sub(info.ModTime()) > abandoned || errors.Is(err, errExpired)
		case temporaryExt:
			gone = f.now().Sub(info.ModTime()) > abandoned
		default:
			continue
		}
		if gone {
			_ = os.Remove(f.path(id, descriptionExt))
			_ = os.Remove(filepath.Join(f.dir, e.Name()))
			continue
		}
		size += info.Size()
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.size = size
	return nil
}

// errExpired is an ErrNotFound of a file that is kept no longer.
var errExpired = fmt.Errorf("%w any more: it is kept no longer", ErrNotFound)

// Find returns a file.
func (f *Folder) Find(_ context.Context, id string) (File, error) {
	if !isID(id) {
		return File{}, ErrNotFound
	}
	raw, err := os.ReadFile(f.path(id, descriptionExt))
	if errors.Is(err, fs.ErrNotExist) {
		return File{}, ErrNotFound
	}
	if err != nil {
		return File{}, err
	}
	var file File
	if err := json.Unmarshal(raw, &file); err != nil {
		return File{}, fmt.Errorf("%s: %w", f.path(id, descriptionExt), err)
	}
	if !f.now().Before(file.Expires) {
		return File{}, errExpired
	}
	return file, nil
}

// Open returns the content of a file.
func (f *Folder) Open(ctx context.Context, id string) (io.ReadSeekCloser, error) {
	if _, err := f.Find(ctx, id); err != nil {
		return nil, err
	}
	content, err := os.Open(f.path(id, contentExt))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return content, nil
}

// Delete removes a file.
func (f *Folder) Delete(ctx context.Context, id string) error {
	file, err := f.Find(ctx, id)
	if err != nil {
		return err
	}
	if err := os.Remove(f.path(id, descriptionExt)); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return ErrNotFound
		}
		return err
	}
	f.release(file.Size)
	return os.Remove(f.path(id, contentExt))
}

// Create begins a file.
func (f *Folder) Create(context.Context) (Writer, error) {
	temporary, err := os.CreateTemp(f.dir, "upload-*"+temporaryExt)
	if err != nil {
		return nil, err
	}
	return &folderWriter{folder: f, file: temporary, hash: sha256.New()}, nil
}

func (f *Folder) path(id, ext string) string { return filepath.Join(f.dir, id+ext) }

// reserve counts bytes that are about to be written.
func (f *Folder) reserve(n int64) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.max > 0 && f.size+n > f.max {
		return ErrFull
	}
	f.size += n
	return nil
}

func (f *Folder) release(n int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.size = max(0, f.size-n)
}

// newID returns 19 random digits.
func newID() string {
	var raw [8]byte
	_, _ = rand.Read(raw[:]) // never fails
	const first, count = 1_000_000_000_000_000_000, 8_000_000_000_000_000_000
	return strconv.FormatUint(first+binary.BigEndian.Uint64(raw[:])%count, 10)
}

// isID keeps paths out of the names of files.
func isID(id string) bool {
	return len(id) == 19 && !strings.ContainsFunc(id, func(r rune) bool { return r < '0' || r > '9' })
}
