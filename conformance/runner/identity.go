// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package runner

// identity is what tells whether a file was changed or replaced. Sec and nsec are the time of the last change.
type identity struct {
	device, inode   uint64
	size, sec, nsec int64
}

// expected returns the hash that the next start must compare the copy with. It returns nil if the copy is the file that
// was hashed when it was written: reading and hashing it takes as much time as starting it. Where files have no identity,
// each start compares. The whole copy is compared once more at the end of a run.
func (b *Copy) expected() []byte {
	if b.sameFile() {
		return nil
	}
	return b.sum[:]
}

func (b *Copy) sameFile() bool {
	now, ok := identify(b.path)
	return ok && now == b.written
}
