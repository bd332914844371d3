// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/gateway/store/internal/held"
	"github.com/wahost/wahost/core/ids"
)

// lookups are what was read for a group of events together, so that they take few round trips. What is not in them is read when it is needed.
// They are valid within a transaction, as long as only apply changes deliveries.
type lookups struct {
	recipients map[ids.ID]string
	attempts   map[vendorKey]store.Attempt
	standings  map[ids.ID]*standing
}

// vendorKey is an id of a vendor, and the recipient of an event that has it.
type vendorKey struct {
	scope          int64
	key, recipient string
}

// standing is where a message stands, as apply needs it.
type standing struct {
	state                 store.State
	attempt, status       int
	sent, delivered, read pgtype.Int8
}

// lookUp reads what most events need.
func (t *tx) lookUp(events []store.Event) (*lookups, error) {
	l := &lookups{map[ids.ID]string{}, map[vendorKey]store.Attempt{}, map[ids.ID]*standing{}}
	var about []ids.ID
	for i := range events {
		e := &events[i]
		if a, _, err := ids.ParseAttempt(e.Attempt); err == nil {
			about = append(about, a)
			continue
		}
		scope, err := t.name(e.Scope)
		if err != nil {
			return nil, err
		}
		if err := t.flushFull(); err != nil {
			return nil, err
		}
		k := vendorKey{scope, e.VendorID, e.Recipient}
		t.queueCorrelated(k, func(a store.Attempt, found bool) {
			if found {
				l.attempts[k] = a
				about = append(about, a.ID)
			}
		})
	}
	if err := t.flush(); err != nil || len(about) == 0 {
		return l, err
	}
	err := t.rows(`SELECT m.id, m.recipient, d.state, d.attempt, d.status, d.sent, d.delivered, d.read FROM message m JOIN delivery d ON d.id = m.id WHERE m.id = ANY ($1)`,
		[]any{bytesOf(about)}, func(rows pgx.Rows) error {
			var id []byte
			var recipient string
			d := &standing{}
			err := rows.Scan(&id, &recipient, &d.state, &d.attempt, &d.status, &d.sent, &d.delivered, &d.read)
			if err == nil {
				l.recipients[ids.ID(id)], l.standings[ids.ID(id)] = recipient, d
			}
			return err
		})
	return l, err
}

// recipient returns the recipient of a message, and whether the message exists.
func (t *tx) recipient(l *lookups, id ids.ID) (address string, found bool, err error) {
	if address, found = l.recipients[id]; found {
		return address, true, nil
	}
	found, err = t.row(`SELECT recipient FROM message WHERE id = $1`, []any{id[:]}, &address)
	return address, found, err
}

// correlated returns the attempt that has an id of a vendor, unless several have it.
func (t *tx) correlated(l *lookups, scope int64, key, recipient string) (about store.Attempt, found bool, err error) {
	k := vendorKey{scope, key, recipient}
	if about, found = l.attempts[k]; found {
		return about, true, nil
	}
	t.queueCorrelated(k, func(a store.Attempt, unique bool) { about, found = a, unique })
	err = t.flush()
	return about, found && err == nil, err
}

// queueCorrelated queues the query of correlated.
func (t *tx) queueCorrelated(k vendorKey, use func(about store.Attempt, found bool)) {
	t.queue.Queue(`SELECT id, n FROM correlation WHERE scope = $1 AND key = $2 AND ($3 = '' OR recipient IN ('', $3)) LIMIT 2`,
		k.scope, cleanText(k.key), cleanText(held.Digits(k.recipient))).Query(func(rows pgx.Rows) error {
		var about store.Attempt
		matches := 0
		err := each(rows, nil)(func(rows pgx.Rows) error {
			var id []byte
			matches++
			err := rows.Scan(&id, &about.N)
			about.ID = ids.ID(id)
			return err
		})
		if err == nil {
			use(about, matches == 1)
		}
		return err
	})
}

// standing returns where a message stands, and whether it exists.
func (t *tx) standing(l *lookups, id ids.ID) (*standing, bool, error) {
	if d := l.standings[id]; d != nil {
		return d, true, nil
	}
	d := &standing{}
	found, err := t.row(`SELECT state, attempt, status, sent, delivered, read FROM delivery WHERE id = $1`, []any{id[:]},
		&d.state, &d.attempt, &d.status, &d.sent, &d.delivered, &d.read)
	return d, found, err
}
