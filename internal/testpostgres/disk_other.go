// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

//go:build !linux

package testpostgres

// outside returns the path by which this process has a path of the server.
func (s *Server) outside(path string) string { return path }
