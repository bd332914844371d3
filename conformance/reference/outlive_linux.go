// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference

import "golang.org/x/sys/unix"

// outliveHost clears the parent-death signal, so that the kernel does not end the process with its host.
func outliveHost() { _ = unix.Prctl(unix.PR_SET_PDEATHSIG, 0, 0, 0, 0) }
