// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"time"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/ids"
)

// flow is the messages of one flow, as far as they are in memory.
type flow struct {
	store.Flow

	resident int
	// spilled is set while the store may have messages that are due and not in memory. New ones wait behind them.
	spilled bool
	// held are the messages that came during a scan from the start, which may be the last one. missed is set if one of them was left
	// to the store.
	held     []*entry
	scanning bool
	missed   bool
	// done are the messages that were forgotten since a scan began, which the scan may find as ready. It is nil if no scan runs.
	done map[ids.ID]bool
	// after is how far the scan of the store has come.
	after store.Key
	// scheduled is the time of the next message that is not due, or zero if no such message is known.
	scheduled time.Time
}

// schedule makes the flow be looked at when a message is due that only the store has.
func (f *flow) schedule(due time.Time) {
	if f.scheduled.IsZero() || due.Before(f.scheduled) {
		f.scheduled = due
	}
}

func (e *Engine) flow(f store.Flow) *flow {
	found := e.flows[f]
	if found == nil {
		found = &flow{Flow: f}
		e.flows[f] = found
	}
	return found
}
