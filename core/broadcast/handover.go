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
	// group is the vendor request that the attempt belongs to, or nil.
	group *groupCall
}

// groupCall is a vendor request for several rows. The mutex of handovers guards it.
type groupCall struct{ left int }

// handovers records in the journal what is given to providers. It implements dispatch.Recorder.
type handovers struct {
	run *run
	// singles and groups pace the calls of vendors with one recipient per request and those with several.
	singles, groups *pacer

	mu       sync.Mutex
	rows     map[string]*underWay // by the id of the message
	refusals refusals
}

func newHandovers(r *run) *handovers {
	return &handovers{run: r, singles: newPacer(singlePace), groups: newPacer(groupPace), rows: map[string]*underWay{}, refusals: refusals{}}
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
	if call.Grouped {
		// One sync serves so many rows that it can wait for the place.
		if err := h.groups.enter(ctx, h.run.ctx, 1); err != nil {
			return err
		}
	}
	if err := h.run.journal.begun(rows); err != nil {
		h.run.stop(&Stop{Kind: StopError, Err: err})
		return err
	}
	if !call.Grouped {
		if err := h.singles.enter(ctx, h.run.ctx, len(rows)); err != nil {
			for _, u := range rows {
				h.run.journal.returned(u)
			}
			return err
		}
	}
	now := time.Now()
	h.mu.Lock()
	defer h.mu.Unlock()
	var group *groupCall
	if call.Grouped {
		group = &groupCall{left: len(rows)}
	}
	for _, u := range rows {
		u.begun, u.paced, u.group = now, !call.Grouped, group
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
	u := h.rows[dispatch.MessageID(at.ID)]
	var begun time.Time
	paced, lastOfGroup := false, false
	if u != nil {
		begun, paced = u.begun, u.paced
		if u.group != nil {
			u.group.left--
			lastOfGroup = u.group.left == 0
		}
		u.begun, u.paced, u.group = time.Time{}, false, nil
	}
	stop := h.refusals.take(at, next, begun)
	h.mu.Unlock()
	if stop != nil {
		h.run.stop(stop)
	}
	if paced {
		h.singles.leave(time.Since(begun))
	}
	if lastOfGroup {
		h.groups.leave(time.Since(begun))
	}
	if !begun.IsZero() && next != dispatch.Done {
		h.run.journal.returned(u)
	}
}
