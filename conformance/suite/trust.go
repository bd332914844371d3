// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package suite

import (
	"os"
	"path/filepath"
	"strings"

	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/internal/trust"
)

// Trust returns the environment of a process that trusts the authority of an emulator over TLS, whatever runtime it has. The file with
// the authority is removed with the check.
func (e *Env) Trust(emu *emulator.Server) []string {
	dir, err := os.MkdirTemp("", "wahost-conformance-")
	if err != nil {
		e.Blocked("no folder can be made: %v", err)
	}
	e.Cleanup(func() { _ = os.RemoveAll(dir) })
	file := filepath.Join(dir, "ca.pem")
	if err := os.WriteFile(file, emu.CA(), 0o600); err != nil {
		e.Blocked("the authority cannot be written: %v", err)
	}
	return trust.Variables(file)
}

// TrustVariables returns the names of the variables that Trust sets, for notes.
func TrustVariables() string {
	var names []string
	for _, kv := range trust.Variables("") {
		names = append(names, strings.TrimSuffix(kv, "="))
	}
	return strings.Join(names, ", ")
}
