// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference

import "golang.org/x/sys/unix"

// outliveHost undoes the host's wish that the kernel ends the process with it.
func outliveHost() { _ = unix.Prctl(unix.PR_SET_PDEATHSIG, 0, 0, 0, 0) }
