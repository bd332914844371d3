// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package host

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/catalog"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/config/load"
	"github.com/wahost/wahost/core/dispatch"
	"github.com/wahost/wahost/core/route"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// Rehearsal answers where messages would go, without a channel being opened. Each channel can carry what its provider says of
// channels with default configuration. A Rehearsal belongs to its host and is for one goroutine.
type Rehearsal struct {
	loaded   *load.Result
	channels map[addr.Channel]catalog.Channel
	options  dispatch.Options
}

// ReadTests reads test files of the folder: the named ones, or all if no file is named. A Diagnosis made later has their
// sources too.
func (h *Host) ReadTests(paths []string) ([]load.TestRun, Diagnosis) {
	runs, diags := h.folder.ReadTests(paths)
	return runs, h.diagnosis(diags)
}

// Rehearse validates the configuration with further values of variables, each NAME=VALUE, which win over all others. The
// Rehearsal is nil if the Diagnosis has errors.
func (h *Host) Rehearse(ctx context.Context, vars []string) (*Rehearsal, Diagnosis) {
	own := h.options.Vars
	h.options.Vars = slices.Concat(own, vars)
	found := h.Validate(ctx)
	h.options.Vars = own
	if found.HasErrors() {
		return nil, found
	}
	r := &Rehearsal{loaded: h.loaded, channels: map[addr.Channel]catalog.Channel{}, options: h.options.Dispatch}
	r.options.VendorOptions = newVendorOptions(h.loaded.Config, h.schemas)
	known := h.defaultCapabilities(ctx)
	for _, ch := range h.loaded.Config.Channels {
		state := catalog.Channel{Sender: ch.Sender}
		if caps, ok := known[ch.Addr]; ok {
			state.Checker = capability.NewChecker(caps)
		} else {
			state.Unhealthy = "the provider " + ch.Addr.Provider + " knows what its channels carry only after they are opened, which a test does not do"
		}
		r.channels[ch.Addr] = state
	}
	return r, found
}

// DecodeTest evaluates a run that was read from a test file.
func (r *Rehearsal) DecodeTest(run load.TestRun, readFile func(path string) ([]byte, error)) (config.Test, hcl.Diagnostics) {
	return r.loaded.DecodeTest(run, readFile)
}

// Config returns the configuration.
func (r *Rehearsal) Config() *config.Config { return r.loaded.Config }

// Verdict is what would become of a message.
type Verdict struct {
	Decision route.Decision
	Misses   []route.Miss
	// Rejected is why the message would be rejected without an attempt, or nil if a channel can carry it.
	Rejected *outcome.Rejected
}

// Explain returns where a message would go if some channels were unhealthy, and what a send would answer if it went nowhere.
func (r *Rehearsal) Explain(m *message.Message, to message.Recipient, unhealthy []addr.Channel) Verdict {
	d := dispatch.New(r.loaded.Config, offline{r.snapshot(unhealthy)}, r.options)
	defer d.Close()
	var v Verdict
	v.Rejected = d.Decide(d.Prepare(m), to, &v.Decision)
	_, v.Misses, _ = d.Explain(m, to) // its error is that of Decide
	return v
}

// snapshot returns the state of the channels, some of which are unhealthy.
func (r *Rehearsal) snapshot(unhealthy []addr.Channel) *catalog.Snapshot {
	channels := maps.Clone(r.channels)
	for _, a := range unhealthy {
		state := channels[a]
		state.Unhealthy, state.Until = "the test says so", time.Time{}
		channels[a] = state
	}
	return catalog.NewSnapshot(channels)
}

// offline stands for providers that are never called.
type offline struct{ snapshot *catalog.Snapshot }

// Snapshot returns the state of the channels.
func (o offline) Snapshot() *catalog.Snapshot { return o.snapshot }

// Send calls nobody.
func (o offline) Send(context.Context, addr.Channel, []message.Batch, func() error, func(outcome.Outcome)) error {
	return &dispatch.NotAttemptedError{Cause: errors.New("a test sends nothing")}
}
