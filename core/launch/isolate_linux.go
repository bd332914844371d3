// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package launch

import (
	"os/exec"
	"syscall"
)

// isolate puts the provider into a process group of its own, so that Ctrl-C reaches the host only and the group can
// be ended whole, and makes the kernel end it when the thread that started it ends.
func isolate(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
