// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package launch

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/wahost/wahost/internal/printable"
)

// ErrNotTold is the error of Process.Running on systems that do not tell what a process executes.
var ErrNotTold = errors.New("this system does not tell what a process executes")

// Certified is what a process may execute: the bytes that a certificate is about.
type Certified struct {
	// SHA256 is the hash of the binary, in hex.
	SHA256 string
	// Libraries are the hashes of the libraries that the process may map, in hex.
	Libraries []string
	// Original is the file that Spec.Path is a copy of, for messages. It may be empty.
	Original string
}

// Library is a file other than the program that a process maps to execute it.
type Library struct {
	Name string `json:"name"`
	// SHA256 is in hex.
	SHA256 string `json:"sha256"`
}

// Running is what the processes of a provider execute.
type Running struct {
	// SHA256 is the hash of the program of the process that the host started, in hex.
	SHA256 string
	// Libraries are the libraries that it and its children map, sorted by name, each once.
	Libraries []Library
	// Others are the programs that children, or the process that serves the host, execute instead of it.
	Others []string
}

// ExecutedError is the error of a process that executes something else than the certified bytes.
type ExecutedError struct{ Detail string }

// Error says what is executed.
func (e *ExecutedError) Error() string { return e.Detail }

// compare returns an *ExecutedError if something else is executed than what was certified.
func (c *Certified) compare(r Running, path string) error {
	fail := func(format string, args ...any) error {
		return &ExecutedError{fmt.Sprintf(format, args...)}
	}
	path = cmp.Or(c.Original, path)
	switch {
	case r.SHA256 != c.SHA256:
		return fail("the process executes other bytes than those of %s: sha256:%s instead of the certified sha256:%s. "+
			"The file is a wrapper, was replaced, or executes another program", path, r.SHA256, c.SHA256)
	case len(r.Others) > 0:
		return fail("the provider runs a program that is not the certified one: %s. A certificate is about one executable, so it must not run others", printable.Line(r.Others[0]))
	}
	for _, l := range r.Libraries {
		if !slices.Contains(c.Libraries, l.SHA256) {
			return fail("the provider loads the library %s, sha256:%s, which was not certified with it. "+
				"Link the provider statically, or certify it on a system with the same libraries", printable.Line(filepath.Base(l.Name)), l.SHA256)
		}
	}
	return nil
}

// programPoll is the time between two looks at what a process with a certificate executes.
const programPoll = 2 * time.Second

// watchProgram ends the process when it executes something else than the certified bytes. It returns when the process has ended.
func (p *Process) watchProgram(poll time.Duration) {
	ticker := time.NewTicker(poll)
	defer ticker.Stop()
	for {
		select {
		case <-p.done:
			return
		case <-ticker.C:
		}
		if err := p.CheckCertified(); err != nil {
			reason := "it was ended: " + err.Error()
			p.overLimit.Store(&reason)
			p.output.note(reason)
			p.killGroup()
			return
		}
	}
}

// CheckCertified returns an error if the process executes something else than Spec.Certified allows. It returns nil if
// everything is allowed, if the process has ended, and on systems that do not tell what a process executes.
func (p *Process) CheckCertified() error {
	if p.certified == nil {
		return nil
	}
	running, err := p.Running()
	switch {
	case p.hasEnded() || errors.Is(err, ErrNotTold):
		return nil
	case err != nil:
		return &ExecutedError{fmt.Sprintf("it cannot be seen which program the process executes: %v", err)}
	}
	return p.certified.compare(running, p.path)
}

func (p *Process) hasEnded() bool {
	select {
	case <-p.done:
		return true
	default:
		return false
	}
}
