// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package launch

import "golang.org/x/sys/unix"

// Hide keeps other processes of the same user, such as providers, from reading the environment, the memory and the open files
// of this process below /proc, and from attaching a debugger to it. The process leaves no core dump either. Privileged
// processes are not kept from anything.
func Hide() error { return unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0) }
