// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package isolation

import "golang.org/x/sys/unix"

// removing are the system calls that remove or overwrite files.
var removing = calls{
	arch: unix.AUDIT_ARCH_X86_64,
	calls: []uint32{
		unix.SYS_UNLINK, unix.SYS_UNLINKAT, unix.SYS_RMDIR, unix.SYS_RENAME, unix.SYS_RENAMEAT, unix.SYS_RENAMEAT2, unix.SYS_TRUNCATE,
		unix.SYS_FTRUNCATE, unix.SYS_CREAT, unix.SYS_OPENAT2,
	},
	opening: map[uint32]uint32{unix.SYS_OPEN: 1, unix.SYS_OPENAT: 2},
}
