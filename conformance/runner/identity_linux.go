// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package runner

import "syscall"

// identify returns the identity of a file. Every write to the file changes it, because the kernel sets the time of the
// change, and no program can set it back. A file system that counts in seconds has no such time.
func identify(path string) (id identity, ok bool) {
	var info syscall.Stat_t
	if err := syscall.Stat(path, &info); err != nil {
		return identity{}, false
	}
	sec, nsec := info.Ctim.Unix()
	//nolint:unconvert // it is shorter on some platforms
	return identity{device: uint64(info.Dev), inode: info.Ino, size: info.Size, sec: sec, nsec: nsec}, nsec != 0
}
