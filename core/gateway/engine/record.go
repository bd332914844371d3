// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/wahost/wahost/core/dispatch"
	"github.com/wahost/wahost/core/gateway/failpoint"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

var (
	errStopped = errors.New("the gateway is stopping")
	errGone    = errors.New("a message of the call is not to be sent any more")
	// errElsewhere and errNoLease are those of a gateway that is one of several.
	errElsewhere = errors.New("another node sends from the lane")
	errNoLease   = errors.New("the lease of the node was not renewed in time")
)

// storePause is how long nothing is handed over after the store failed.
const storePause = time.Second

// recorder tells the engine what the dispatcher does. It implements dispatch.Recorder.
type recorder struct{ e *Engine }

// Begin records a call in the store before it is made.
func (r recorder) Begin(ctx context.Context, call dispatch.Handover) error {
	e, now := r.e, time.Now()
	h := &store.Handover{Channel: call.Channel.String(), Began: now}
	var members []*entry
	stale, lane := false, LaneOf(e.Dispatcher.Snapshot(), call.Channel)
	e.mu.Lock()
	for _, b := range call.Batches {
		for _, d := range b.Deliveries {
			en, at := e.attempt(d.DeliveryID)
			if en == nil {
				e.mu.Unlock()
				return fmt.Errorf("the gateway does not know the attempt %s", d.DeliveryID)
			}
			stale = stale || expired(en, now) || e.isPaused(en.lane) || e.isSuppressed(en.To) || !e.serves(en.lane.name) || e.isHeld(en.Flow) || e.isCanceled(en.Flow)
			members, h.Attempts = append(members, en), append(h.Attempts, at)
		}
	}
	if e.stopped {
		e.mu.Unlock()
		return errStopped
	}
	if stale {
		sendAgain(members) // take ends those that have expired or have no recipient any more
		e.mu.Unlock()
		return errGone
	}
	switch {
	case !e.serves(lane):
		for _, en := range members {
			en.move = lane
		}
		e.mu.Unlock()
		return errElsewhere
	case !e.leased():
		sendAgain(members)
		e.pause = now.Add(storePause)
		e.mu.Unlock()
		return errNoLease
	}
	e.seq++
	h.Seq = e.seq
	e.open++
	e.mu.Unlock()
	failpoint.Hit(failpoint.BeforeBegin)
	gone, err := e.Store.Begin(ctx, e.epoch, h)
	if err != nil || len(gone) > 0 {
		return e.notBegun(members, gone, err)
	}
	failpoint.Hit(failpoint.AfterBegin)
	if !e.leased() {
		// The process was held up so long that another node may send from the lane, which has judged the handover or does so now.
		return e.notBegun(members, nil, errNoLease)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	begun, left := &handover{seq: h.Seq, left: len(members)}, time.Now()
	for _, en := range members {
		en.handover, en.began = begun, now
		e.spend(en, left)
		e.leaveRoom(en)
	}
	return nil
}

// attempt returns the message of the id of an attempt. e.mu must be held.
func (e *Engine) attempt(id string) (*entry, store.Attempt) {
	parsed, n, err := ids.ParseAttempt(id)
	if err != nil {
		return nil, store.Attempt{}
	}
	return e.resident[parsed], store.Attempt{ID: parsed, N: n}
}

// notBegun takes a call that is not made, and returns the reason.
func (e *Engine) notBegun(members []*entry, gone []ids.ID, err error) error {
	if errors.Is(err, store.ErrFenced) {
		e.fail(err)
	} else if err != nil {
		e.Log.Error("a call to a provider cannot be recorded, so it is not made", "error", err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.callEnded()
	if err != nil {
		e.pause = time.Now().Add(storePause)
		return err
	}
	sendAgain(members)
	for _, id := range gone {
		if en := e.resident[id]; en != nil {
			en.gone = true
		}
	}
	return errGone
}

// sendAgain lets the messages of a call that was not made be sent immediately, once the dispatcher gives them back.
func sendAgain(members []*entry) {
	for _, en := range members {
		en.again = true
	}
}

// callEnded counts the end of a call. e.mu must be held.
func (e *Engine) callEnded() {
	if e.open--; e.open == 0 {
		e.idle.Broadcast()
	}
}

// Settle takes the outcome of an attempt and decides what follows.
func (r recorder) Settle(at dispatch.Attempt, next dispatch.Next) {
	failpoint.Hit(failpoint.AfterVendor)
	e, now := r.e, time.Now()
	e.mu.Lock()
	defer e.mu.Unlock()
	en, attempt := e.attempt(at.ID)
	if en == nil {
		return
	}
	en.Attempts = attempt.N
	if e.Sent != nil && !en.began.IsZero() {
		e.Sent(at.Channel, at.Outcome, now.Sub(en.began))
	}
	if e.Attempted != nil && !en.began.IsZero() {
		e.Attempted(attempt, at, en.began, now)
	}
	d := decision{state: store.StateReady, due: now, tries: max(1, en.Tries)}
	if next == dispatch.Done {
		d = follow(en.Ready, at.Outcome, now)
	}
	en.Tries = d.tries
	s := store.Settlement{
		Attempt: attempt, State: d.state, Due: d.due, Tries: d.tries, Route: at.Route, Channel: at.Channel.String(), At: now, Began: en.began,
		Outcome: at.Outcome.Word(), Failure: failureOf(at.Outcome), Scope: e.channels[at.Channel].ProviderID,
		Correlations: correlations(at.Outcome, en.To), Ignored: at.Outcome.IgnoredFields,
	}
	if en.original != nil {
		s.Ignored = slices.Concat(s.Ignored, []string{en.kind}) // a template was sent; outcomes may share the list
	}
	ended := false
	if h := en.handover; h != nil {
		h.left--
		h.unknown = h.unknown || at.Outcome.Unknown != nil
		ended = h.left == 0
		s.Handover, s.Ends, s.Keep = h.seq, ended, h.unknown
	}
	en.handover, en.began = nil, time.Time{}
	if next == dispatch.Done {
		en.next = &d
	}
	e.records.add(record{Settlement: s, of: en, last: d.state != store.StateReady})
	if ended {
		e.callEnded()
	}
}

// correlations returns the ids by which the vendor may tell about an attempt.
func correlations(o outcome.Outcome, to message.Recipient) (all []store.Correlation) {
	var shared []string
	switch {
	case o.Accepted != nil:
		if id := o.Accepted.ProviderMessageID; id != "" {
			all = append(all, store.Correlation{Key: id})
		}
		shared = append(shared, o.Accepted.GroupID)
		shared = append(shared, o.Accepted.Aliases...)
	case o.Unknown != nil:
		shared = append(shared, o.Unknown.GroupID)
		shared = append(shared, o.Unknown.Aliases...)
	}
	for _, id := range shared {
		if id != "" {
			all = append(all, store.Correlation{Key: id, Recipient: to.Address})
		}
	}
	return all
}

// ended takes the end of the dispatcher's work on a message.
func (e *Engine) ended(en *entry, r dispatch.Result) {
	now := time.Now()
	e.mu.Lock()
	defer e.mu.Unlock()
	e.leaveRoom(en)
	en.lane.dispatched--
	switch {
	case en.next != nil:
		e.proceed(en, *en.next, now)
	case e.stopped:
		// The store has it as ready.
	case en.gone:
		e.forget(en)
		en.lane.backlog.Done(en.place)
		wake(e.feed)
	case en.move != "":
		e.move(en)
	case en.again:
		en.again = false
		en.lane.backlog.Return(en.place)
		wake(e.feed)
	default:
		// No call was made since the last decision. Nothing has changed in the store, unless it can never be sent.
		e.decideUnsent(en, r.Outcome, now)
	}
}
