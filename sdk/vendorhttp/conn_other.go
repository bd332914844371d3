// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

//go:build !linux && !darwin && !freebsd && !netbsd && !openbsd && !dragonfly

package vendorhttp

import "syscall"

// closedByPeer always returns false: this system offers no way to find out without reading.
func closedByPeer(syscall.RawConn) bool { return false }
