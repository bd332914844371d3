// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package serve

import (
	"os"

	"golang.org/x/sys/unix"
)

// awaitExit returns when the parent, which has the id, has ended. It returns immediately if the kernel does not tell:
// before Linux 5.3, or if a sandbox forbids the call.
func awaitExit(parent int) {
	fd, err := unix.PidfdOpen(parent, 0)
	if err != nil {
		return
	}
	defer func() { _ = unix.Close(fd) }()
	// The id may have been used again before the call.
	for os.Getppid() == parent {
		if _, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, -1); err != unix.EINTR {
			return
		}
	}
}
