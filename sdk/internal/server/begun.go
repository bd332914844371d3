// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package server

import (
	"io"
	"os"
	"sync"

	"github.com/wahost/wahost/sdk/internal/codec"
	"github.com/wahost/wahost/sdk/message"
)

// begunFiles are the files in which calls record the deliveries that they begin. The host names them, and goes on to another
// file from time to time.
type begunFiles struct {
	mu    sync.Mutex
	files map[string]*begunFile
	// newest is the path that was opened last. Files of other paths are closed when no call uses them.
	newest string
}

// begunFile is a file that the host reads if this process crashes. What was written by then is in it, because the system has it.
type begunFile struct {
	of    *begunFiles
	path  string
	file  *os.File
	calls int // that use it; guarded by of.mu
}

// open returns the file of a call, which must release it. It returns nil if there is no path, or if the file cannot be written:
// then the host cannot conclude anything from it.
func (b *begunFiles) open(path string) *begunFile {
	if path == "" {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	f := b.files[path]
	if f == nil {
		file, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
		if err != nil {
			return nil
		}
		if info, err := file.Stat(); err != nil || info.Size() == 0 {
			if _, err := io.WriteString(file, "begun\n"); err != nil {
				_ = file.Close()
				return nil
			}
		}
		f = &begunFile{of: b, path: path, file: file}
		if b.files == nil {
			b.files = map[string]*begunFile{}
		}
		if last := b.files[b.newest]; last != nil && last.calls == 0 {
			last.close()
		}
		b.files[path], b.newest = f, path
	}
	f.calls++
	return f
}

// begin records the deliveries of a vendor request. If it returns an error, the request must not be made.
func (f *begunFile) begin(group []message.Delivery) error {
	if f == nil {
		return nil
	}
	size := 0
	for i := range group {
		size += len(group[i].DeliveryID) + 1
	}
	buf := codec.Buffers.Get(size)
	defer codec.Buffers.Put(buf)
	lines := (*buf)[:0]
	for i := range group {
		lines = append(append(lines, group[i].DeliveryID...), '\n')
	}
	_, err := f.file.Write(lines)
	return err
}

// release ends the use of a file by a call.
func (f *begunFile) release() {
	if f == nil {
		return
	}
	f.of.mu.Lock()
	defer f.of.mu.Unlock()
	if f.calls--; f.calls == 0 && f.path != f.of.newest {
		f.close()
	}
}

// close closes the file. of.mu must be held.
func (f *begunFile) close() {
	delete(f.of.files, f.path)
	_ = f.file.Close()
}

// closeAll closes all files that no call uses.
func (b *begunFiles) closeAll() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.newest = ""
	for _, f := range b.files {
		if f.calls == 0 {
			f.close()
		}
	}
}
