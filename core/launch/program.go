// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package launch

import (
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"os"
)

// oneExecutable tells the authors of interpreted providers how to ship one.
const oneExecutable = "Ship the provider as one executable: Node's single executable applications, PyInstaller and `deno compile` make one. " +
	"Its libraries are certified with it"

// ScriptError is the error of a file that is not a program itself: another program runs it.
type ScriptError struct {
	Path string
	// Interpreter is the first line of the file without "#!", or "" if the file has no known form.
	Interpreter string
}

// Error says why the file cannot be certified and what to do.
func (e *ScriptError) Error() string {
	if e.Interpreter == "" {
		return fmt.Sprintf("%s is not an executable of a known form, so another program would run it, and the bytes of that program are not known. %s", e.Path, oneExecutable)
	}
	return fmt.Sprintf("%s is a script that %q runs: a certificate is about the bytes that run, and these are others. %s", e.Path, e.Interpreter, oneExecutable)
}

// magics are how executables begin that the systems run directly: ELF, the forms of Mach-O, and PE.
var magics = []string{"\x7fELF", "\xfe\xed\xfa\xce", "\xfe\xed\xfa\xcf", "\xce\xfa\xed\xfe", "\xcf\xfa\xed\xfe", "\xca\xfe\xba\xbe", "MZ"}

// CheckProgram returns a *ScriptError if a file is not an executable that the system runs directly.
func CheckProgram(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	head := make([]byte, 256)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return err
	}
	head = head[:n]
	for _, magic := range magics {
		if len(head) >= len(magic) && string(head[:len(magic)]) == magic {
			return nil
		}
	}
	script := &ScriptError{Path: path}
	if n > 2 && head[0] == '#' && head[1] == '!' {
		script.Interpreter = firstLineOf(head[2:])
	}
	return script
}

func firstLineOf(text []byte) string {
	for i, b := range text {
		if b == '\n' || b == '\r' {
			text = text[:i]
			break
		}
	}
	return string(text)
}

// Dynamic reports whether a file is an ELF executable that another program loads: the dynamic linker that it names.
func Dynamic(path string) (linker string, ok bool) {
	f, err := elf.Open(path)
	if err != nil {
		return "", false
	}
	defer func() { _ = f.Close() }()
	for _, p := range f.Progs {
		if p.Type != elf.PT_INTERP {
			continue
		}
		name, err := io.ReadAll(io.LimitReader(p.Open(), 4096))
		if err != nil {
			return "", true
		}
		for len(name) > 0 && name[len(name)-1] == 0 {
			name = name[:len(name)-1]
		}
		return string(name), true
	}
	return "", false
}
