// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/gateway/store/internal/held"
	"github.com/wahost/wahost/core/ids"
)

// Search implements store.Admin.
func (s *Store) Search(ctx context.Context, q *store.Query) ([]*store.Life, error) {
	var where []string
	var args []any
	and := func(condition string, values ...any) {
		where, args = append(where, condition), append(args, values...)
	}
	if q.State != nil {
		and(stateCondition(*q.State))
	}
	if g := q.Trouble; g != nil {
		and(stateCondition(g.State)+` AND d.state IN (3, 5) AND d.reason = ? AND d.vendor_code = ? AND NOT EXISTS (SELECT 1 FROM message next WHERE next.origin = m.id)`, g.Reason, g.VendorCode)
		if g.Channel == "" {
			and("d.channel IS NULL")
		} else {
			and("d.channel = (SELECT id FROM name WHERE text = ?)", g.Channel)
		}
	}
	if q.Lane != "" {
		and("d.lane = (SELECT id FROM name WHERE text = ?)", q.Lane)
	}
	if q.Campaign != "" {
		and("d.campaign = (SELECT id FROM name WHERE text = ?) AND d.campaign <> 0", q.Campaign)
	}
	if q.Reason != "" {
		and("d.reason = ?", q.Reason)
	}
	if q.Reference != "" {
		and("m.reference = ? AND m.reference <> ''", q.Reference)
	}
	if q.Recipient != "" {
		and("m.recipient IN (?, ?)", held.Digits(q.Recipient), "+"+held.Digits(q.Recipient))
	}
	if len(q.Senders) > 0 {
		list, senders := in(q.Senders)
		and("m.sender IN (SELECT id FROM name WHERE text IN "+list+")", senders...)
	}
	// An id begins with the time.
	if !q.From.IsZero() {
		from := ids.Floor(q.From)
		and("d.id >= ?", from[:])
	}
	before := q.Before
	if until := ids.Floor(q.Until); !q.Until.IsZero() && (before.IsZero() || string(until[:]) < string(before[:])) {
		before = until
	}
	if !before.IsZero() {
		and("d.id < ?", before[:])
	}
	// The order of the tables follows from the index that finds the messages.
	columns := lifeColumns
	if q.Reference != "" || q.Recipient != "" {
		columns = strings.Replace(columns, "FROM delivery d CROSS JOIN message m ON m.id = d.id", "FROM message m CROSS JOIN delivery d ON d.id = m.id", 1)
		for i := range where {
			where[i] = strings.Replace(where[i], "d.id", "m.id", 1)
		}
	}
	query := `SELECT ` + columns
	if len(where) > 0 {
		query += ` WHERE ` + strings.Join(where, " AND ")
	}
	order := " ORDER BY d.id DESC LIMIT ?"
	if columns != lifeColumns {
		order = " ORDER BY m.id DESC LIMIT ?"
	}
	var found []*store.Life
	err := each(s.read.QueryContext(ctx, query+order, append(args, q.Limit)...))(func(rows *sql.Rows) error {
		l, err := scanLife(rows)
		if err == nil {
			found = append(found, &l.Life)
		}
		return err
	})
	return found, err
}

// stateCondition returns the condition for a state. It has the state as a literal, so that the index of the exceptional states is used.
func stateCondition(s store.State) string {
	if s < store.StateReady || s > store.StateDead {
		return "FALSE"
	}
	return "d.state = " + string(rune('0'+int(s)))
}

// Troubles implements store.Admin. Messages with a successor are few, so they are counted by themselves and taken off. An index has all that
// is counted, and the name of a channel is looked up once.
func (s *Store) Troubles(ctx context.Context, senders []string, n int) (found []store.TroubleCount, err error) {
	var of string
	var args []any
	if len(senders) > 0 {
		of, args = in(senders)
		of = "AND EXISTS (SELECT 1 FROM message m JOIN name sender ON sender.id = m.sender WHERE m.id = d.id AND sender.text IN " + of + ")"
	}
	err = each(s.read.QueryContext(ctx, `SELECT g.state, coalesce(channel.text, ''), g.reason, g.vendor_code, sum(g.messages) AS left, max(g.newest) FROM (
			SELECT d.state, d.channel, d.reason, d.vendor_code, count(*) AS messages, max(d.id) AS newest FROM delivery d INDEXED BY delivery_trouble
			WHERE d.state IN (3, 5) `+of+` GROUP BY d.state, d.channel, d.reason, d.vendor_code
			UNION ALL
			SELECT d.state, d.channel, d.reason, d.vendor_code, -count(*), x'' FROM message next CROSS JOIN delivery d ON d.id = next.origin
			WHERE next.origin IS NOT NULL AND d.state IN (3, 5) `+of+` GROUP BY d.state, d.channel, d.reason, d.vendor_code) g
		LEFT JOIN name channel ON channel.id = g.channel GROUP BY g.state, g.channel, g.reason, g.vendor_code
		HAVING left > 0 ORDER BY left DESC, max(g.newest) DESC LIMIT ?`, append(append(args, args...), n)...))(func(rows *sql.Rows) error {
		var g store.TroubleCount
		var newest []byte
		err := rows.Scan(&g.State, &g.Channel, &g.Reason, &g.VendorCode, &g.Messages, &newest)
		copy(g.Newest[:], newest)
		found = append(found, g)
		return err
	})
	return found, err
}

// Backlog implements store.Admin.
func (s *Store) Backlog(ctx context.Context) (found []store.Waiting, err error) {
	// The rows are counted before the name of their lane is looked up.
	err = each(s.read.QueryContext(ctx, `SELECT lane.text, g.class, g.messages, g.late, g.campaigns, g.oldest FROM (
			SELECT lane, class, count(*) AS messages, sum(due <= ?1) AS late,
				sum(due <= ?1 AND campaign <> 0) AS campaigns, min(due) AS oldest FROM delivery WHERE state = 0 GROUP BY lane, class) g
		JOIN name lane ON lane.id = g.lane ORDER BY lane.text, g.class`, time.Now().UnixMilli()))(func(rows *sql.Rows) error {
		var w store.Waiting
		var oldest int64
		err := rows.Scan(&w.Lane, &w.Class, &w.Messages, &w.Due, &w.InCampaigns, &oldest)
		w.Oldest = time.UnixMilli(oldest)
		found = append(found, w)
		return err
	})
	return found, err
}

// LastNotice implements store.Admin.
func (s *Store) LastNotice(ctx context.Context) (store.Position, error) {
	at := store.Position{Writer: writer}
	err := s.read.QueryRowContext(ctx, `SELECT seq FROM outbox ORDER BY seq DESC LIMIT 1`).Scan(&at.Seq)
	if errors.Is(err, sql.ErrNoRows) {
		return store.Position{}, nil
	}
	return at, err
}
