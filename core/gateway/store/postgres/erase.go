// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/gateway/store/internal/held"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/sdk/outcome"
)

// eraseLimit bounds the rows that one transaction of Erase changes.
const eraseLimit = 200

// Erase implements store.Eraser. What no index finds is searched by a connection that reads, so that accepted messages do not wait for it.
func (s *Store) Erase(ctx context.Context, e store.Epoch, by store.Actor, address string) (*store.Erasure, error) {
	done := &store.Erasure{}
	user := cleanText(held.Digits(address))
	to := []string{user, "+" + user}
	// Events and ids of vendors are found by their messages, so they come first.
	for _, step := range []struct{ find, change string }{
		{`SELECT scope, key FROM event WHERE recipient = ANY ($1) OR id IN (SELECT id FROM message WHERE recipient = ANY ($1))`, `DELETE FROM event WHERE scope = $1 AND key = $2`},
		{`SELECT scope, key, id FROM correlation WHERE recipient = ANY ($1)`, `DELETE FROM correlation WHERE scope = $1 AND key = $2 AND id = $3`},
		{`SELECT sender, person FROM contact WHERE person = ANY ($1) AND NOT opted_out`, `DELETE FROM contact WHERE sender = $1 AND person = $2 AND NOT opted_out`},
		{`SELECT sender, person FROM contact WHERE person = ANY ($1)`, `UPDATE contact SET last_inbound = 0 WHERE sender = $1 AND person = $2`},
	} {
		if _, err := s.eraseFound(ctx, e, step.find, step.change, to); err != nil {
			return done, err
		}
	}
	var err error
	done.Received, err = s.eraseFound(ctx, e, `SELECT id FROM inbound WHERE from_user = ANY ($1)`, `DELETE FROM inbound WHERE id = $1`, to)
	if err != nil {
		return done, err
	}
	var after ids.ID
	for more := true; more; {
		if err := ctx.Err(); err != nil {
			return done, err
		}
		var page store.Erasure
		last := after
		err := s.group.Do(store.Op[*tx]{Messages: eraseLimit, Apply: func(t *tx) (err error) {
			page, last = store.Erasure{}, after
			more, err = t.eraseMessages(e, to, &last, &page)
			return err
		}})
		if err != nil {
			return done, err
		}
		after = last
		done.Messages += page.Messages
		done.UnderWay += page.UnderWay
		done.Ended = append(done.Ended, page.Ended...)
	}
	return done, s.AddAudit(ctx, &store.AuditEntry{At: time.Now(), By: by, Action: "erase recipient", After: fmt.Sprintf("%d messages, %d received", done.Messages, done.Received)})
}

// eraseFound runs a change with the columns of each row of a query, and returns the number of rows.
func (s *Store) eraseFound(ctx context.Context, e store.Epoch, find, change string, to []string) (int, error) {
	var found [][]any
	err := s.query(ctx, find, []any{to}, func(rows pgx.Rows) error {
		row, err := rows.Values()
		found = append(found, row)
		return err
	})
	for rest := found; len(rest) > 0 && err == nil; {
		n := min(len(rest), eraseLimit)
		err = s.group.Do(store.Op[*tx]{Messages: n, Apply: func(t *tx) error {
			if err := t.fence(e); err != nil {
				return err
			}
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

// eraseMessages erases the next messages after one, and reports whether there are more. The nodes of their lanes are told.
func (t *tx) eraseMessages(e store.Epoch, to []string, after *ids.ID, done *store.Erasure) (more bool, err error) {
	if err := t.fence(e); err != nil {
		return false, err
	}
	type row struct {
		id    ids.ID
		state store.State
		n     int
	}
	var page []row
	err = t.rows(`SELECT m.id, d.state, d.attempt FROM message m JOIN delivery d ON d.id = m.id WHERE m.recipient = ANY ($1) AND m.id > $2 ORDER BY m.id LIMIT $3`,
		[]any{to, after[:], eraseLimit}, func(rows pgx.Rows) error {
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
	var erased []ids.ID
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
			done.Ended = append(done.Ended, r.id)
			if err := t.tellNode(r.id); err != nil {
				return false, err
			}
		}
		erased = append(erased, r.id)
	}
	now := time.Now().UnixMilli()
	if err := t.exec(`UPDATE delivery SET state = 5, status = $1, reason = $2, vendor_code = '', settled = $3, failed = $3 WHERE id = ANY ($4)`,
		held.Rank(outcome.StatusFailed), store.ReasonErased, now, bytesOf(done.Ended)); err != nil {
		return false, err
	}
	for _, query := range []string{
		`UPDATE message SET recipient = '', reference = '', body = '{}' WHERE id = ANY ($1)`,
		`UPDATE delivery SET vendor_message = '', detail = '' WHERE id = ANY ($1)`,
		`UPDATE attempt SET vendor_message = '', detail = '' WHERE id = ANY ($1)`,
	} {
		if err := t.exec(query, bytesOf(erased)); err != nil {
			return false, err
		}
	}
	done.Messages = len(erased)
	return len(page) == eraseLimit, nil
}
