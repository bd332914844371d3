// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package launch

import (
	"fmt"
	"time"

	"github.com/wahost/wahost/internal/procfs"
)

// memoryPoll is the time between two looks at the memory of a process that has a limit.
const memoryPoll = 100 * time.Millisecond

// Thrift returns the variables that tell runtimes to collect their garbage before the process has the resident memory, in bytes: Go, and
// Node, whose engine otherwise takes much of the machine's memory first. Node gets a quarter for objects that live long and 1/128 for the
// space of new ones, of which it has three; the rest is its program and its buffers.
func Thrift(limit int64) []string {
	old, young := max(16, limit>>22), max(1, limit>>27) // in MiB
	return []string{
		fmt.Sprintf("GOMEMLIMIT=%d", limit/10*9),
		fmt.Sprintf("NODE_OPTIONS=--max-old-space-size=%d --max-semi-space-size=%d", old, young),
	}
}

// watchMemory ends the process when its resident memory is above the limit in bytes. It returns when the process has ended. The
// limits of the kernel do not help: they count address space, of which a Go program reserves far more than it uses.
func (p *Process) watchMemory(limit int64) {
	ticker := time.NewTicker(memoryPoll)
	defer ticker.Stop()
	for {
		select {
		case <-p.done:
			return
		case <-ticker.C:
		}
		if used := procfs.Memory(p.PID()); used > limit {
			reason := fmt.Sprintf("it was ended because it used %d MiB of memory and its memory_limit is %d MiB", used>>20, limit>>20)
			p.overLimit.Store(&reason)
			p.output.note(reason)
			p.killGroup()
			return
		}
	}
}

// OverLimit returns the reason why the host ended the process because of a limit, or "".
func (p *Process) OverLimit() string {
	if reason := p.overLimit.Load(); reason != nil {
		return *reason
	}
	return ""
}

// Memory returns the resident memory of the process in bytes, or 0 if it is not known.
func (p *Process) Memory() int64 {
	if p.PID() <= 0 {
		return 0
	}
	return procfs.Memory(p.PID())
}
