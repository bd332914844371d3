// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"github.com/wahost/wahost/core/registry/release"
)

const (
	// maxFailures is how many attempts in a row may bring nothing before a download is given up.
	maxFailures = 4
	// firstPause is the pause after the first attempt that brings nothing. It is doubled for each further one.
	firstPause = 250 * time.Millisecond
	// idleTimeout is how long a server may send nothing during a download.
	idleTimeout = 60 * time.Second
)

// ChecksumError is the error of a package whose bytes are not those that the release promises.
type ChecksumError struct {
	// Package is where the package is, Want its expected sha256 and Got the actual one, in hex.
	Package, Want, Got string
}

// Error names both checksums.
func (e *ChecksumError) Error() string {
	return fmt.Sprintf("the package %s has the sha256 %s, and its release promises %s: it was changed or damaged", e.Package, e.Got, e.Want)
}

// permanentError is an error that another attempt would not change.
type permanentError struct{ error }

func (e permanentError) Unwrap() error { return e.error }

// Download brings a package into a file, and returns it open and positioned anywhere. What an earlier attempt left in the file is kept:
// the download continues after it. Progress is called with the number of bytes that are there; it may be nil. The error is a
// *ChecksumError if the bytes are not those of the release; the file is then removed.
func Download(ctx context.Context, from Place, pkg release.Package, path string, progress func(done int64)) (*os.File, error) {
	if progress == nil {
		progress = func(int64) {}
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	d := download{from: from, pkg: pkg, file: file, progress: progress}
	resumed, err := d.resume()
	if err == nil {
		err = d.run(ctx)
	}
	var wrong *ChecksumError
	if errors.As(err, &wrong) && resumed {
		// What was there may have been wrong.
		if err = d.restart(); err == nil {
			err = d.run(ctx)
		}
	}
	if err == nil {
		return file, nil
	}
	err = errors.Join(err, file.Close())
	if errors.As(err, &wrong) {
		err = errors.Join(err, os.Remove(path))
	}
	return nil, err
}

type download struct {
	from     Place
	pkg      release.Package
	file     *os.File
	at       int64
	progress func(int64)
}

// resume finds out how much is there, and reports whether that is anything.
func (d *download) resume() (bool, error) {
	info, err := d.file.Stat()
	if err != nil {
		return false, err
	}
	if !info.Mode().IsRegular() {
		return false, &fs.PathError{Op: "write", Path: d.file.Name(), Err: errors.New("it is not an ordinary file")}
	}
	d.at = info.Size()
	if d.at > d.limit() {
		return false, d.restart()
	}
	return d.at > 0, nil
}

func (d *download) restart() error {
	d.at = 0
	return d.file.Truncate(0)
}

// limit returns how many bytes the package may have.
func (d *download) limit() int64 {
	if d.pkg.Size > 0 {
		return d.pkg.Size
	}
	return release.MaxPackage
}

// run transfers what is missing and compares the checksum.
func (d *download) run(ctx context.Context) error {
	pause := firstPause
	for failures := 0; d.pkg.Size == 0 || d.at < d.pkg.Size; {
		before := d.at
		err := d.transfer(ctx)
		if err == nil {
			break
		}
		var permanent permanentError
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.As(err, &permanent):
			return err
		case d.at > before:
			failures, pause = 0, firstPause
		default:
			if failures++; failures == maxFailures {
				return fmt.Errorf("%w (after %d attempts; %d bytes are kept, and the next `wahost init` continues after them)", err, failures, d.at)
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
		pause *= 2
	}
	if err := d.file.Sync(); err != nil {
		return err
	}
	if _, err := d.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	sum, size, err := release.ArchiveHash(d.file)
	switch {
	case err != nil:
		return err
	case sum != d.pkg.SHA256:
		return &ChecksumError{Package: d.pkg.At, Want: d.pkg.SHA256, Got: sum}
	case d.pkg.Size != 0 && size != d.pkg.Size:
		return &release.PackageError{Package: d.pkg.At, Problem: fmt.Sprintf("it has %d bytes, and its release promises %d", size, d.pkg.Size)}
	}
	return nil
}

// transfer makes one attempt.
func (d *download) transfer(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	idle := time.AfterFunc(idleTimeout, func() { cancel(fmt.Errorf("nothing arrived for %s", idleTimeout)) })
	defer idle.Stop()
	in, start, err := d.from.Open(ctx, d.pkg, d.at)
	if err != nil {
		return cause(ctx, err)
	}
	defer func() { _ = in.Close() }()
	if start > d.at || start < 0 {
		return permanentError{fmt.Errorf("%s: the server left out %d bytes", d.pkg.At, start-d.at)}
	}
	if _, err := d.file.Seek(start, io.SeekStart); err != nil {
		return permanentError{err}
	}
	if err := d.file.Truncate(start); err != nil {
		return permanentError{err}
	}
	d.at = start
	buffer := make([]byte, 128<<10)
	for {
		n, err := in.Read(buffer)
		idle.Reset(idleTimeout)
		if d.at+int64(n) > d.limit() {
			return permanentError{&release.PackageError{Package: d.pkg.At, Problem: fmt.Sprintf("it has more than the promised %d bytes", d.limit())}}
		}
		if n > 0 {
			if _, err := d.file.Write(buffer[:n]); err != nil {
				return permanentError{err}
			}
			d.at += int64(n)
			d.progress(d.at)
		}
		switch {
		case errors.Is(err, io.EOF) && d.at < d.pkg.Size:
			return fmt.Errorf("%s: the answer ended after %d of %d bytes", d.pkg.At, d.at, d.pkg.Size)
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return cause(ctx, err)
		}
	}
}

// cause returns why a context was canceled, if that is the reason of an error.
func cause(ctx context.Context, err error) error {
	if c := context.Cause(ctx); c != nil && !errors.Is(c, context.Canceled) {
		return c
	}
	return err
}
