//go:build unix

// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package launch

import (
	"fmt"
	"os"
	"syscall"
)

// killGroup ends everything that the provider started: go-plugin ends the one process only. Children of a process
// that was waited for already are reached by its id alone.
func (p *Process) killGroup() {
	p.endAlive()
	if pid := p.pid.Load(); pid > 0 {
		_ = syscall.Kill(-int(pid), syscall.SIGKILL)
	}
}

// killGroup ends a process that leads a group, and the group.
func killGroup(leader *os.Process) error {
	return syscall.Kill(-leader.Pid, syscall.SIGKILL)
}

// checkPrivate refuses a folder that somebody else could have prepared.
func checkPrivate(dir string) error {
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !info.IsDir() || info.Mode().Perm()&0o077 != 0 || ok && int(stat.Uid) != os.Getuid() {
		return fmt.Errorf("%s must be a folder of this user with mode 0700", dir)
	}
	return nil
}
