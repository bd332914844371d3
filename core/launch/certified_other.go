//go:build !linux

// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package launch

// executed is empty on this system.
type executed struct{}

// Running returns ErrNotTold: it needs Linux.
func (p *Process) Running() (Running, error) { return Running{}, ErrNotTold }
