// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package serve

import (
	"cmp"
	"context"
	"time"

	"github.com/wahost/wahost/core/gateway/adminapi"
	"github.com/wahost/wahost/core/host"
)

// processes returns what tells a gateway about the providers of a host.
func processes(h *host.Host) func(context.Context) []adminapi.Process {
	return func(ctx context.Context) (all []adminapi.Process) {
		for _, p := range h.Processes(ctx) {
			all = append(all, process(&p))
		}
		return all
	}
}

func process(p *host.Process) adminapi.Process {
	out := adminapi.Process{
		Provider: p.Name, PID: p.PID, Version: p.Version, SHA256: p.SHA256, Restarts: p.Restarts, MemoryBytes: p.Memory,
		Capabilities: p.Capabilities, Features: p.Features, StartedAt: moment(p.Started),
	}
	if c := p.Crash; c != nil {
		out.LastCrash = &adminapi.Crash{At: c.Time.UTC(), Reason: c.Reason, Panicked: c.Panicked}
	}
	if c := p.Certificate; c != nil {
		out.Certificate = &adminapi.Certificate{
			State: cmp.Or(c.State, "unknown"), Problem: c.Problem, Result: c.Result, Suite: c.Suite, Tier: c.Tier, Signers: c.Signers, EndsAt: moment(c.Ends),
		}
	}
	return out
}

// moment returns a time, or nil for the zero time.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}
