// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package testbin is shared by the tests of the host. It builds the programs that they run, once for each test binary and
// before anything else: a program that is written while other goroutines start processes may not be executable for a
// moment.
package testbin

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// Build builds packages, given as import path: name, into a new folder. It returns the folder and a function that
// removes it. It panics on errors, since it is for TestMain.
func Build(packages map[string]string) (dir string, remove func()) {
	dir, err := os.MkdirTemp("", "wahost-testbin-")
	if err != nil {
		panic(err)
	}
	// Fuzz targets run no programs, and each of their workers is a process that comes here: empty files will do.
	empty := slices.ContainsFunc(os.Args, func(arg string) bool {
		return strings.HasPrefix(arg, "-test.fuzz=") || strings.HasPrefix(arg, "-test.fuzzworker") || strings.HasPrefix(arg, "-test.list")
	}) || slices.Contains(os.Args, "-test.fuzz")
	for path, name := range packages {
		if empty {
			if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
				panic(err)
			}
			continue
		}
		cmd := exec.CommandContext(context.Background(), "go", "build", "-o", filepath.Join(dir, name), path)
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			panic(fmt.Sprintf("go build %s: %v\n%s", path, err, out))
		}
	}
	return dir, func() { _ = os.RemoveAll(dir) }
}

// Buffer is a buffer that is safe for concurrent use.
type Buffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

// Write appends to the buffer.
func (b *Buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

// String returns everything that was written.
func (b *Buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}
