// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"context"
	"errors"
	"time"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/ids"
)

// Command does what a person or an application asks for, and lets what is in memory follow. The errors are those of store.Admin.
func (e *Engine) Command(ctx context.Context, c *store.Command) (*store.Commanded, error) {
	done, err := e.Store.Command(ctx, e.epoch, c)
	switch {
	case errors.Is(err, store.ErrFenced):
		e.fail(err)
		return nil, err
	case err != nil:
		return nil, err
	case done.Created && done.Arrives:
	case done.Created:
		e.Offer(c.New, nil)
	case done.Again != nil:
		e.readmit(done.Again)
	case c.Action == store.ActionCancel:
		e.hurry(c.ID)
	}
	return done, nil
}

// Erase removes what is known of a person, as store.Eraser says. Messages to them that wait are not sent.
func (e *Engine) Erase(ctx context.Context, by store.Actor, address string) (*store.Erasure, error) {
	done, err := e.Store.Erase(ctx, e.epoch, by, address)
	if errors.Is(err, store.ErrFenced) {
		e.fail(err)
	}
	if err != nil {
		return nil, err
	}
	for _, id := range done.Ended {
		e.hurry(id)
	}
	return done, nil
}

// readmit takes a message that is to be sent again. If the engine is still busy with the end of its last attempt, it waits for that.
func (e *Engine) readmit(r *store.Ready) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.stopped {
		return // the next engine finds it
	}
	if e.resident[r.ID] != nil {
		e.returning[r.ID] = r
		return
	}
	e.takeBack(r)
}

// takeBack takes a message of the store into memory that is in no scan's way. e.mu must be held.
func (e *Engine) takeBack(r *store.Ready) {
	loaded, serves := e.state(r.Lane)
	if !serves {
		return // its node is told by the store
	}
	f := e.flow(r.Flow)
	delete(f.done, r.ID)
	f.spilled = f.spilled || !loaded
	if f.resident >= flowLimit || f.spilled {
		f.spilled, f.missed = true, true
		wake(e.load)
		return
	}
	e.add(f, &entry{Ready: r})
	wake(e.feed)
}

// hurry lets a canceled message that waits for its next attempt be found gone now, so that messages to its recipient wait no longer.
func (e *Engine) hurry(id ids.ID) {
	e.mu.Lock()
	defer e.mu.Unlock()
	en := e.resident[id]
	if en == nil {
		return
	}
	for i, t := range e.later {
		if t.of == en {
			e.later.remove(i)
			e.later.add(time.Now(), en)
			wake(e.feed)
			return
		}
	}
}
