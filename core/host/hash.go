// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package host

import (
	"os"
	"sync"

	"github.com/wahost/wahost/core/registry/lockfile"
)

// hashes remembers the hashes of programs, which are asked for several times before one starts. A program that is changed without a change of its
// size and time is found at its start, when it is hashed again.
type hashes struct {
	mu    sync.Mutex
	known map[string]hashed
}

// hashed is what is known of a program.
type hashed struct {
	info os.FileInfo
	h1   string
	sum  []byte
}

// of returns the "h1:" hash and the sha256 of a program.
func (h *hashes) of(path string) (string, []byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", nil, err
	}
	h.mu.Lock()
	known, ok := h.known[path]
	h.mu.Unlock()
	if ok && os.SameFile(known.info, info) && known.info.Size() == info.Size() && known.info.ModTime().Equal(info.ModTime()) {
		return known.h1, known.sum, nil
	}
	h1, sum, err := lockfile.Hash(path)
	if err != nil {
		return "", nil, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.known == nil {
		h.known = map[string]hashed{}
	}
	h.known[path] = hashed{info, h1, sum}
	return h1, sum, nil
}
