// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package testbin is shared by the tests of the host. It builds the programs that they run, once for each test binary and
// before anything else: a program that is written while other goroutines start processes may not be executable for a
// moment.
package testbin

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/gofrs/flock"
)

// Flags returns the flags with which a provider is built for development. Programs without symbols are smaller, and so
// they are copied, hashed and started faster.
func Flags() []string { return []string{"-trimpath", "-buildvcs=false", "-ldflags", "-s -w"} }

// Build builds packages, given as import path: name, into a new folder. It returns the folder and a function that
// removes it. It panics on errors, since it is for TestMain.
func Build(packages map[string]string) (dir string, remove func()) {
	dir, err := os.MkdirTemp("", "wahost-testbin-")
	if err != nil {
		panic(err)
	}
	if fuzzing() {
		err = empty(dir, packages)
	} else {
		err = Into(context.Background(), dir, Flags(), packages)
	}
	if err != nil {
		panic(err)
	}
	return dir, func() { _ = os.RemoveAll(dir) }
}

// fuzzing reports whether this process lists tests or runs fuzz targets. They run no programs, and each of their workers
// is a process that builds.
func fuzzing() bool {
	return slices.ContainsFunc(os.Args, func(arg string) bool {
		return strings.HasPrefix(arg, "-test.fuzz=") || strings.HasPrefix(arg, "-test.fuzzworker") || strings.HasPrefix(arg, "-test.list")
	}) || slices.Contains(os.Args, "-test.fuzz")
}

// empty writes an empty file for each package.
func empty(dir string, packages map[string]string) error {
	var errs []error
	for _, name := range packages {
		errs = append(errs, os.WriteFile(filepath.Join(dir, name), nil, 0o600))
	}
	return errors.Join(errs...)
}

// Into builds packages, given as import path: name, into the folder. The go command links a program only if the file
// that it writes is out of date, so the programs are built in a folder that stays, and copied from there. Programs of
// different packages that have the same last element in their import paths cannot be built at a time.
func Into(ctx context.Context, dir string, flags []string, packages map[string]string) error {
	built, err := cache(flags)
	if err != nil {
		return err
	}
	lock := flock.New(filepath.Join(built, "lock"))
	if err := lock.Lock(); err != nil {
		return err
	}
	defer func() { _ = lock.Unlock() }()
	args := append(append([]string{"build"}, flags...), "-o", built+string(filepath.Separator))
	for importPath := range packages {
		args = append(args, importPath)
	}
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, out)
	}
	for importPath, name := range packages {
		if err := Copy(filepath.Join(dir, name), filepath.Join(built, path.Base(importPath))); err != nil {
			return err
		}
	}
	return nil
}

// cache returns the folder in which programs are built with the flags, beside the cache of the go command. A test may set
// HOME or XDG_CACHE_HOME, so the folder is asked for when the first program is built.
func cache(flags []string) (string, error) {
	base, err := os.UserCacheDir()
	if err != nil {
		base = os.TempDir()
	}
	dir := filepath.Join(base, "wahost-testbin", fmt.Sprintf("%x", sha256.Sum256([]byte(strings.Join(flags, "\n"))))[:16])
	return dir, os.MkdirAll(dir, 0o700)
}

// Copy copies a program. No process is started meanwhile: it would inherit the open file, and the copy could not be
// executed ("text file busy") until that process has executed something.
func Copy(to, from string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o700)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}
