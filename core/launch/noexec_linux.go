// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package launch

import "syscall"

// noexec reports whether a folder is on a file system that was mounted noexec.
func noexec(dir string) bool {
	const flag = 0x8 // ST_NOEXEC of statfs(2)
	var s syscall.Statfs_t
	return syscall.Statfs(dir, &s) == nil && s.Flags&flag != 0
}
