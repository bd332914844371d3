// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package launch

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/go-plugin"

	"github.com/wahost/wahost/internal/procfs"
)

// mark makes the folder for the sockets of a process. The name of the folder is in the environment of the process and of
// everything that it starts, so that all of it is found, also what left the process group and lost its parent.
func (l *Launcher) mark(p *Process, cmd *exec.Cmd) error {
	p.dir = filepath.Join(l.runDir, strconv.FormatInt(l.starts.Add(1), 10))
	cmd.Env = append(cmd.Env, plugin.EnvUnixSocketDir+"="+p.dir)
	return os.Mkdir(p.dir, 0o700)
}

// sweepTime bounds how long endMarked looks for processes that start others while they are ended.
const sweepTime = 2 * time.Second

// endMarked ends the processes that are marked with a folder or with one below it. It needs /proc, and does nothing elsewhere. It
// does not find processes that removed the mark from the environment of what they started, or hide their environment.
func endMarked(dir string) {
	if dir == "" {
		return
	}
	marked := func(value string) bool { return value == dir || strings.HasPrefix(value, dir+"/") }
	for end := time.Now().Add(sweepTime); time.Now().Before(end); {
		pids, starting := procfs.WithEnv(plugin.EnvUnixSocketDir, marked)
		running := 0
		for _, pid := range pids {
			if pid == os.Getpid() || procfs.Ended(pid) {
				continue
			}
			running++
			if p, err := os.FindProcess(pid); err == nil {
				// The handle holds on to the process, so that its id cannot have been used again after this look.
				if value, ok := procfs.Env(pid, plugin.EnvUnixSocketDir); ok && marked(value) {
					_ = p.Kill()
				}
				_ = p.Release()
			}
		}
		if running == 0 && !starting {
			return
		}
		time.Sleep(5 * time.Millisecond) // the kernel takes a moment to end a process
	}
}

// descendants returns handles of the processes that a process started, and those started. It returns nil if that is not
// known. A process that has lost its parent is not among them.
func descendants(pid int) []*os.Process {
	if pid <= 0 {
		return nil
	}
	var out []*os.Process
	for _, child := range procfs.Family(pid) {
		if child == pid {
			continue
		}
		if p, err := os.FindProcess(child); err == nil {
			out = append(out, p)
		}
	}
	return out
}
