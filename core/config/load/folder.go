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

// Place says where a configuration is.
type Place struct {
	// Dir is the folder of the configuration.
	Dir string
	// From says who named the folder, such as "the environment variable WAHOST_CONFIG". It is empty for --config and for
	// its default.
	From string
	// VarFiles are the paths of --var-file, in order.
	VarFiles []string
}

// Folder holds the parsed files of one configuration. It is for one goroutine at a time.
type Folder struct {
	dir    string
	config []*hcl.File // in the order of their names
	vars   []lang.VariablesFile
	files  map[string]*hcl.File
	// shown says which expressions in provider-owned bodies are known not to be secret, by range. False means that they are
	// secret in an instance of the block.
	shown map[hcl.Range]bool
	// hidden holds the ranges outside of them that turned out to be secret.
	hidden map[hcl.Range]bool
	broken map[string]bool
	// diags holds the diagnostics of reading and parsing.
	diags hcl.Diagnostics
}

// Open reads and parses all configuration files of a folder. Errors are returned by Requirements and Load, which then do
// nothing else: with a part missing, the rest would seem wrong.
func Open(p Place) *Folder {
	info, err := os.Stat(p.Dir)
	if err == nil && info.IsDir() {
		return openFS(os.DirFS(p.Dir), p)
	}
	detail := fmt.Sprintf("There is no folder %q. Name the folder that holds your *%s files with --config.", p.Dir, config.FileSuffix)
	if err == nil {
		detail = fmt.Sprintf("%q is not a folder. Name the folder that it is in with --config: all *%s files in it are read.", p.Dir, config.FileSuffix)
	}
	if p.From != "" {
		detail += fmt.Sprintf(" The name comes from %s.", p.From)
	}
	f := newFolder(p.Dir)
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
func OpenFS(fsys fs.FS, dir string) *Folder { return openFS(fsys, Place{Dir: dir}) }

func openFS(fsys fs.FS, p Place) *Folder {
	f := newFolder(p.Dir)
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		f.diags = hcl.Diagnostics{lang.Error("Configuration folder not readable", fmt.Sprintf(
			"The folder %q cannot be listed: %s.", p.Dir, err))}
		return f
	}
	found := false
	for _, entry := range entries { // sorted by name
		name := entry.Name()
		if strings.HasPrefix(name, ".") || !strings.HasSuffix(name, config.FileSuffix) {
			continue
		}
		found = true
		if file := f.parse(fsys, name, filepath.Join(p.Dir, name)); file != nil {
			f.config = append(f.config, file)
		}
	}
	if !found {
		detail := fmt.Sprintf("The folder %q has no *%s files. Change to the folder that has them, name it with --config, "+
			"or write a first file.", p.Dir, config.FileSuffix)
		if p.From != "" {
			detail += fmt.Sprintf(" The name of the folder comes from %s.", p.From)
		}
		f.diags = append(f.diags, lang.Error("No configuration files", detail))
	}
	f.readVariables(fsys, p)
	f.warnOfFiles(entries, len(p.VarFiles) > 0)
	return f
}

// show marks an expression as one that is not secret, unless it already turned out to be.
func (f *Folder) show(at hcl.Range) {
	if _, known := f.shown[at]; !known {
		f.shown[at] = true
	}
}

// parse reads and parses one file, which diagnostics call path. The result is nil if the file cannot be read.
func (f *Folder) parse(fsys fs.FS, name, path string) *hcl.File {
	src, err := readFile(fsys, name)
	if err != nil {
		f.diags = append(f.diags, unreadable(path, err))
		return nil
	}
	return f.parsed(src, path)
}

// parsed is like parseSource, and keeps the diagnostics for Requirements and Load.
func (f *Folder) parsed(src []byte, path string) *hcl.File {
	file, diags := f.parseSource(src, path)
	f.diags = append(f.diags, diags...)
	return file
}

// parseSource parses a file, which Files returns from now on unless it is not text.
func (f *Folder) parseSource(src []byte, path string) (*hcl.File, hcl.Diagnostics) {
	file, diags := lang.Parse(src, path)
	if !notText(diags) {
		f.files[path] = file
	}
	f.broken[path] = diags.HasErrors()
	return file, diags
}

// notText reports whether diagnostics are about a file of which nothing is fit to be shown.
func notText(diags hcl.Diagnostics) bool {
	return len(diags) == 1 && diags[0].Summary == hclbound.NotText
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
