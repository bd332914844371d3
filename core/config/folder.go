// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/wahost/wahost/internal/hclbound"
)

// The endings of the files that make up a configuration.
const (
	FileSuffix     = ".wahost.hcl"
	VarsFileSuffix = ".wahostvars.hcl"
)

// maxFileSize is far above any configuration that a person writes.
const maxFileSize = hclbound.MaxFile

// Folder holds the parsed files of one configuration. It is for one goroutine at a time.
type Folder struct {
	dir    string
	config []*hcl.File // in the order of their names
	vars   []*varsFile
	files  map[string]*hcl.File
	// shown are the ranges of expressions inside provider-owned bodies that are known not to be secret.
	shown map[hcl.Range]bool
	// hidden are ranges outside them that turned out to be secret.
	hidden map[hcl.Range]bool
	// defaults are the ranges of the defaults of variables.
	defaults map[string]hcl.Range
	broken   map[string]bool
	// diags are what went wrong in reading and parsing.
	diags hcl.Diagnostics
}

type varsFile struct {
	name string
	file *hcl.File
}

// Open reads and parses all configuration files of a folder. What goes wrong is in the answers of Requirements and
// Load, which then do nothing else: with a part missing, the rest would seem wrong.
func Open(dir string) *Folder {
	info, err := os.Stat(dir)
	if err == nil && info.IsDir() {
		return openFS(os.DirFS(dir), dir)
	}
	detail := fmt.Sprintf("There is no folder %q. Name the folder that holds your *%s files with --config.", dir, FileSuffix)
	if err == nil {
		detail = fmt.Sprintf("%q is not a folder. Name the folder that it is in with --config: all *%s files in it are read.", dir, FileSuffix)
	}
	f := newFolder(dir)
	f.diags = hcl.Diagnostics{failure("No such configuration folder", detail)}
	return f
}

func newFolder(dir string) *Folder {
	return &Folder{
		dir: dir, files: map[string]*hcl.File{}, shown: map[hcl.Range]bool{}, hidden: map[hcl.Range]bool{},
		broken: map[string]bool{}, defaults: map[string]hcl.Range{},
	}
}

func openFS(fsys fs.FS, dir string) *Folder {
	f := newFolder(dir)
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		f.diags = hcl.Diagnostics{failure("Configuration folder not readable", fmt.Sprintf(
			"The folder %q cannot be listed: %s.", dir, err))}
		return f
	}
	found := false
	for _, entry := range entries { // sorted by name
		name := entry.Name()
		isVars := strings.HasSuffix(name, VarsFileSuffix)
		if strings.HasPrefix(name, ".") || !isVars && !strings.HasSuffix(name, FileSuffix) {
			continue
		}
		found = found || !isVars
		path := filepath.Join(dir, name)
		src, err := readFile(fsys, name)
		if err != nil {
			f.diags = append(f.diags, unreadable(path, err))
			continue
		}
		file, parseDiags := parse(src, path)
		f.diags = append(f.diags, parseDiags...)
		f.files[path] = file
		f.broken[path] = parseDiags.HasErrors()
		if isVars {
			f.vars = append(f.vars, &varsFile{name: path, file: file})
		} else {
			f.config = append(f.config, file)
		}
	}
	if !found {
		f.diags = append(f.diags, failure("No configuration files", fmt.Sprintf(
			"The folder %q has no *%s files. Change to the folder that has them, name it with --config, "+
				"or write a first file.", dir, FileSuffix)))
	}
	return f
}

// readFile reads an ordinary file, behind links too: anything else, such as a pipe, might never end.
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

// reason takes the path out of an error, since it is that within the folder.
func reason(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}

// parse never gives a nil file.
func parse(src []byte, path string) (*hcl.File, hcl.Diagnostics) {
	empty := &hcl.File{Body: &hclsyntax.Body{Attributes: hclsyntax.Attributes{}}, Bytes: src}
	if d := hclbound.Check(src, path); d != nil {
		return empty, hcl.Diagnostics{d}
	}
	file, diags := hclsyntax.ParseConfig(src, path, hcl.InitialPos)
	if file == nil || file.Body == nil {
		return empty, diags
	}
	return file, diags
}

func failure(summary, detail string) *hcl.Diagnostic {
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: detail}
}

func problem(at hcl.Range, summary, detail string) *hcl.Diagnostic {
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: detail, Subject: at.Ptr()}
}

func warning(at hcl.Range, summary, detail string) *hcl.Diagnostic {
	return &hcl.Diagnostic{Severity: hcl.DiagWarning, Summary: summary, Detail: detail, Subject: at.Ptr()}
}
