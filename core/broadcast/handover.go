// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package broadcast

import (
	"context"
	"sync"
	"time"

	"github.com/wahost/wahost/core/dispatch"
)

// underWay is a row that was given to the dispatcher and has no result yet.
type underWay struct {
	row Row
	id  string // of the message
	// begun is when its current attempt was given to a provider, or zero.
	begun time.Time
	// paced is set if the attempt has a place of the pacer.
	paced bool
}

// handovers records in the journal what is given to providers. It implements dispatch.Recorder.
type handovers struct {
	run   *run
	pacer *pacer

	mu       sync.Mutex
	rows     map[string]*underWay // by the id of the message
	refusals refusals
}

func newHandovers(r *run) *handovers {
	return &handovers{run: r, pacer: newPacer(), rows: map[string]*underWay{}, refusals: refusals{}}
}

// add takes a row before it is given to the dispatcher.
func (h *handovers) add(row Row) *underWay {
	u := &underWay{row: row, id: dispatch.NewID()}
	h.mu.Lock()
	h.rows[u.id] = u
	h.mu.Unlock()
	return u
}

// remove takes the result of a row.
func (h *handovers) remove(u *underWay) {
	h.mu.Lock()
	delete(h.rows, u.id)
	h.mu.Unlock()
}

// Begin records the rows of a call and waits until they may be under way. When the run has stopped, it returns the cause.
func (h *handovers) Begin(ctx context.Context, call dispatch.Handover) error {
	if err := context.Cause(h.run.ctx); err != nil {
		return err
	}
	rows := h.of(call)
	if err := h.run.journal.begun(rows); err != nil {
		h.run.stop(&Stop{Kind: StopError, Err: err})
		return err
	}
	if !call.Grouped {
		if err := h.pacer.enter(ctx, h.run.ctx, len(rows)); err != nil {
			for _, u := range rows {
				h.run.journal.returned(u)
			}
			return err
		}
	}
	now := time.Now()
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, u := range rows {
		u.begun, u.paced = now, !call.Grouped
	}
	return nil
}

// of returns the rows of a call.
func (h *handovers) of(call dispatch.Handover) []*underWay {
	h.mu.Lock()
	defer h.mu.Unlock()
	var rows []*underWay
	for _, b := range call.Batches {
		for _, d := range b.Deliveries {
			if u := h.rows[dispatch.MessageID(d.DeliveryID)]; u != nil {
				rows = append(rows, u)
			}
		}
	}
	return rows
}

// Settle frees the place of an attempt, records that it did not deliver the message if another follows, and stops the run if
// its channel refuses everything.
func (h *handovers) Settle(at dispatch.Attempt, next dispatch.Next) {
	h.mu.Lock()
	stop := h.refusals.take(at, next)
	u := h.rows[dispatch.MessageID(at.ID)]
	var begun time.Time
	paced := false
	if u != nil {
		begun, paced = u.begun, u.paced
		u.begun, u.paced = time.Time{}, false
	}
	h.mu.Unlock()
	if stop != nil {
		h.run.stop(stop)
	}
	if paced {
		h.pacer.leave(time.Since(begun))
	}
	if !begun.IsZero() && next != dispatch.Done {
		h.run.journal.returned(u)
	}
}
