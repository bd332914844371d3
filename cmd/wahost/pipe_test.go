// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/cmd/wahost/internal/cli"
)

// leaving is a pipe whose reader leaves after some bytes.
type leaving struct{ left int }

func (l *leaving) Write(b []byte) (int, error) {
	if l.left -= len(b); l.left < 0 {
		return 0, &os.PathError{Op: "write", Path: "|1", Err: syscall.EPIPE}
	}
	return len(b), nil
}

// TestReaderLeaves checks that each command ends without an error when nobody reads its output any more, with the exit code that
// a shell shows for SIGPIPE.
func TestReaderLeaves(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "main.wahost.hcl"), []byte("locals {\na=1\n}\n"), 0o600))
	for _, line := range []string{
		"version", "version --json", "--version", "help", "help send", "send --help", "validate --json nowhere",
		"validate DIR", "validate --json DIR", "graph --config DIR", "graph --json --config DIR", "fmt --check DIR", "fmt --check --json DIR",
		"providers --json --config DIR", "providers schema --json", "completion bash", "completion zsh",
		"conformance list", "conformance list --json", "conformance list --markdown", "conformance explain send/list/fidelity",
		"conformance explain --json send/list/fidelity", "conformance mutants", "conformance mutants --json",
		"conformance keygen --out DIR/key", "conformance keygen --json --out DIR/key2", "conformance submission DIR", "conformance submission --json DIR",
		"sandbox --write DIR/sandbox", "sandbox --json --write DIR/sandbox2",
		"conformance emulate ../../plugins/innopaas/dialect.hcl", "conformance emulate --json ../../plugins/innopaas/dialect.hcl",
		"conformance dialect lint ../../plugins/innopaas/dialect.hcl", "conformance dialect lint --json ../../plugins/innopaas/dialect.hcl",
	} {
		t.Run(line, func(t *testing.T) {
			t.Parallel()
			for _, bytesRead := range []int{0, 20} {
				if strings.Contains(line, "keygen") && bytesRead > 0 {
					continue // keys are not made twice
				}
				var errs bytes.Buffer
				args := strings.Fields(strings.ReplaceAll(line, "DIR", dir))
				code := run(t.Context(), cli.NewApp(strings.NewReader(""), &leaving{bytesRead}, &errs), args)
				assert.Equal(t, cli.ExitReaderLeft, code)
				assert.Empty(t, errs.String())
			}
		})
	}
}
