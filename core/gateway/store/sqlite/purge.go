// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"context"
	"database/sql"
	"encoding/binary"
	"time"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/ids"
)

// purgeLimit bounds the rows that one transaction of Purge looks at, so that accepted messages do not wait for it.
const purgeLimit = 1000

// Purge implements store.Purger.
func (s *Store) Purge(ctx context.Context, before time.Time) (removed int, err error) {
	var cut ids.ID // is less than all ids from the time on
	at := max(0, before.UnixMilli())
	binary.BigEndian.PutUint64(cut[:], uint64(at)<<16)
	rows := func(query string, args ...any) func(*tx) (int, error) {
		return func(t *tx) (int, error) {
			n, err := t.change(query, append(args, purgeLimit)...)
			return int(n), err
		}
	}
	messages := func(t *tx) (int, error) { return t.purgeMessages(cut) }
	if removed, err = s.purge(ctx, messages); err != nil {
		return removed, err
	}
	for _, step := range []func(*tx) (int, error){
		func(t *tx) (int, error) { return t.purgeNotices(cut) },
		rows(`DELETE FROM campaign WHERE name IN (SELECT c.name FROM campaign c WHERE c.created < ? AND NOT EXISTS
			(SELECT 1 FROM delivery d WHERE d.campaign = c.name AND d.campaign <> 0) LIMIT ?)`, at),
		rows(`DELETE FROM inbound WHERE id IN (SELECT id FROM inbound WHERE id < ? ORDER BY id LIMIT ?)`, cut[:]),
		rows(`DELETE FROM event WHERE rowid IN (SELECT rowid FROM event WHERE at < ? LIMIT ?)`, at),
		rows(`DELETE FROM idempotency WHERE (api_key, key) IN (SELECT api_key, key FROM idempotency WHERE expires < ? LIMIT ?)`, time.Now().UnixMilli()),
		rows(`DELETE FROM handover WHERE (node, epoch, seq) IN (SELECT node, epoch, seq FROM handover WHERE open = 0 AND began < ? LIMIT ?)`, at),
		(&correlationScan{cut: cut}).next,
		(&contactScan{at: at}).next,
	} {
		if _, err := s.purge(ctx, step); err != nil {
			return removed, err
		}
	}
	return removed, nil
}

// purge repeats a step, each time in a transaction of its own, until it has found less than it may. It returns how much it found.
func (s *Store) purge(ctx context.Context, step func(*tx) (int, error)) (found int, err error) {
	for n := purgeLimit; n == purgeLimit; found += n {
		if err := ctx.Err(); err != nil {
			return found, err
		}
		err := s.group.Do(store.Op[*tx]{Messages: purgeLimit, Apply: func(t *tx) (err error) {
			n, err = step(t)
			return err
		}})
		if err != nil {
			return found, err
		}
	}
	return found, nil
}

// purgeMessages removes messages that nothing is left to decide about.
func (t *tx) purgeMessages(cut ids.ID) (int, error) {
	var old [][]byte
	err := t.rows(`SELECT id FROM delivery WHERE id < ? AND state IN (2, 3, 5) ORDER BY id LIMIT ?`, []any{cut[:], purgeLimit}, func(rows *sql.Rows) error {
		var id []byte
		err := rows.Scan(&id)
		old = append(old, id)
		return err
	})
	for _, id := range old {
		for _, query := range []string{`DELETE FROM attempt WHERE id = ?`, `DELETE FROM delivery WHERE id = ?`, `DELETE FROM message WHERE id = ?`} {
			if err == nil {
				err = t.exec(query, id)
			}
		}
	}
	return len(old), err
}

// purgeNotices removes the notices about old messages that are among the first of the list.
func (t *tx) purgeNotices(cut ids.ID) (int, error) {
	var last sql.NullInt64
	n := 0
	if _, err := t.row(`SELECT count(*), max(seq) FROM (SELECT seq, id FROM outbox ORDER BY seq LIMIT ?) WHERE id < ?`, []any{purgeLimit, cut[:]}, &n, &last); err != nil || n == 0 {
		return 0, err
	}
	if err := t.exec(`DELETE FROM outbox_retry WHERE seq IN (SELECT seq FROM outbox WHERE seq <= ? AND id < ?)`, last.Int64, cut[:]); err != nil {
		return 0, err
	}
	return n, t.exec(`DELETE FROM outbox WHERE seq <= ? AND id < ?`, last.Int64, cut[:])
}

// correlationScan goes through all correlations, which are in no order of time.
type correlationScan struct {
	cut   ids.ID
	scope int64
	key   string
}

// next looks at the next rows, and returns their number.
func (c *correlationScan) next(t *tx) (n int, err error) {
	scope, key := c.scope, c.key
	err = t.rows(`SELECT scope, key FROM correlation WHERE (scope, key) > (?, ?) ORDER BY scope, key LIMIT ?`, []any{scope, key, purgeLimit}, func(rows *sql.Rows) error {
		n++
		return rows.Scan(&scope, &key)
	})
	if err != nil || n == 0 {
		return 0, err
	}
	if err := t.exec(`DELETE FROM correlation WHERE (scope, key) > (?, ?) AND (scope, key) <= (?, ?) AND id < ?`, c.scope, c.key, scope, key, c.cut[:]); err != nil {
		return 0, err
	}
	c.scope, c.key = scope, key
	return n, nil
}

// contactScan goes through all contacts.
type contactScan struct {
	at     int64
	sender int64
	user   string
}

// next looks at the next rows, and returns their number. Who opted out stays.
func (c *contactScan) next(t *tx) (n int, err error) {
	sender, user := c.sender, c.user
	err = t.rows(`SELECT sender, user FROM contact WHERE (sender, user) > (?, ?) ORDER BY sender, user LIMIT ?`, []any{sender, user, purgeLimit}, func(rows *sql.Rows) error {
		n++
		return rows.Scan(&sender, &user)
	})
	if err != nil || n == 0 {
		return 0, err
	}
	if err := t.exec(`DELETE FROM contact WHERE (sender, user) > (?, ?) AND (sender, user) <= (?, ?) AND opted_out = 0 AND last_inbound < ? AND opted_at < ?`,
		c.sender, c.user, sender, user, c.at, c.at); err != nil {
		return 0, err
	}
	c.sender, c.user = sender, user
	return n, nil
}
