// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package runner

import "time"

// identity is what tells whether a file was changed or replaced.
type identity struct {
	device, inode uint64
	size          int64
	changed       time.Time
}

// clockResolution is more than the resolution of the times of files. Two changes within it may have the same time.
const clockResolution = time.Second

// expected returns the hash that the next start must compare the copy with. It returns nil if the copy is still the file
// that was compared before, because reading and hashing it takes as much time as starting it.
func (b *binary) expected() []byte {
	now, ok := identify(b.path)
	if !ok {
		return b.sum[:]
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if now == b.compared {
		return nil
	}
	if time.Since(now.changed) < clockResolution || b.unchanged() != nil {
		return b.sum[:]
	}
	b.compared = now
	return nil
}
