// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/gateway/store/internal/held"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/sdk/outcome"
)

// Join implements store.Store.
func (s *Store) Join(_ context.Context, node int) (e store.Epoch, err error) {
	err = s.group.Do(store.Op[*tx]{Apply: func(t *tx) error {
		e = store.Epoch{Node: node}
		_, err := t.row(`INSERT INTO node (id, epoch) VALUES ($1, 1) ON CONFLICT (id) DO UPDATE SET epoch = node.epoch + 1 RETURNING epoch`,
			[]any{node}, &e.Number)
		return err
	}})
	return e, err
}

// Begin implements store.Store.
func (s *Store) Begin(_ context.Context, e store.Epoch, h *store.Handover) (gone []ids.ID, err error) {
	err = s.group.Do(store.Op[*tx]{Messages: 1, Bytes: held.AttemptSize * len(h.Attempts), Apply: func(t *tx) error {
		gone = nil
		if err := t.fence(e); err != nil {
			return err
		}
		var err error
		gone, err = t.begin(e, h)
		return err
	}, Repeat: func(t *tx) error {
		_, err := t.begin(e, h)
		return err
	}})
	return gone, err
}

// begin records a handover, unless messages are gone.
func (t *tx) begin(e store.Epoch, h *store.Handover) (gone []ids.ID, err error) {
	all, numbers := columnsOf(h.Attempts)
	err = t.rows(`SELECT a.id FROM unnest($1::bytea[], $2::integer[]) WITH ORDINALITY a (id, n, place)
			WHERE NOT EXISTS (SELECT 1 FROM delivery d WHERE d.id = a.id AND d.state = 0 AND d.attempt < a.n
				AND NOT EXISTS (SELECT 1 FROM part p WHERE p.name = d.lane AND p.node <> $3)) ORDER BY a.place`,
		[]any{all, numbers, e.Node}, func(rows pgx.Rows) error {
			var id []byte
			err := rows.Scan(&id)
			gone = append(gone, ids.ID(id))
			return err
		})
	if err != nil || len(gone) > 0 {
		return gone, err
	}
	channel, err := t.name(h.Channel)
	if err != nil {
		return nil, err
	}
	return nil, t.exec(`INSERT INTO handover (node, epoch, seq, channel, began, open, attempts) VALUES ($1, $2, $3, $4, $5, true, $6) ON CONFLICT DO NOTHING`,
		e.Node, e.Number, h.Seq, channel, h.Began.UnixMilli(), held.PackAttempts(h.Attempts))
}

// handover is a row of the table.
type handover struct {
	epoch, seq, channel, began int64
	attempts                   []store.Attempt
}

// Takeover implements store.Store. It judges one handover in a transaction, so that it may be stopped and called again.
func (s *Store) Takeover(ctx context.Context, e store.Epoch) (inDoubt int, err error) {
	var left []handover
	err = each(s.read.Query(ctx, `SELECT epoch, seq, channel, began, attempts FROM handover WHERE node = $1 AND epoch < $2 AND open`, e.Node, e.Number))(
		func(rows pgx.Rows) error {
			var h handover
			var packed []byte
			err := rows.Scan(&h.epoch, &h.seq, &h.channel, &h.began, &packed)
			h.attempts = held.UnpackAttempts(packed)
			left = append(left, h)
			return err
		})
	for _, h := range left {
		if err != nil {
			break
		}
		n := 0
		err = s.group.Do(store.Op[*tx]{Messages: len(h.attempts), Apply: func(t *tx) (err error) {
			if err := t.fence(e); err != nil {
				return err
			}
			n, err = t.judge(e.Node, h)
			return err
		}})
		inDoubt += n
	}
	return inDoubt, err
}

// judge makes the attempts of a handover without an outcome unknown, and returns their number. It takes one round trip, however many there are,
// so that the lease of no node runs out meanwhile.
func (t *tx) judge(node int, h handover) (inDoubt int, err error) {
	all, numbers := columnsOf(h.attempts)
	// An attempt of which the vendor said that it failed is not in doubt.
	if _, err := t.row(`WITH judged AS (
			UPDATE delivery d SET state = CASE WHEN d.status = $6::smallint THEN 5 ELSE 3 END, attempt = a.n, channel = $3::integer, began = $4::bigint, settled = $5::bigint,
				detail = CASE WHEN d.status = $6::smallint THEN d.detail ELSE $7::text END
			FROM unnest($1::bytea[], $2::integer[]) a (id, n) WHERE d.id = a.id AND d.state = 0 AND d.attempt < a.n RETURNING d.id, d.attempt, d.state),
		told AS (
			INSERT INTO outbox (id, status, at) SELECT id, $6::smallint, $5::bigint FROM judged WHERE state = 5),
		lost AS (
			INSERT INTO attempt (id, n, channel, began, ended, outcome, detail)
			SELECT id, attempt, $3::integer, $4::bigint, $5::bigint, 'unknown', $7::text FROM judged WHERE state = 3
			ON CONFLICT (id, n) DO UPDATE SET channel = excluded.channel, began = excluded.began, ended = excluded.ended, outcome = excluded.outcome, detail = excluded.detail)
		SELECT count(*) FROM judged WHERE state = 3`,
		[]any{all, numbers, h.channel, h.began, time.Now().UnixMilli(), held.Rank(outcome.StatusFailed), "the gateway ended before the outcome was recorded"}, &inDoubt); err != nil {
		return 0, err
	}
	return inDoubt, t.endHandover(node, h.epoch, h.seq, inDoubt > 0)
}

// columnsOf returns the ids and the numbers of attempts.
func columnsOf(attempts []store.Attempt) (all [][]byte, numbers []int32) {
	for _, a := range attempts {
		all, numbers = append(all, a.ID[:]), append(numbers, int32(a.N)) //nolint:gosec // the number of an attempt is small
	}
	return all, numbers
}

// endHandover removes a handover, or keeps it closed for the correlation of events.
func (t *tx) endHandover(node int, epoch, seq int64, keep bool) error {
	query := `DELETE FROM handover WHERE node = $1 AND epoch = $2 AND seq = $3`
	if keep {
		query = `UPDATE handover SET open = false WHERE node = $1 AND epoch = $2 AND seq = $3`
	}
	return t.exec(query, node, epoch, seq)
}
