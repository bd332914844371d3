// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package pack

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"time"
)

// File is a file of a package.
type File struct {
	// Name has slashes, and no folder at its beginning.
	Name string
	// Path is where the content is. If it is empty, Data is the content.
	Path string
	Data []byte
	// Executable is true for programs.
	Executable bool
}

// modified is the time of all files in packages: the earliest one that a zip archive can hold. When a file was made has no part in what a package is.
var modified = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// open returns the content.
func (f File) open() (io.ReadCloser, error) {
	if f.Path == "" {
		return io.NopCloser(bytes.NewReader(f.Data)), nil
	}
	return os.Open(f.Path)
}

func (f File) mode() fs.FileMode {
	if f.Executable {
		return 0o755
	}
	return 0o644
}

// WriteZip writes a zip archive. The order of the files has no effect. The error names the file.
func WriteZip(to io.Writer, comment string, files []File) error {
	w := zip.NewWriter(to)
	if err := w.SetComment(comment); err != nil {
		return err
	}
	sorted, err := arranged(files)
	if err != nil {
		return err
	}
	for _, f := range sorted {
		header := &zip.FileHeader{Name: f.Name, Method: zip.Deflate, Modified: modified}
		header.SetMode(f.mode())
		entry, err := w.CreateHeader(header)
		if err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
		if err := f.copy(entry); err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	return w.Close()
}

func (f File) copy(to io.Writer) error {
	in, err := f.open()
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	_, err = io.Copy(to, in)
	return err
}

// arranged returns the files in the order of their names. Two files whose names differ only in upper and lower case are an error, because
// they are one file on some systems.
func arranged(files []File) ([]File, error) {
	sorted := slices.SortedFunc(slices.Values(files), func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	seen := map[string]string{}
	for _, f := range sorted {
		folded := strings.ToLower(f.Name)
		if other, twice := seen[folded]; twice {
			return nil, fmt.Errorf("there are two files %s and %s for one archive", other, f.Name)
		}
		seen[folded] = f.Name
	}
	return sorted, nil
}

// WriteTar writes a tar archive that is compressed with gzip, in which all files are below the folder root and belong to root. The order of the
// files has no effect. The error names the file.
func WriteTar(to io.Writer, root string, files []File) error {
	compressed, err := gzip.NewWriterLevel(to, gzip.BestCompression)
	if err != nil {
		return err
	}
	w := tar.NewWriter(compressed)
	sorted, err := arranged(files)
	if err != nil {
		return err
	}
	for _, f := range sorted {
		if err := f.addTo(w, root); err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	return errors.Join(w.Close(), compressed.Close())
}

func (f File) addTo(w *tar.Writer, root string) error {
	size := int64(len(f.Data))
	if f.Path != "" {
		info, err := os.Stat(f.Path)
		if err != nil {
			return err
		}
		size = info.Size()
	}
	header := &tar.Header{Typeflag: tar.TypeReg, Name: path.Join(root, f.Name), Size: size, Mode: int64(f.mode()), ModTime: modified, Format: tar.FormatUSTAR}
	if err := w.WriteHeader(header); err != nil {
		return err
	}
	return f.copy(w)
}
