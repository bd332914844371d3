// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package adminapi

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/catalog"
	"github.com/wahost/wahost/core/registry/verify"
)

// Process is the program of a provider as it runs.
type Process struct {
	Provider    string       `json:"provider"`
	PID         int          `json:"pid,omitempty" doc:"The process id. It is absent if the provider is not running."`
	Version     string       `json:"version,omitempty"`
	SHA256      string       `json:"sha256,omitempty" doc:"The hash of the program, if a lock or a certificate says which one must run."`
	StartedAt   *time.Time   `json:"started_at,omitempty"`
	Restarts    int          `json:"restarts" doc:"How often the provider was started again."`
	MemoryBytes int64        `json:"memory_bytes,omitempty" doc:"The resident memory, if it is known."`
	LastCrash   *Crash       `json:"last_crash,omitempty"`
	Certificate *Certificate `json:"certificate,omitempty" doc:"It is absent if the configuration demands no certificates."`
	// Capabilities and Features are what a valid certificate covers.
	Capabilities []string `json:"certified_capabilities,omitempty" doc:"What the certificate covers: kinds of messages and other capabilities."`
	Features     []string `json:"certified_features,omitempty" doc:"What the certificate covers within the kinds of messages."`
}

// Crash is the end of a process that nobody asked for.
type Crash struct {
	At       time.Time `json:"at"`
	Reason   string    `json:"reason" doc:"Why, with what may be phone numbers hidden."`
	Panicked bool      `json:"panicked" doc:"Whether the program panicked."`
}

// Certificate is what is known of the certificate of a provider.
type Certificate struct {
	State   string     `json:"state" enum:"valid,refused,unknown"`
	Problem string     `json:"problem,omitempty" doc:"Why it is refused."`
	Result  string     `json:"result,omitempty"`
	Suite   string     `json:"suite,omitempty" doc:"The version of the conformance suite."`
	Tier    string     `json:"tier,omitempty"`
	Signers []string   `json:"signers,omitempty"`
	EndsAt  *time.Time `json:"ends_at,omitempty"`
}

// Coverage is what a channel says that it can do, and how far the certificate of its provider covers it.
type Coverage struct {
	Channel string `json:"channel"`
	// Certified is set if there is a valid certificate.
	Certified bool     `json:"certified" doc:"Whether the provider has a valid certificate."`
	Parts     []Covers `json:"parts" nullable:"false" doc:"What the channel declares."`
}

// Covers is something that a channel declares.
type Covers struct {
	Name  string `json:"name" example:"template/header/image"`
	State string `json:"state" enum:"certified,declared,refused" doc:"Certified, declared without a certificate for it, or not used because the certificate does not cover it."`
}

func (s *Server) registerProcesses() {
	register(s, operation("lanes", "list-processes", http.MethodGet, "/processes", operating, "Show the providers as they run", "The programs of the providers of this gateway process."),
		func(ctx context.Context, _ *caller, _ *struct{}) (*list[Process], error) {
			return &list[Process]{listBody[Process]{Items: s.processes(ctx)}}, nil
		})
	register(s, operation("lanes", "list-coverage", http.MethodGet, "/coverage", operating, "Show what is certified",
		"What each channel declares that it can do, and how far the certificate of its provider covers it."), s.coverage)
}

func (s *Server) processes(ctx context.Context) []Process {
	all := []Process{}
	if s.Processes == nil {
		return all
	}
	for _, p := range s.Processes(ctx) {
		if p.LastCrash != nil {
			p.LastCrash.Reason = maskText(p.LastCrash.Reason, nil)
		}
		all = append(all, p)
	}
	return all
}

func (s *Server) coverage(ctx context.Context, _ *caller, _ *struct{}) (*list[Coverage], error) {
	out := &list[Coverage]{listBody[Coverage]{Items: []Coverage{}}}
	processes := s.processes(ctx)
	snapshot := s.Engine.Snapshot()
	for _, c := range s.Channels {
		v := Coverage{Channel: c.Address, Parts: []Covers{}}
		a, err := addr.ParseChannel(c.Address)
		known, ok := snapshot.Channel(a)
		if err != nil || !ok || known.Checker == nil {
			out.Body.Items = append(out.Body.Items, v)
			continue
		}
		var certified *Process
		if i := slices.IndexFunc(processes, func(p Process) bool {
			return p.Provider == a.Provider && p.Certificate != nil && p.Certificate.State == "valid"
		}); i >= 0 {
			certified, v.Certified = &processes[i], true
		}
		v.Parts = covers(&known, certified)
		out.Body.Items = append(out.Body.Items, v)
	}
	return out, nil
}

// covers returns what an open channel declares. The process is that of its provider if it has a valid certificate, and nil otherwise.
func covers(c *catalog.Channel, p *Process) []Covers {
	caps := c.Checker.Capabilities()
	parts := []Covers{}
	add := func(name string, certified bool) {
		state := "declared"
		if certified {
			state = "certified"
		}
		parts = append(parts, Covers{name, state})
	}
	var kinds []string
	for _, k := range caps.Kinds {
		kinds = append(kinds, k.Kind)
		add(k.Kind, p != nil && slices.Contains(p.Capabilities, k.Kind))
	}
	for _, kind := range slices.Sorted(maps.Keys(c.Refused)) {
		if !slices.Contains(kinds, kind) {
			parts = append(parts, Covers{kind, "refused"})
		}
	}
	for _, f := range verify.Features(caps, kinds) {
		add(f, p != nil && slices.Contains(p.Features, f))
	}
	if caps.MaxRecipients > 1 {
		add(verify.CapRecipients, p != nil && slices.Contains(p.Capabilities, verify.CapRecipients))
	}
	if caps.Webhooks {
		add(verify.CapWebhooks, p != nil && slices.Contains(p.Capabilities, verify.CapWebhooks))
	}
	return parts
}
