//go:build unix && !linux

// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package launch

import (
	"os/exec"
	"syscall"
)

// isolate puts the provider into a process group of its own. The provider's own watch of its parent ends it when
// the host is killed.
func isolate(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}
