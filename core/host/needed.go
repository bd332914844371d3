// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package host

import (
	"context"
	"errors"
	"time"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/config/load"
	"github.com/wahost/wahost/core/dispatch"
	"github.com/wahost/wahost/sdk/message"
)

// patience is how long Validate and Start together wait for providers that the expected message does not need.
const patience = time.Second

// errNotNeeded is the cause of a call that was given up because the expected message does not need the provider.
var errNotNeeded = errors.New("the message does not need the provider, so its start was not waited for")

// Expect tells the host the only message that will be sent, with its recipients, so that a provider that hangs does not delay
// it: Validate and Start wait for the providers of the channels that the message may go to, and only a moment for the others.
// Without Expect they wait for all. It is called before Validate.
func (h *Host) Expect(ctx context.Context, m *message.Message, to []message.Recipient) {
	loaded, _ := h.folder.Load(ctx, load.Options{HostVersion: h.options.Version, Env: h.options.Env, Vars: h.options.Vars})
	if loaded == nil || loaded.Config.CheckTarget(m) != nil {
		return // Validate tells why
	}
	// No channel is open yet, so that all channels of the route are skipped.
	d := dispatch.New(loaded.Config, h.pool, dispatch.Options{})
	defer d.Close()
	needed := map[string]bool{}
	if named, err := addr.ParseChannel(m.GetWahost().GetChannel()); err == nil {
		needed[named.Provider] = true
	}
	for _, r := range to {
		decision, _, err := d.Explain(m, r)
		if err != nil {
			return
		}
		for _, s := range decision.Skipped {
			needed[s.Channel.Provider] = true
		}
	}
	if len(needed) == 0 {
		return // no route matches, which may be because of what only the providers know
	}
	h.needed, h.patience = needed, time.Now().Add(patience)
}

// isNeeded reports whether the host waits for a provider as long as it may take.
func (h *Host) isNeeded(name string) bool { return h.needed == nil || h.needed[name] }

// await returns the context for calls to a provider.
func (h *Host) await(ctx context.Context, name string) (context.Context, context.CancelFunc) {
	if h.isNeeded(name) {
		return ctx, func() {}
	}
	return context.WithDeadlineCause(ctx, h.patience, errNotNeeded)
}

// giveUp returns a channel that is closed when Start no longer waits for a provider, and nil if it waits for its end.
func (h *Host) giveUp(ctx context.Context) func(name string) <-chan struct{} {
	return func(name string) <-chan struct{} {
		if h.isNeeded(name) {
			return nil
		}
		return ctx.Done()
	}
}
