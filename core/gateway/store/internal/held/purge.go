// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package held

import (
	"context"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/ids"
)

// PurgeLimit bounds the rows that one transaction of a purge looks at, so that accepted messages do not wait for it.
const PurgeLimit = 1000

// Purger removes old rows with many short transactions.
type Purger[Tx any] struct {
	Group *store.Group[Tx]
}

// Purged is what one transaction has done with messages.
type Purged struct {
	Looked, Removed int
	Last            ids.ID // that it looked at
}

// Messages repeats a step with the last message that it looked at, or the zero id, until it has looked at less than PurgeLimit. It returns
// how many messages were removed.
func (p Purger[Tx]) Messages(ctx context.Context, step func(t Tx, after ids.ID) (Purged, error)) (removed int, err error) {
	for done := (Purged{Looked: PurgeLimit}); done.Looked == PurgeLimit; {
		after := done.Last
		if err := p.once(ctx, func(t Tx) (err error) {
			done, err = step(t, after)
			return err
		}); err != nil {
			return removed, err
		}
		removed += done.Removed
	}
	return removed, nil
}

// Rows repeats a step, which removes up to PurgeLimit rows, until it has removed less.
func (p Purger[Tx]) Rows(ctx context.Context, step func(Tx) (int, error)) error {
	for n := PurgeLimit; n == PurgeLimit; {
		if err := p.once(ctx, func(t Tx) (err error) {
			n, err = step(t)
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}

// Found removes the rows that have the keys that a search finds after a key, up to PurgeLimit at a time.
func (p Purger[Tx]) Found(ctx context.Context, key []any, find func(after []any) (keys [][]any, err error), remove func(t Tx, key []any) error) error {
	for n := PurgeLimit; n == PurgeLimit; {
		keys, err := find(key)
		if n = len(keys); err != nil || n == 0 {
			return err
		}
		key = keys[n-1]
		if err := p.once(ctx, func(t Tx) error {
			for _, k := range keys {
				if err := remove(t, k); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// once makes a change in a transaction that it may share with changes of others.
func (p Purger[Tx]) once(ctx context.Context, change func(Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return p.Group.Do(store.Op[Tx]{Messages: PurgeLimit, Apply: change})
}
