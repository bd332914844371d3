// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/gateway/store/internal/held"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/sdk/outcome"
)

// eraseLimit bounds the rows that one transaction of Erase changes.
const eraseLimit = 200

// Erase implements store.Store. What no index finds is searched by a connection that reads, so that accepted messages do not wait for it.
func (s *Store) Erase(ctx context.Context, e store.Epoch, by store.Actor, address string) (*store.Erasure, error) {
	done := &store.Erasure{}
	user := held.Digits(address)
	to := []any{user, "+" + user}
	// Events and ids of vendors are found by their messages, so they come first.
	for _, step := range []struct{ find, change string }{
		{`SELECT scope, key FROM event WHERE recipient = ?1 OR id IN (SELECT id FROM message WHERE recipient IN (?1, ?2))`, `DELETE FROM event WHERE scope = ? AND key = ?`},
		{`SELECT scope, key, id FROM correlation WHERE recipient = ?1`, `DELETE FROM correlation WHERE scope = ? AND key = ? AND id = ?`},
		{`SELECT sender, user FROM contact WHERE user = ?1 AND opted_out = 0`, `DELETE FROM contact WHERE sender = ? AND user = ? AND opted_out = 0`},
		{`SELECT sender, user FROM contact WHERE user = ?1`, `UPDATE contact SET last_inbound = 0 WHERE sender = ? AND user = ?`},
	} {
		if _, err := s.eraseFound(ctx, step.find, step.change, to); err != nil {
			return done, err
		}
	}
	var err error
	done.Received, err = s.eraseFound(ctx, `SELECT id FROM inbound WHERE from_user IN (?1, ?2)`, `DELETE FROM inbound WHERE id = ?`, to)
	if err != nil {
		return done, err
	}
	var after ids.ID
	for more := true; more; {
		if err := ctx.Err(); err != nil {
			return done, err
		}
		var page store.Erasure
		err := s.group.Do(store.Op[*tx]{Messages: eraseLimit, Apply: func(t *tx) (err error) {
			page = store.Erasure{}
			last := after
			more, err = t.eraseMessages(e, to, &last, &page)
			if err == nil {
				after = last
			}
			return err
		}})
		if err != nil {
			return done, err
		}
		done.Messages += page.Messages
		done.UnderWay += page.UnderWay
		done.Ended = append(done.Ended, page.Ended...)
	}
	return done, s.group.Do(store.Op[*tx]{Messages: 1, Apply: func(t *tx) error {
		return t.audit(&store.AuditEntry{At: time.Now(), By: by, Action: "erase recipient", After: fmt.Sprintf("%d messages, %d received", done.Messages, done.Received)})
	}})
}

// eraseFound runs a change with the columns of each row of a query, and returns the number of rows.
func (s *Store) eraseFound(ctx context.Context, find, change string, args []any) (int, error) {
	var found [][]any
	err := each(s.read.QueryContext(ctx, find, args...))(func(rows *sql.Rows) error {
		columns, err := rows.Columns()
		if err != nil {
			return err
		}
		row, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			into[i] = &row[i]
		}
		found = append(found, row)
		return rows.Scan(into...)
	})
	for rest := found; len(rest) > 0 && err == nil; {
		n := min(len(rest), eraseLimit)
		err = s.group.Do(store.Op[*tx]{Messages: n, Apply: func(t *tx) error {
			for _, row := range rest[:n] {
				if err := t.exec(change, row...); err != nil {
					return err
				}
			}
			return nil
		}})
		rest = rest[n:]
	}
	return len(found), err
}

// eraseMessages erases the next messages after one, and reports whether there are more.
func (t *tx) eraseMessages(e store.Epoch, to []any, after *ids.ID, done *store.Erasure) (more bool, err error) {
	if err := t.fence(e); err != nil {
		return false, err
	}
	type row struct {
		id    ids.ID
		state store.State
		n     int
	}
	var page []row
	err = t.rows(`SELECT m.id, d.state, d.attempt FROM message m CROSS JOIN delivery d ON d.id = m.id WHERE m.recipient IN (?, ?) AND m.id > ? ORDER BY m.id LIMIT ?`,
		append(to[:2:2], after[:], eraseLimit), func(rows *sql.Rows) error {
			var r row
			var id []byte
			err := rows.Scan(&id, &r.state, &r.n)
			r.id = ids.ID(id)
			page = append(page, r)
			return err
		})
	if err != nil {
		return false, err
	}
	for _, r := range page {
		*after = r.id
		if r.state == store.StateReady {
			underWay, err := t.inFlight(store.Attempt{ID: r.id, N: r.n})
			switch {
			case err != nil:
				return false, err
			case underWay:
				done.UnderWay++
				continue
			}
			now := time.Now().UnixMilli()
			if err := t.exec(`UPDATE delivery SET state = 5, status = ?, reason = ?, vendor_code = '', settled = ?, failed = ? WHERE id = ?`,
				held.Rank(outcome.StatusFailed), store.ReasonErased, now, now, r.id[:]); err != nil {
				return false, err
			}
			done.Ended = append(done.Ended, r.id)
		}
		for _, query := range []string{
			`UPDATE message SET recipient = '', reference = '', body = '{}' WHERE id = ?`,
			`UPDATE delivery SET vendor_message = '', detail = '' WHERE id = ?`,
			`UPDATE attempt SET vendor_message = '', detail = '' WHERE id = ?`,
		} {
			if err := t.exec(query, r.id[:]); err != nil {
				return false, err
			}
		}
		done.Messages++
	}
	return len(page) == eraseLimit, nil
}
