// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"context"
	"encoding/binary"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/ids"
)

// purgeLimit bounds the rows that one transaction of Purge looks at, so that accepted messages do not wait for it.
const purgeLimit = 1000

// What the transactions of Purge do. Each of them finds its rows with an index.
const (
	purgeFind       = `SELECT id FROM delivery WHERE id > $1 AND id < $2 ORDER BY id LIMIT $3`
	purgeDeliveries = `DELETE FROM delivery WHERE id = ANY ($1) AND state IN (2, 3, 5) RETURNING id`
	purgeNotices    = `SELECT count(*), max(seq) FROM (SELECT seq, id FROM outbox ORDER BY seq LIMIT $1) first WHERE id < $2`
	purgeRetries    = `DELETE FROM outbox_retry WHERE seq IN (SELECT seq FROM outbox WHERE seq <= $1 AND id < $2)`
	purgeOutbox     = `DELETE FROM outbox WHERE seq <= $1 AND id < $2`
	purgeCampaigns  = `DELETE FROM campaign WHERE name IN (SELECT c.name FROM campaign c WHERE c.created < $1 AND NOT EXISTS
		(SELECT 1 FROM delivery d WHERE d.campaign = c.name AND d.campaign <> 0) LIMIT $2)`
	purgeInbound    = `DELETE FROM inbound WHERE id IN (SELECT id FROM inbound WHERE id < $1 ORDER BY id LIMIT $2)`
	purgeEvents     = `DELETE FROM event WHERE (scope, key) IN (SELECT scope, key FROM event WHERE at < $1 LIMIT $2)`
	purgeKeys       = `DELETE FROM idempotency WHERE (api_key, key) IN (SELECT api_key, key FROM idempotency WHERE expires < $1 LIMIT $2)`
	purgeHandovers  = `DELETE FROM handover WHERE (node, epoch, seq) IN (SELECT node, epoch, seq FROM handover WHERE NOT open AND began < $1 LIMIT $2)`
	purgeCorrelated = `DELETE FROM correlation WHERE scope = $1 AND key = $2 AND recipient = $3 AND id = $4`
	purgeContact    = `DELETE FROM contact WHERE sender = $1 AND person = $2 AND NOT opted_out AND last_inbound < $3 AND opted_at < $4`
)

// What Purge looks for with a connection that reads, since it has to look at all rows: no index is worth its price for each message.
const (
	findCorrelated = `SELECT scope, key, recipient, id FROM correlation WHERE (scope, key, recipient, id) > ($1, $2, $3, $4) AND id < $5
		ORDER BY scope, key, recipient, id LIMIT $6`
	findContacts = `SELECT sender, person FROM contact WHERE (sender, person) > ($1, $2) AND NOT opted_out AND last_inbound < $3 AND opted_at < $4
		ORDER BY sender, person LIMIT $5`
)

// Purge implements store.Purger.
func (s *Store) Purge(ctx context.Context, before time.Time) (removed int, err error) {
	var cut ids.ID // is less than all ids from the time on
	at := max(0, before.UnixMilli())
	binary.BigEndian.PutUint64(cut[:], uint64(at)<<16)
	var after ids.ID
	for n := purgeLimit; n == purgeLimit; {
		var page messages
		if n, err = s.purgeOnce(ctx, func(t *tx) (_ int, err error) {
			page, err = t.purgeMessages(after, cut)
			return page.looked, err
		}); err != nil {
			return removed, err
		}
		removed, after = removed+page.removed, page.last
	}
	rows := func(query string, args ...any) func(*tx) (int, error) {
		return func(t *tx) (int, error) {
			n, err := t.change(query, append(args, purgeLimit)...)
			return int(n), err
		}
	}
	for _, step := range []func(*tx) (int, error){
		func(t *tx) (int, error) { return t.purgeNotices(cut) },
		rows(purgeCampaigns, at), rows(purgeInbound, cut[:]), rows(purgeEvents, at), rows(purgeKeys, time.Now().UnixMilli()), rows(purgeHandovers, at),
	} {
		if err := s.purge(ctx, step); err != nil {
			return removed, err
		}
	}
	if err := s.purgeFound(ctx, findCorrelated, purgeCorrelated, []any{int64(0), "", "", []byte{}}, []any{cut[:]}, nil); err != nil {
		return removed, err
	}
	// Who has written or opted out meanwhile stays.
	return removed, s.purgeFound(ctx, findContacts, purgeContact, []any{int64(0), ""}, []any{at, at}, []any{at, at})
}

// purge repeats a step, each time in a transaction of its own, until it has found less than it may.
func (s *Store) purge(ctx context.Context, step func(*tx) (int, error)) (err error) {
	for n := purgeLimit; n == purgeLimit && err == nil; {
		n, err = s.purgeOnce(ctx, step)
	}
	return err
}

// purgeOnce does a step in a transaction of its own, and returns how much it has found.
func (s *Store) purgeOnce(ctx context.Context, step func(*tx) (int, error)) (found int, err error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	err = s.group.Do(store.Op[*tx]{Messages: purgeLimit, Apply: func(t *tx) (err error) {
		found, err = step(t)
		return err
	}})
	return found, err
}

// purgeFound removes the rows that a query finds after a key. The query gets the key, arguments and a limit, and finds the next keys. The
// statement that removes a row gets its key and further arguments.
func (s *Store) purgeFound(ctx context.Context, find, remove string, key, args, further []any) error {
	for n := purgeLimit; n == purgeLimit; {
		var page [][]any
		err := each(s.read.Query(ctx, find, slices.Concat(key, args, []any{purgeLimit})...))(func(rows pgx.Rows) error {
			row, err := rows.Values()
			page = append(page, row)
			return err
		})
		if err != nil {
			return err
		}
		if n = len(page); n == 0 {
			return nil
		}
		key = page[n-1]
		err = s.group.Do(store.Op[*tx]{Messages: n, Apply: func(t *tx) error {
			for _, row := range page {
				if err := t.exec(remove, slices.Concat(row, further)...); err != nil {
					return err
				}
			}
			return nil
		}})
		if err != nil {
			return err
		}
	}
	return nil
}

// messages is what one transaction has done with messages.
type messages struct {
	looked, removed int
	last            ids.ID // that it looked at
}

// purgeMessages looks at the next messages after an id, and removes those that nothing is left to decide about.
func (t *tx) purgeMessages(after, cut ids.ID) (done messages, err error) {
	var old [][]byte
	err = t.rows(purgeFind, []any{after[:], cut[:], purgeLimit}, func(rows pgx.Rows) error {
		var id []byte
		err := rows.Scan(&id)
		old = append(old, id)
		return err
	})
	if err != nil || len(old) == 0 {
		return done, err
	}
	done.looked, done.last = len(old), ids.ID(old[len(old)-1])
	var gone [][]byte
	err = t.rows(purgeDeliveries, []any{old}, func(rows pgx.Rows) error {
		var id []byte
		err := rows.Scan(&id)
		gone = append(gone, id)
		return err
	})
	for _, table := range []string{"attempt", "message"} {
		if err == nil {
			err = t.exec(`DELETE FROM `+table+` WHERE id = ANY ($1)`, gone)
		}
	}
	done.removed = len(gone)
	return done, err
}

// purgeNotices removes the notices about old messages that are among the first of the list.
func (t *tx) purgeNotices(cut ids.ID) (int, error) {
	var last pgtype.Int8
	n := 0
	if _, err := t.row(purgeNotices, []any{purgeLimit, cut[:]}, &n, &last); err != nil || n == 0 {
		return 0, err
	}
	if err := t.exec(purgeRetries, last.Int64, cut[:]); err != nil {
		return 0, err
	}
	return n, t.exec(purgeOutbox, last.Int64, cut[:])
}
