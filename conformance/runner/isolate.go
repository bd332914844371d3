// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package runner

import (
	"cmp"
	"crypto/x509/pkix"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/isolation"
	"github.com/wahost/wahost/conformance/report"
)

// isolate makes ready the worlds of an isolated run. The returned function ends them.
func (r *runner) isolate() (end func(), err error) {
	r.settings.Isolation = r.options.Isolation
	if r.options.Isolation != isolation.Namespaces {
		return func() {}, nil
	}
	if r.authority, err = emulator.NewAuthority(authorityName(r.options.Seed)); err != nil {
		return nil, environment("%w", err)
	}
	r.worlds, err = isolation.New(isolation.Options{Seed: r.options.Seed, Binary: r.binary.path, Authority: r.authority.PEM()})
	if err != nil {
		return nil, environment("%w", err)
	}
	return func() { _ = r.worlds.Close() }, nil
}

// authorityName draws the name of the authority of a run, such as those of companies that look into the traffic of their machines.
func authorityName(seed int64) pkix.Name {
	rnd := rand.New(rand.NewPCG(uint64(seed), 0xca)) //nolint:gosec // the name need not be unpredictable
	words := []string{"Global", "Secure", "Trust", "Root", "Services", "Network", "Assured", "Premier"}
	rnd.Shuffle(len(words), func(i, j int) { words[i], words[j] = words[j], words[i] })
	return pkix.Name{
		Organization: []string{words[0] + " " + words[1] + " " + words[2]},
		CommonName:   fmt.Sprintf("%s %s Root G%d", words[0], words[1], 1+rnd.IntN(5)),
	}
}

// leave ends a world, after a search of what its processes wrote.
func (r *runner) leave(w *isolation.World) {
	if w == nil {
		return
	}
	written, _ := w.Traces()
	for _, f := range written {
		if leak := cmp.Or(r.secrets.Find(f.Path), r.secrets.Find(string(f.Content))); leak != "" {
			r.mu.Lock()
			if len(r.written) < maxStray {
				r.written = append(r.written, leak+" in the file "+f.Path)
			}
			r.mu.Unlock()
		}
	}
	w.Close()
}

// The checks about what a provider does besides its work. What any process of an isolated run did counts for them.
const (
	egressCheck = "secret/egress"
	diskCheck   = "secret/disk"
)

// judgeWorlds fails the checks about traffic and files if a process of the run did what they forbid during another check.
func (r *runner) judgeWorlds(results []report.Result) {
	if r.worlds == nil {
		return
	}
	var sent []string
	for _, a := range r.worlds.Attempts() {
		sent = append(sent, a.What)
	}
	slices.Sort(sent)
	sent = slices.Compact(sent)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.judge(results, egressCheck, "nothing but requests to the vendor, in all checks", sent)
	r.judge(results, diskCheck, "no credential in a file, in all checks", r.written)
}

// judge fails a check that passed, with what was seen.
func (r *runner) judge(results []report.Result, id, expected string, seen []string) {
	i := slices.IndexFunc(results, func(res report.Result) bool { return res.ID == id })
	if i < 0 || len(seen) == 0 || results[i].Status != report.Pass {
		return
	}
	results[i].Status = report.Fail
	for _, what := range seen[:min(len(seen), 5)] {
		results[i].Findings = append(results[i].Findings, report.Finding{Expected: expected, Actual: r.secrets.Mask(what), At: "isolation"})
	}
}
