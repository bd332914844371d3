// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"context"
	"time"
)

// Process is the provider's process as a check sees it. Of one that ran already only Done, Alive and Panicked can be
// asked: a check that asks for more is skipped.
type Process struct {
	e *Env
	s Station
}

// PID is the process id.
func (p *Process) PID() int {
	p.e.needProcess()
	return p.s.Process().PID()
}

// Kill ends the process at once.
func (p *Process) Kill() {
	p.e.needProcess()
	p.s.Process().Kill()
}

// Stop lets it finish within the grace and ends it; it gives the number of abandoned deliveries.
func (p *Process) Stop(ctx context.Context, grace time.Duration) int {
	p.e.needProcess()
	return p.s.Process().Stop(ctx, grace)
}

// Done is closed when the process cannot be called any longer.
func (p *Process) Done() <-chan struct{} { return p.s.Process().Done() }

// Alive reports whether the process can be called.
func (p *Process) Alive() bool { return !p.s.Process().Ended() }

// Panicked reports whether it printed a Go panic; false for a process that ran already, whose output is elsewhere.
func (p *Process) Panicked() bool { return p.s.Process().Panicked() }

// Lines are the last lines of its log, with their level first.
func (p *Process) Lines() []string {
	p.e.needProcess()
	lines, _, _ := p.s.Output()
	return lines
}

// Stdout is what it printed to standard output after the handshake.
func (p *Process) Stdout() []string {
	p.e.needProcess()
	_, stray, _ := p.s.Output()
	return stray
}

// Leaks describe log lines that held a secret.
func (p *Process) Leaks() []string {
	p.e.needProcess()
	_, _, leaks := p.s.Output()
	return leaks
}
