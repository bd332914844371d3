// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package doctor

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"

	"github.com/wahost/wahost/internal/boundfile"
)

const (
	readable fs.FileMode = 0o044
	writable fs.FileMode = 0o022
	// maxKey bounds a file that may be a private key, in bytes.
	maxKey = 64 << 10
)

// permissions looks for files that others may read or change.
func (e *Exam) permissions() {
	const check = "permissions"
	if runtime.GOOS == "windows" {
		e.ok(check, "", "Not examined on this system, which has other permissions.")
		return
	}
	paths := e.Host.Paths()
	before := len(e.findings)
	seen := map[string]bool{}
	look := func(path, what string, level Level, bits fs.FileMode, danger, remedy string) {
		info, err := os.Stat(path)
		if path == "" || seen[path+remedy] || errors.Is(err, fs.ErrNotExist) {
			return
		}
		seen[path+remedy] = true
		switch {
		case err != nil:
			e.add(check, Error, path, "Look at the permissions of its folder.", "%s cannot be examined: %v.", what, reason(err))
		case info.Mode()&fs.ModeDevice != 0: // such as /dev/null, which keeps nothing and is for everybody
		case info.Mode().Perm()&bits != 0 && (info.Mode()&fs.ModeSticky == 0 || bits != writable):
			e.add(check, level, path, fmt.Sprintf("chmod %s %s", remedy, path), "%s (mode %04o): %s.", what, info.Mode().Perm(), danger)
		}
	}
	const others = "others on this machine can "
	for _, path := range paths.VarFiles {
		look(path, "A file with values of variables, which may be secrets", Warning, readable, others+"read it", "go-r")
		look(path, "A file with values of variables", Error, writable, others+"change it", "go-w")
	}
	for path := range e.plain {
		look(path, "A file with a secret in plain text", Warning, readable, others+"read it", "go-r")
	}
	for _, path := range privateKeys(paths.Dir) {
		look(path, "A private key", Warning, readable, others+"read it", "go-r")
	}
	for _, path := range append(slices.Clone(paths.Configuration), paths.Lock, paths.User, paths.Dir) {
		look(path, "It decides which programs run and where messages go", Warning, writable, others+"change it", "go-w")
	}
	look(paths.Log, "The log", Warning, readable|writable, others+"read or change it", "go-rw")
	look(paths.Cache, "The cache of packages", Warning, writable, others+"change it", "go-w")
	for _, name := range e.required() {
		l, err := e.Host.Locate(name)
		if err != nil || e.Host.Attaches(name) {
			continue
		}
		program := l.Path
		if resolved, err := filepath.EvalSymlinks(program); err == nil {
			program = resolved
		}
		look(program, "The program of "+name, Error, writable, others+"replace it", "go-w")
		look(filepath.Dir(program), "The folder of the program of "+name, Error, writable, others+"replace the program", "go-w")
	}
	if self, err := os.Executable(); err == nil {
		look(self, "wahost itself", Error, writable, others+"replace it", "go-w")
	}
	if len(e.findings) == before {
		e.ok(check, "", "Nobody else can change the programs and the configuration, or read the files with values of variables.")
	}
}

// privateKeys returns the files with a private key in a folder and in the folder of its certificates.
func privateKeys(dir string) []string {
	var out []string
	for _, folder := range []string{dir, filepath.Join(dir, "certificates"), filepath.Join(dir, "keys")} {
		entries, _ := os.ReadDir(folder) // a folder that is not there has no keys
		for _, e := range entries {
			path := filepath.Join(folder, e.Name())
			if ext := filepath.Ext(path); !e.Type().IsRegular() || ext != ".pem" && ext != ".key" {
				continue
			}
			if data, err := boundfile.ReadRegular(path, maxKey); err == nil && bytes.Contains(data, []byte("PRIVATE KEY-----")) {
				out = append(out, path)
			}
		}
	}
	return out
}

// reason returns an error without the path that the finding names.
func reason(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	return err
}
