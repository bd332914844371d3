// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package host

import (
	"context"
	"time"

	"github.com/wahost/wahost/core/catalog"
	"github.com/wahost/wahost/core/dispatch"
	"github.com/wahost/wahost/core/route"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// Prepare makes a message ready to be sent to any number of recipients. The message must not be changed afterwards, and
// its own recipient is ignored. Prepare, Send, Submit and Explain need a Start without errors.
func (h *Host) Prepare(m *message.Message) *dispatch.Content { return h.dispatcher.Load().Prepare(m) }

// Send sends one message and returns its result. It makes the call to the provider on the caller's goroutine if nothing
// else is waiting, which is the fastest way for a single message.
func (h *Host) Send(ctx context.Context, req dispatch.Request) dispatch.Result {
	return h.dispatcher.Load().Send(ctx, req)
}

// Submit starts to send one message and calls done once with its result, from any goroutine: done must not block. It is
// the way to send many messages, and blocks while too many of them wait.
func (h *Host) Submit(ctx context.Context, req dispatch.Request, done func(dispatch.Result)) {
	h.dispatcher.Load().Submit(ctx, req, done)
}

// Explain returns where a message would go now and why, without sending it. The error is a *message.InvalidError.
func (h *Host) Explain(m *message.Message, to message.Recipient) (route.Decision, []route.Miss, error) {
	return h.dispatcher.Load().Explain(m, to)
}

// Decide is like Explain for a content of Prepare, which is the fast way for many recipients. It returns the reason that the
// message cannot be sent now, or nil.
func (h *Host) Decide(c *dispatch.Content, to message.Recipient, d *route.Decision) *outcome.Rejected {
	return h.dispatcher.Load().Decide(c, to, d)
}

// Snapshot returns the state of the channels as routing sees it now.
func (h *Host) Snapshot() *catalog.Snapshot { return h.dispatcher.Load().Snapshot() }

// StopWaiting ends the messages that were not given to a provider yet, and waits for the outcome of the others. Messages
// that are sent afterwards end in the same way.
func (h *Host) StopWaiting() {
	if d := h.dispatcher.Load(); d != nil {
		d.Close()
	}
}

// Delay returns how long the rate limit of a lane delays its next message. See dispatch.Dispatcher.
func (h *Host) Delay(lane string) time.Duration { return h.dispatcher.Load().Delay(lane) }

// SendAgain lets a host that was started take messages after StopWaiting, which it calls. Providers and channels stay as they are.
func (h *Host) SendAgain() {
	h.StopWaiting()
	h.dispatcher.Store(h.newDispatcher())
}

// SpendBurst lets the rate limit of a lane begin without a burst. See dispatch.Dispatcher.
func (h *Host) SpendBurst(lane string) { h.dispatcher.Load().SpendBurst(lane) }

// SetDispatch replaces the options of the dispatcher. It is called before Start.
func (h *Host) SetDispatch(options dispatch.Options) { h.options.Dispatch = options }

// Record makes the host call a recorder for everything that it gives to providers. It must be called before the first message
// is sent.
func (h *Host) Record(r dispatch.Recorder) { h.dispatcher.Load().Record(r) }
