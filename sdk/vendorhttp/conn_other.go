// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

//go:build !linux && !darwin && !freebsd && !netbsd && !openbsd && !dragonfly

package vendorhttp

import "syscall"

// canLook is false: this system offers no way to find out without reading.
const canLook = false

// look always returns false.
func look(syscall.RawConn) (closed, pending bool) { return false, false }
