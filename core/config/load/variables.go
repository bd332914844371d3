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
	"slices"
	"strings"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/config/lang"
)

// readVariables reads the variables file that is read by itself, and those that --var-file names.
func (f *Folder) readVariables(fsys fs.FS, p Place) {
	var read []fs.FileInfo
	if info, err := fs.Stat(fsys, config.AutoVarsFile); !errors.Is(err, fs.ErrNotExist) {
		path := filepath.Join(p.Dir, config.AutoVarsFile)
		if file := f.parse(fsys, config.AutoVarsFile, path); file != nil {
			f.vars = append(f.vars, lang.VariablesFile{Name: path, Body: file.Body})
			read = append(read, info)
		}
	}
	for _, path := range p.VarFiles {
		src, info, err := readVarFile(path)
		if err != nil {
			f.diags = append(f.diags, lang.Error("Variables file not readable", fmt.Sprintf(
				"The file %q, which --var-file names, cannot be read: %s. A path starts at the current folder.", path, err)))
			continue
		}
		// The same file twice is one file.
		if slices.ContainsFunc(read, func(other fs.FileInfo) bool { return os.SameFile(info, other) }) {
			continue
		}
		read = append(read, info)
		f.vars = append(f.vars, lang.VariablesFile{Name: path, Body: f.parsed(src, path).Body})
	}
}

// readVarFile reads a file that --var-file names. Unlike the files of the folder it may be a pipe, as in
// --var-file <(decrypt FILE).
func readVarFile(path string) ([]byte, fs.FileInfo, error) {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, nil, reason(err)
	case info.IsDir():
		return nil, nil, errors.New("it is a folder")
	case !info.Mode().IsRegular() && info.Mode()&fs.ModeNamedPipe == 0:
		return nil, nil, errors.New("it is not an ordinary file")
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, nil, reason(err)
	}
	defer func() { _ = file.Close() }()
	src, err := io.ReadAll(io.LimitReader(file, maxFileSize+1))
	if err != nil {
		return nil, nil, reason(err)
	}
	if len(src) > maxFileSize {
		return nil, nil, fmt.Errorf("the file is larger than %d bytes", maxFileSize)
	}
	return src, info, nil
}

// warnOfFiles adds a warning for each file of the folder that seems to be meant for wahost and is not read. Once files
// were named with --var-file, the other variables files are not meant for this run.
func (f *Folder) warnOfFiles(entries []fs.DirEntry, varFilesNamed bool) {
	for _, entry := range entries {
		name := entry.Name()
		if strings.HasPrefix(name, ".") || entry.IsDir() {
			continue
		}
		path := filepath.Join(f.dir, name)
		if strings.HasSuffix(name, config.VarsFileSuffix) {
			if name != config.AutoVarsFile && !varFilesNamed {
				f.diags = append(f.diags, lang.Warning("Variables file not read", fmt.Sprintf(
					"Of the *%s files, only %s is read by itself. To use the values in %s, write --var-file %s. To use them always, "+
						"rename the file to %s.", config.VarsFileSuffix, config.AutoVarsFile, path, path, config.AutoVarsFile)))
			}
			continue
		}
		if meant := meantName(name); meant != "" {
			f.diags = append(f.diags, lang.Warning("File not read", fmt.Sprintf(
				"The file %s is not read: its name does not end in %s or %s. If it belongs to this configuration, rename it to %s and "+
					"write it in HCL.", path, config.FileSuffix, config.VarsFileSuffix, meant)))
		}
	}
}

// otherExtensions are the ends of names that people give to configuration files of other programs.
var otherExtensions = []string{".json", ".yaml", ".yml", ".toml", ".hcl", ".tf", ".tfvars", ".txt"}

// meantName returns the name that wahost reads a file by whose name is similar, or "" if no such name is similar.
func meantName(name string) string {
	if strings.HasSuffix(name, config.FileSuffix) || strings.HasSuffix(name, config.VarsFileSuffix) {
		return ""
	}
	stem := strings.ToLower(name)
	for cut := true; cut; {
		cut = false
		for _, extension := range otherExtensions {
			if rest, ok := strings.CutSuffix(stem, extension); ok {
				stem, cut = rest, true
			}
		}
	}
	for _, kind := range []struct{ word, suffix, plain string }{
		{"wahostvars", config.VarsFileSuffix, config.AutoVarsFile}, {"wahost", config.FileSuffix, "main" + config.FileSuffix},
	} {
		if stem == kind.word && stem != strings.ToLower(name) {
			return kind.plain
		}
		if rest, ok := strings.CutSuffix(stem, "."+kind.word); ok {
			return name[:len(rest)] + kind.suffix
		}
	}
	return ""
}
