// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package launch

import (
	"bufio"
	"io"
	"os"
	"sync"
)

const (
	// begunDeliveries is how many deliveries are recorded in one file of a process before it gets another.
	begunDeliveries = 100_000
	// maxBegunFile is the largest size of such a file in bytes that is read.
	maxBegunFile = 64 << 20
)

// begunFiles are the files in which a process writes which deliveries it begins, so that the others are known after a crash.
type begunFiles struct {
	dir string // "" for a process that the launcher did not start

	mu    sync.Mutex
	ended bool
	now   *begunFile
}

// begunFile is one file. The mutex of begunFiles guards it.
type begunFile struct {
	path  string
	left  int // deliveries until the next file
	calls int
}

// Begun is the use of such a file by one call.
type Begun struct {
	of   *begunFiles
	file *begunFile
}

// Begun returns where a call is to record the deliveries that it begins. End must be called. It returns nil if there is no such
// place.
func (p *Process) Begun(deliveries int) *Begun {
	b := &p.begun
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.dir == "" || b.ended {
		return nil
	}
	if b.now == nil || b.now.left < deliveries {
		file, err := os.CreateTemp(b.dir, "begun-*")
		if err != nil {
			return nil
		}
		_ = file.Close()
		if b.now != nil && b.now.calls == 0 {
			_ = os.Remove(b.now.path)
		}
		b.now = &begunFile{path: file.Name(), left: begunDeliveries}
	}
	b.now.left -= deliveries
	b.now.calls++
	return &Begun{of: b, file: b.now}
}

// Path returns the path of the file, or "" for nil.
func (b *Begun) Path() string {
	if b == nil {
		return ""
	}
	return b.file.path
}

// Deliveries returns the ids of all deliveries that the process has begun, in this call and in others. It must be called after
// the process has ended. It returns nil if nothing is known: the process does not record what it begins.
func (b *Begun) Deliveries() map[string]bool {
	if b == nil {
		return nil
	}
	file, err := os.Open(b.file.path)
	if err != nil {
		return nil
	}
	defer func() { _ = file.Close() }()
	if info, err := file.Stat(); err != nil || info.Size() == 0 || info.Size() > maxBegunFile {
		return nil
	}
	ids := map[string]bool{}
	lines := bufio.NewScanner(io.LimitReader(file, maxBegunFile))
	for lines.Scan() {
		ids[lines.Text()] = true
	}
	if lines.Err() != nil {
		return nil
	}
	return ids
}

// End ends the use of the file.
func (b *Begun) End() {
	if b == nil {
		return
	}
	b.of.mu.Lock()
	defer b.of.mu.Unlock()
	if b.file.calls--; b.file.calls == 0 && (b.of.ended || b.file != b.of.now) {
		_ = os.Remove(b.file.path)
	}
}

// end removes the files when the process has ended and no call needs them any longer.
func (b *begunFiles) end() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.ended = true
	if b.now != nil && b.now.calls == 0 {
		_ = os.Remove(b.now.path)
	}
}
