// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"context"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/catalog"
	"github.com/wahost/wahost/core/dispatch"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/route"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// Explain decides about a message as Check does, and returns the decision of the routes with it: that about the template, if one would be
// sent in place of the message. Nothing is sent or stored.
func (e *Engine) Explain(ctx context.Context, n *store.NewMessage, m *message.Message) (d route.Decision, rejected *outcome.Rejected, err error) {
	m, rejected, err = e.plan(ctx, n, m, false)
	if err != nil {
		return d, nil, err
	}
	// A plan removes the time of the message.
	if now := e.Dispatcher.Decide(e.Dispatcher.Prepare(m), n.To, &d); rejected == nil {
		rejected = now
	}
	return d, rejected, nil
}

// Snapshot returns the state of the channels.
func (e *Engine) Snapshot() *catalog.Snapshot { return e.Dispatcher.Snapshot() }

// Windows returns how many requests to vendors the open channels may have under way.
func (e *Engine) Windows() map[addr.Channel]dispatch.Window { return e.Dispatcher.Windows() }
