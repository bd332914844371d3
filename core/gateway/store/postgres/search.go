// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/gateway/store/internal/held"
	"github.com/wahost/wahost/core/ids"
)

// Search implements store.Admin.
func (s *Store) Search(ctx context.Context, q *store.Query) ([]*store.Life, error) {
	where := []string{"true"}
	var args []any
	and := func(condition string, value any) {
		args = append(args, value)
		where = append(where, strings.ReplaceAll(condition, "?", "$"+strconv.Itoa(len(args))))
	}
	if q.State != nil {
		where = append(where, stateCondition(*q.State))
	}
	if g := q.Trouble; g != nil {
		where = append(where, stateCondition(g.State), "d.state IN (3, 5)", "NOT EXISTS (SELECT 1 FROM message next WHERE next.origin = m.id)")
		and("d.reason = ?", cleanText(g.Reason))
		and("d.vendor_code = ?", cleanText(g.VendorCode))
		if g.Channel == "" {
			where = append(where, "d.channel IS NULL")
		} else {
			and("d.channel = (SELECT id FROM name WHERE text = ?)", cleanText(g.Channel))
		}
	}
	if q.Lane != "" {
		and("d.lane = (SELECT id FROM name WHERE text = ?)", cleanText(q.Lane))
	}
	if q.Campaign != "" {
		and("d.campaign = (SELECT id FROM name WHERE text = ?) AND d.campaign <> 0", cleanText(q.Campaign))
	}
	if q.Reason != "" {
		and("d.reason = ?", cleanText(q.Reason))
	}
	if q.Reference != "" {
		and("m.reference = ? AND m.reference <> ''", cleanText(q.Reference))
	}
	if q.Recipient != "" {
		address := cleanText(held.Digits(q.Recipient))
		and("m.recipient = ANY (?)", []string{address, "+" + address})
	}
	if len(q.Senders) > 0 {
		and("m.sender IN (SELECT id FROM name WHERE text = ANY (?))", q.Senders)
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
	and("true ORDER BY d.id DESC LIMIT ?", q.Limit)
	query := `SELECT ` + lifeColumns + ` WHERE ` + strings.Join(where, " AND ")
	var found []*store.Life
	err := each(s.read.Query(ctx, query, args...))(func(rows pgx.Rows) error {
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
	of, args := "", []any{n}
	if len(senders) > 0 {
		of, args = "AND EXISTS (SELECT 1 FROM message m JOIN name sender ON sender.id = m.sender WHERE m.id = d.id AND sender.text = ANY ($2))", append(args, senders)
	}
	// max has no form for ids, whose order is that of their texts.
	err = each(s.read.Query(ctx, `SELECT g.state, coalesce(channel.text, ''), g.reason, g.vendor_code, g.messages, decode(g.newest, 'hex') FROM (
			SELECT state, channel, reason, vendor_code, sum(messages)::bigint AS messages, max(newest) AS newest FROM (
				SELECT d.state, d.channel, d.reason, d.vendor_code, count(*) AS messages, max(encode(d.id, 'hex') COLLATE "C") AS newest FROM delivery d
				WHERE d.state IN (3, 5) `+of+` GROUP BY d.state, d.channel, d.reason, d.vendor_code
				UNION ALL
				SELECT d.state, d.channel, d.reason, d.vendor_code, -count(*), '' FROM message next JOIN delivery d ON d.id = next.origin
				WHERE next.origin IS NOT NULL AND d.state IN (3, 5) `+of+` GROUP BY d.state, d.channel, d.reason, d.vendor_code) parts
			GROUP BY state, channel, reason, vendor_code HAVING sum(messages) > 0) g
		LEFT JOIN name channel ON channel.id = g.channel ORDER BY g.messages DESC, g.newest DESC LIMIT $1`, args...))(func(rows pgx.Rows) error {
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
	err = each(s.read.Query(ctx, `SELECT lane.text, g.class, g.messages, g.late, g.campaigns, g.oldest FROM (
			SELECT lane, class, count(*) AS messages, count(*) FILTER (WHERE due <= $1) AS late,
				count(*) FILTER (WHERE due <= $1 AND campaign <> 0) AS campaigns, min(due) AS oldest FROM delivery WHERE state = 0 GROUP BY lane, class) g
		JOIN name lane ON lane.id = g.lane ORDER BY lane.text, g.class`, time.Now().UnixMilli()))(func(rows pgx.Rows) error {
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
	err := s.read.QueryRow(ctx, `SELECT seq FROM outbox ORDER BY seq DESC LIMIT 1`).Scan(&at.Seq)
	if errors.Is(err, pgx.ErrNoRows) {
		return store.Position{}, nil
	}
	return at, err
}
