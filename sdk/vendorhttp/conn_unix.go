// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package vendorhttp

import "syscall"

// canLook is true if look can see whether the peer has closed a connection.
const canLook = true

// look reports whether the peer has closed the connection, and whether something has arrived that was not read. It
// neither waits nor reads from the socket. It sees nothing if raw is nil.
func look(raw syscall.RawConn) (closed, pending bool) {
	if raw == nil {
		return false, false
	}
	err := raw.Control(func(fd uintptr) {
		var b [1]byte
		n, _, err := syscall.Recvfrom(int(fd), b[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		switch err {
		case nil:
			closed, pending = n == 0, n > 0
		case syscall.EAGAIN, syscall.EINTR:
		default:
			closed = true
		}
	})
	return closed || err != nil, pending
}
