// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package runner

import (
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/core/launch"
	"github.com/wahost/wahost/core/registry/verify"
)

// programs is what the processes of a certified run executed.
type programs struct {
	mu        sync.Mutex
	seen      bool
	cause     error // why the last look failed
	libraries []verify.Library
	others    []string
}

// checkProgram returns a usage error if the file of the provider cannot be certified, because other bytes than its own would run.
func (r *runner) checkProgram() error {
	err := launch.CheckProgram(r.binary.path)
	var script *launch.ScriptError
	if errors.As(err, &script) {
		script.Path = r.options.Command
		return usage("a certificate is not possible: %w", script)
	}
	if err != nil {
		return environment("the provider cannot be read: %w", err)
	}
	return nil
}

// look records what the processes of a provider execute at the moment. A process that has ended tells nothing.
func (r *runner) look(p *launch.Process) {
	if !r.options.Certify || p == nil || p.Attached() {
		return
	}
	running, err := p.Running()
	r.programs.mu.Lock()
	defer r.programs.mu.Unlock()
	if err != nil {
		r.programs.cause = err
		return
	}
	r.programs.seen = true
	if want := hex.EncodeToString(r.binary.sum[:]); running.SHA256 != want {
		r.programs.others = append(r.programs.others, fmt.Sprintf("the process executed other bytes than those of the file: sha256:%s", running.SHA256))
	}
	r.programs.others = append(r.programs.others, running.Others...)
	for _, l := range running.Libraries {
		r.programs.libraries = append(r.programs.libraries, verify.Library{Name: filepath.Base(l.Name), SHA256: l.SHA256})
	}
}

// recordPrograms adds to the report which libraries belong to the provider, and what it executed besides its own file.
func (r *runner) recordPrograms(rep *report.Report) {
	if !r.options.Certify {
		return
	}
	p := &r.programs
	p.mu.Lock()
	defer p.mu.Unlock()
	slices.SortFunc(p.libraries, func(a, b verify.Library) int { return strings.Compare(a.Name+"\x00"+a.SHA256, b.Name+"\x00"+b.SHA256) })
	rep.Provider.Libraries = slices.Compact(p.libraries)
	slices.Sort(p.others)
	for _, other := range slices.Compact(p.others) {
		rep.Violations = append(rep.Violations, report.Violation{Kind: report.OtherProgram, Detail: other})
		break // the others have numbers of processes and say the same
	}
	if !p.seen && p.cause != nil && !errors.Is(p.cause, launch.ErrNotTold) {
		rep.Violations = append(rep.Violations, report.Violation{Kind: report.OtherProgram, Detail: fmt.Sprintf("it could not be seen which program ran: %v", p.cause)})
	}
}
