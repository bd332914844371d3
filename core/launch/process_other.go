//go:build !unix

// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package launch

import "os"

func (p *Process) killGroup() { p.endAlive() }

func killGroup(leader *os.Process) error { return leader.Kill() }

func checkPrivate(string) error { return nil }
