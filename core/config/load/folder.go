// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package load

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/config/lang"
	"github.com/wahost/wahost/internal/hclbound"
)

// maxFileSize is the largest size of a file in bytes, far above any configuration that a person writes.
const maxFileSize = hclbound.MaxFile

// Folder holds the parsed files of one configuration. It is for one goroutine at a time.
type Folder struct {
	dir    string
	config []*hcl.File // in the order of their names
	vars   []lang.VariablesFile
	files  map[string]*hcl.File
	// shown holds the ranges of expressions in provider-owned bodies that are known not to be secret.
	shown map[hcl.Range]bool
	// hidden holds the ranges outside of them that turned out to be secret.
	hidden map[hcl.Range]bool
	broken map[string]bool
	// diags holds the errors of reading and parsing.
	diags hcl.Diagnostics
}

// Open reads and parses all configuration files of a folder. Errors are returned by Requirements and Load, which then do
// nothing else: with a part missing, the rest would seem wrong.
func Open(dir string) *Folder {
	info, err := os.Stat(dir)
	if err == nil && info.IsDir() {
		return OpenFS(os.DirFS(dir), dir)
	}
	detail := fmt.Sprintf("There is no folder %q. Name the folder that holds your *%s files with --config.", dir, config.FileSuffix)
	if err == nil {
		detail = fmt.Sprintf("%q is not a folder. Name the folder that it is in with --config: all *%s files in it are read.", dir, config.FileSuffix)
	}
	f := newFolder(dir)
	f.diags = hcl.Diagnostics{lang.Error("No such configuration folder", detail)}
	return f
}

func newFolder(dir string) *Folder {
	return &Folder{
		dir: dir, files: map[string]*hcl.File{}, shown: map[hcl.Range]bool{}, hidden: map[hcl.Range]bool{},
		broken: map[string]bool{},
	}
}

// OpenFS is like Open for the root of a file system. Diagnostics call the folder dir.
func OpenFS(fsys fs.FS, dir string) *Folder {
	f := newFolder(dir)
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		f.diags = hcl.Diagnostics{lang.Error("Configuration folder not readable", fmt.Sprintf(
			"The folder %q cannot be listed: %s.", dir, err))}
		return f
	}
	found := false
	for _, entry := range entries { // sorted by name
		name := entry.Name()
		isVars := strings.HasSuffix(name, config.VarsFileSuffix)
		if strings.HasPrefix(name, ".") || !isVars && !strings.HasSuffix(name, config.FileSuffix) {
			continue
		}
		found = found || !isVars
		path := filepath.Join(dir, name)
		src, err := readFile(fsys, name)
		if err != nil {
			f.diags = append(f.diags, unreadable(path, err))
			continue
		}
		file, parseDiags := lang.Parse(src, path)
		f.diags = append(f.diags, parseDiags...)
		f.files[path] = file
		f.broken[path] = parseDiags.HasErrors()
		if isVars {
			f.vars = append(f.vars, lang.VariablesFile{Name: path, Body: file.Body})
		} else {
			f.config = append(f.config, file)
		}
	}
	if !found {
		f.diags = append(f.diags, lang.Error("No configuration files", fmt.Sprintf(
			"The folder %q has no *%s files. Change to the folder that has them, name it with --config, "+
				"or write a first file.", dir, config.FileSuffix)))
	}
	return f
}

// readFile reads an ordinary file, also through links. Reading anything else, such as a pipe, might never end.
func readFile(fsys fs.FS, name string) ([]byte, error) {
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, reason(err)
	}
	if !info.Mode().IsRegular() {
		return nil, errors.New("it is not an ordinary file; remove it or give it another name")
	}
	file, err := fsys.Open(name)
	if err != nil {
		return nil, reason(err)
	}
	defer func() { _ = file.Close() }()
	src, err := io.ReadAll(io.LimitReader(file, maxFileSize+1))
	if err != nil {
		return nil, reason(err)
	}
	if len(src) > maxFileSize {
		return nil, fmt.Errorf("the file is larger than %d bytes", maxFileSize)
	}
	return src, nil
}

// reason returns the error without the path, which is relative to the folder.
func reason(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}
