//go:build unix

// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package doctor

import "syscall"

// openFiles returns how many files a process may open. Programs in Go raise the soft limit to the hard one when they start, as wahost
// itself has done.
func openFiles() (uint64, bool) {
	var l syscall.Rlimit
	err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &l)
	return uint64(l.Cur), err == nil //nolint:unconvert // it is signed on some systems
}
