// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package runner

import (
	"syscall"
	"time"
)

// identify returns the identity of a file. Every write to the file changes it, because the kernel sets the time of the
// change and no program can set it back.
func identify(path string) (id identity, ok bool) {
	var info syscall.Stat_t
	if err := syscall.Stat(path, &info); err != nil {
		return identity{}, false
	}
	return identity{device: uint64(info.Dev), inode: info.Ino, size: info.Size, changed: time.Unix(info.Ctim.Unix())}, true //nolint:unconvert // it is shorter on some platforms
}
