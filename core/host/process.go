// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package host

import (
	"context"
	"encoding/hex"
	"sync"
	"time"

	"github.com/wahost/wahost/core/supervise"
)

// versionTime is how long a provider may take to tell its version to somebody who looks at it.
const versionTime = time.Second

// Process is a provider as it runs.
type Process struct {
	supervise.Status
	// Version is what the process says of itself. It is empty if it does not run or does not answer.
	Version string
	// SHA256 is that of the program in hex. It is empty if neither a lock nor a certificate says which program must run.
	SHA256 string
	// Certificate is nil if the configuration demands none.
	Certificate *CertificateState
	// Capabilities and Features are what a valid certificate covers, as verify.Predicate has them.
	Capabilities, Features []string
}

// processes remembers what is asked of processes once.
type processes struct {
	mu sync.Mutex
	// sums are the hashes of the programs that must run, by provider, and versions what the processes say of themselves.
	sums     map[string]string
	versions map[string]versionOf
}

// versionOf is the version of an instance.
type versionOf struct {
	generation int
	version    string
}

// must records which program a provider is. No sum stands for any.
func (p *processes) must(name string, sum []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.sums == nil {
		p.sums = map[string]string{}
	}
	p.sums[name] = hex.EncodeToString(sum)
}

// Processes returns, after Start, the providers in the order of their names.
func (h *Host) Processes(ctx context.Context) []Process {
	var all []Process
	for _, s := range h.pool.Statuses() {
		p := Process{Status: s, Version: h.version(ctx, s), Certificate: h.CertificateState(s.Name)}
		h.processes.mu.Lock()
		p.SHA256 = h.processes.sums[s.Name]
		h.processes.mu.Unlock()
		if v := h.certificates.of(s.Name); v != nil {
			p.Capabilities, p.Features = v.Statement.Predicate.Capabilities, v.Statement.Predicate.Features
		}
		all = append(all, p)
	}
	return all
}

// version returns the version of a running provider, which is asked once for each process.
func (h *Host) version(ctx context.Context, s supervise.Status) string {
	if s.Generation == 0 {
		return ""
	}
	h.processes.mu.Lock()
	known, ok := h.processes.versions[s.Name]
	h.processes.mu.Unlock()
	if ok && known.generation == s.Generation {
		return known.version
	}
	ctx, cancel := context.WithTimeout(ctx, versionTime)
	defer cancel()
	meta, err := h.pool.Metadata(ctx, s.Name)
	if err != nil {
		return ""
	}
	h.processes.mu.Lock()
	defer h.processes.mu.Unlock()
	if h.processes.versions == nil {
		h.processes.versions = map[string]versionOf{}
	}
	h.processes.versions[s.Name] = versionOf{s.Generation, meta.Version}
	return meta.Version
}
