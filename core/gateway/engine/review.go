// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"time"

	"github.com/wahost/wahost/core/gateway/policy"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/sdk/message"
)

// reviewAfter is how long after it was accepted a message is sent without being asked about again. It spares the store a look-up for
// each message of a lane that keeps up.
const reviewAfter = time.Second

// review asks the policy of its sender about a message that waited, since the recipient may have opted out meanwhile, the service window
// may have closed, and it may be a quiet hour. A message that a template may be sent for is always asked about, since it is stored as it
// was accepted. review returns false if the message is not to be sent now, and has done what follows.
func (e *Engine) review(en *entry) bool {
	now := time.Now()
	waited := en.Tries > 0 || en.Due.After(en.Accepted) || now.Sub(en.Accepted) >= reviewAfter
	if e.Policy == nil {
		return true
	}
	p, optOuts := e.Policy(en.Sender)
	if p == nil || !waited && (p.Window.Action != policy.WindowTemplate || en.kind == message.KindTemplate) {
		return true
	}
	f := &policy.Facts{Now: now, Category: en.Category, Template: en.kind == message.KindTemplate, Attached: attached(en.kind), To: en.To}
	if err := e.lookUp(e.ctx, p, optOuts, en.Sender, f); err != nil {
		e.Log.Error("a message cannot be asked about before it is sent, and waits", "id", en.ID.String(), "error", err)
		e.mu.Lock()
		defer e.mu.Unlock()
		e.notSubmitted(en)
		e.proceed(en, decision{state: store.StateReady, due: now.Add(unsentPause)}, now)
		return false
	}
	d := p.Decide(f)
	if d.Verdict != policy.Refuse && !d.Quiet {
		e.choose(en, d.Verdict, &p.Window)
		return true
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.notSubmitted(en)
	dead := decision{state: store.StateDead, tries: en.Tries}
	switch {
	case d.Verdict == policy.Refuse:
		dead.failure = store.Failure{Reason: string(d.Rejected.Reason), Detail: d.Rejected.Detail}
		e.decide(en, dead, now)
	case !en.Expires.IsZero() && !d.At.Before(en.Expires):
		dead.failure = store.Failure{Reason: store.ReasonExpired, Detail: "its time was in quiet hours"}
		e.decide(en, dead, now)
	default:
		e.putOff(en, d.At, now)
	}
	return false
}

// choose sets what the next attempt sends: the message, or the template of its sender in its place.
func (e *Engine) choose(en *entry, v policy.Verdict, w *policy.WindowPolicy) {
	if m := en.content.Message(); m != nil && en.original == nil && v == policy.Replace {
		en.original, en.content = en.content, e.Dispatcher.Prepare(w.InPlace(m))
	} else if en.original != nil && v == policy.Send {
		en.original, en.content = nil, en.original
	}
}

// putOff leaves a message to the store until a time. It is as if it had not been tried, so that messages to its recipient do not wait for
// it, not even after a restart. e.mu must be held.
func (e *Engine) putOff(en *entry, until, now time.Time) {
	e.records.add(record{of: en, last: true, Settlement: store.Settlement{
		Attempt: store.Attempt{ID: en.ID}, State: store.StateReady, Due: until, At: now,
	}})
	en.lane.backlog.Done(en.place)
	wake(e.feed)
}
