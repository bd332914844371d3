// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"context"
	"time"
)

// Process is the provider's process. If the suite did not start the process, a check that calls a method other than
// Done, Alive and Panicked is skipped.
type Process struct {
	e *Env
	s Station
}

// PID returns the process id.
func (p *Process) PID() int {
	p.e.needProcess()
	return p.s.Process().PID()
}

// Kill kills the process.
func (p *Process) Kill() {
	p.e.needProcess()
	p.s.Process().Kill()
}

// Stop ends the process after it has finished its deliveries or the grace is over. It returns the number of abandoned
// deliveries.
func (p *Process) Stop(ctx context.Context, grace time.Duration) int {
	p.e.needProcess()
	return p.s.Process().Stop(ctx, grace)
}

// Done returns a channel that is closed when the process can no longer be called.
func (p *Process) Done() <-chan struct{} { return p.s.Process().Done() }

// Alive reports whether the process can be called.
func (p *Process) Alive() bool { return !p.s.Process().Ended() }

// Panicked reports whether the process printed a Go panic. It returns false for a process that the suite did not start,
// because its output is not known.
func (p *Process) Panicked() bool { return p.s.Process().Panicked() }

// Lines returns the last lines of the log. Each begins with its level.
func (p *Process) Lines() []string {
	p.e.needProcess()
	lines, _, _ := p.s.Output()
	return lines
}

// Stdout returns the lines printed to standard output after the handshake.
func (p *Process) Stdout() []string {
	p.e.needProcess()
	_, stray, _ := p.s.Output()
	return stray
}

// Leaks returns descriptions of log lines that contained a secret.
func (p *Process) Leaks() []string {
	p.e.needProcess()
	_, _, leaks := p.s.Output()
	return leaks
}
