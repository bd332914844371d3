// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package release

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

const (
	// MaxPackage bounds a package in bytes. The largest provider of the project has 40 MB.
	MaxPackage = 1 << 30
	// maxUnpacked bounds in bytes what a package may become.
	maxUnpacked = 4 << 30
	// maxRatio bounds how many times larger a package may become. Programs become about three times larger; text that repeats itself
	// can become a thousand times larger.
	maxRatio = 100
	// smallPackage is the size in bytes up to which maxRatio does not count.
	smallPackage = 1 << 20
	maxFiles     = 1000
)

// PackageError is the error of a package that must not be installed.
type PackageError struct {
	// Package is the name or the path of the package.
	Package string
	// Problem is what is wrong with it.
	Problem string
}

// Error says what is wrong with the package.
func (e *PackageError) Error() string {
	return fmt.Sprintf("the package %s cannot be used: %s", e.Package, e.Problem)
}

// Unpack writes the files of a package of size bytes into an existing empty folder, with the program of the provider for the platform
// among them, whose file has the name program. The error is a *PackageError if the package is at fault. Then, and after any other error, the folder holds something
// that must not be used.
func Unpack(name string, from io.ReaderAt, size int64, to, program string) error {
	fail := func(format string, args ...any) error { return &PackageError{name, fmt.Sprintf(format, args...)} }
	archive, err := openArchive(name, from, size)
	if err != nil {
		return err
	}
	root, err := os.OpenRoot(to)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	left := int64(maxUnpacked)
	if size > smallPackage {
		left = min(left, size*maxRatio)
	} else {
		left = smallPackage * maxRatio
	}
	seen := map[string]bool{}
	for _, f := range archive.File {
		if problem := wrongEntry(f); problem != "" {
			return fail("the entry %q %s", shortened(f.Name), problem)
		}
		folded := strings.ToLower(strings.TrimSuffix(f.Name, "/"))
		if seen[folded] {
			return fail("the entry %q is there twice, or differs from another only in upper and lower case", shortened(f.Name))
		}
		seen[folded] = true
		if strings.HasSuffix(f.Name, "/") {
			continue // folders are made for the files in them
		}
		n, err := unpackFile(root, f, left, f.Name == program)
		var damaged *damagedError
		switch {
		case errors.Is(err, errTooLarge):
			return fail("it becomes too large when it is unpacked: more than %d MiB, or more than %d times its size", int64(maxUnpacked)>>20, maxRatio)
		case errors.As(err, &damaged):
			return fail("the entry %q cannot be unpacked: %v", shortened(f.Name), damaged.cause)
		case err != nil:
			return err
		}
		left -= n
	}
	if info, err := root.Lstat(program); err != nil || !info.Mode().IsRegular() {
		return fail("it does not contain the program %s", program)
	}
	return nil
}

// wrongEntry returns what is wrong with an entry of an archive, or "".
func wrongEntry(f *zip.File) string {
	name := strings.TrimSuffix(f.Name, "/")
	switch mode := f.Mode(); {
	case name == "" || strings.ContainsAny(name, "\\:\x00") || !fs.ValidPath(name) || name != path.Clean(name) || !filepath.IsLocal(name):
		return "has a name that leads out of the folder, or that is not a plain path with slashes"
	case len(name) > 200 || strings.Count(name, "/") > 8:
		return "has a name that is too long"
	case mode&(fs.ModeSymlink|fs.ModeDevice|fs.ModeNamedPipe|fs.ModeSocket|fs.ModeIrregular) != 0:
		return "is a link or a device, and a package has only ordinary files"
	case f.Flags&1 != 0:
		return "is encrypted"
	}
	return ""
}

var errTooLarge = errors.New("too large")

// damagedError is the error of content that cannot be decompressed or has another checksum.
type damagedError struct{ cause error }

func (e *damagedError) Error() string { return e.cause.Error() }

// damagedReader returns errors of reading an entry as damagedError, to tell them from those of writing a file.
type damagedReader struct{ io.Reader }

func (r damagedReader) Read(b []byte) (int, error) {
	n, err := r.Reader.Read(b)
	if err != nil && !errors.Is(err, io.EOF) {
		err = &damagedError{err}
	}
	return n, err
}

// unpackFile writes one file of at most `most` bytes and returns its size.
func unpackFile(root *os.Root, f *zip.File, most int64, program bool) (int64, error) {
	if dir := path.Dir(f.Name); dir != "." {
		if err := root.MkdirAll(filepath.FromSlash(dir), 0o755); err != nil {
			return 0, err
		}
	}
	in, err := f.Open()
	if err != nil {
		return 0, &damagedError{err}
	}
	defer func() { _ = in.Close() }()
	// Nothing in a package is written again.
	mode := fs.FileMode(0o444)
	if program {
		mode = 0o555
	}
	out, err := root.OpenFile(filepath.FromSlash(f.Name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if err != nil {
		return 0, err
	}
	n, err := io.Copy(out, io.LimitReader(damagedReader{in}, most+1))
	if err == nil && n > most {
		err = errTooLarge
	}
	if err == nil {
		err = out.Sync()
	}
	return n, errors.Join(err, out.Close())
}
