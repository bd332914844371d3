// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"context"
	"errors"
	"time"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/sdk/outcome"
)

// countPause is how often the messages that wait are counted in the store. In between, the engine counts what it sees.
const countPause = 5 * time.Second

// queue is how many messages of a lane are due, by class, and how fast it is. It does not count those of campaigns, since others pass them: the
// flows of a class take turns.
type queue struct {
	due [store.Classes]int
	// ended counts the messages that were done since the last count.
	ended int
	// busy is set if messages were due at the last count. Between two such counts, pace is how many were done in a second. It is 0 if that is
	// not known.
	busy bool
	pace float64
}

// wait returns how long a new message of a class waits for its turn, as far as that can be told. e.mu must be held.
func (l *lane) wait(class store.Class) time.Duration {
	pace := l.queue.pace
	if l.rate > 0 {
		pace = l.rate
	}
	if pace <= 0 {
		return 0
	}
	before := 0
	for c := range class + 1 { // what is less urgent is sent later
		before += l.queue.due[c]
	}
	return time.Duration(float64(before) / pace * float64(time.Second))
}

// tooLong refuses a message for now that would wait longer than the configuration allows, or expire before its turn. A message of a campaign may
// wait: that is what the campaign is for.
func (e *Engine) tooLong(n *store.NewMessage, now time.Time) *outcome.Rejected {
	if n.Due.After(now) || n.Campaign != "" {
		return nil
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	l := e.lanes[n.Lane]
	if l == nil {
		return nil
	}
	wait, bound := l.wait(n.Class), n.Expires.Sub(now)
	if most := e.Config.Gateway.MaxQueue(); most > 0 {
		bound = min(bound, most)
	}
	if wait <= bound {
		return nil
	}
	r := outcome.Reject(outcome.ReasonRateLimited, "", "so many messages wait for the same sending number that this one would wait for %s, and at most %s are allowed",
		wait.Round(time.Second), bound.Round(time.Second)).Rejected
	r.Retry, r.RetryAfter, r.Scope = outcome.RetryLater, max(time.Second, wait-bound), outcome.ScopeSender
	return r
}

// entered and left count a message that is due, and one that is done. e.mu must be held.
func (l *lane) entered(f store.Flow) {
	if f.Campaign == "" {
		l.queue.due[f.Class]++
	}
}

func (l *lane) left(f store.Flow) {
	if f.Campaign != "" {
		return
	}
	l.queue.due[f.Class] = max(0, l.queue.due[f.Class]-1)
	l.queue.ended++
}

// count counts the messages that wait, after a time since the last count.
func (e *Engine) count(ctx context.Context, since time.Duration) {
	waiting, err := e.Store.Backlog(ctx)
	if err != nil {
		if !errors.Is(err, context.Canceled) {
			e.Log.Error("the messages that wait cannot be counted", "error", err)
		}
		return
	}
	if e.Waiting != nil {
		all := 0
		for _, w := range waiting {
			all += w.Messages
		}
		e.Waiting(all)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	before := map[string]queue{}
	for name, l := range e.lanes {
		before[name], l.queue = l.queue, queue{}
	}
	for _, w := range waiting {
		due := w.Due - w.InCampaigns
		if due == 0 || w.Class < 0 || w.Class >= store.Classes {
			continue
		}
		q := &e.lane(w.Lane).queue
		q.due[w.Class], q.busy = due, true
		if was := before[w.Lane]; was.busy && since > 0 {
			q.pace = float64(was.ended) / since.Seconds()
		}
	}
}
