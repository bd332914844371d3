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

// Backlog implements store.Admin.
func (s *Store) Backlog(ctx context.Context) (found []store.Waiting, err error) {
	err = each(s.read.Query(ctx, `SELECT lane.text, d.class, count(*), count(*) FILTER (WHERE d.due <= $1), count(*) FILTER (WHERE d.due <= $1 AND d.campaign <> 0), min(d.due) FROM delivery d JOIN name lane ON lane.id = d.lane
		WHERE d.state = 0 GROUP BY lane.text, d.class ORDER BY lane.text, d.class`, time.Now().UnixMilli()))(func(rows pgx.Rows) error {
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
