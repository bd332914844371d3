// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

//go:build !unix

package testpostgres

import (
	"context"
	"os/exec"
)

func (s *Server) own() error { return nil }

func (s *Server) command(name string, args ...string) *exec.Cmd {
	return exec.CommandContext(context.Background(), name, args...)
}
