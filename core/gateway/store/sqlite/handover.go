// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"context"
	"database/sql"
	"time"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/gateway/store/internal/held"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/sdk/outcome"
)

// Join implements store.Store.
func (s *Store) Join(_ context.Context, node int) (e store.Epoch, err error) {
	err = s.group.Do(store.Op[*tx]{Apply: func(t *tx) error {
		e = store.Epoch{Node: node}
		_, err := t.row(`INSERT INTO node (id, epoch) VALUES (?, 1) ON CONFLICT (id) DO UPDATE SET epoch = epoch + 1 RETURNING epoch`,
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
		for _, a := range h.Attempts {
			var ready int
			found, err := t.row(`SELECT 1 FROM delivery WHERE id = ? AND state = 0 AND attempt < ?`, []any{a.ID[:], a.N}, &ready)
			if err != nil {
				return err
			}
			if !found {
				gone = append(gone, a.ID)
			}
		}
		if len(gone) > 0 {
			return nil
		}
		channel, err := t.name(h.Channel)
		if err != nil {
			return err
		}
		return t.exec(`INSERT INTO handover (node, epoch, seq, channel, began, open, attempts) VALUES (?, ?, ?, ?, ?, 1, ?) ON CONFLICT DO NOTHING`,
			e.Node, e.Number, h.Seq, channel, h.Began.UnixMilli(), held.PackAttempts(h.Attempts))
	}})
	return gone, err
}

// handover is a row of the table.
type handover struct {
	epoch, seq, channel, began int64
	attempts                   []store.Attempt
}

// Takeover implements store.Store. It judges one handover in a transaction, so that it may be stopped and called again.
func (s *Store) Takeover(ctx context.Context, e store.Epoch) (inDoubt int, err error) {
	var left []handover
	err = each(s.read.QueryContext(ctx, `SELECT epoch, seq, channel, began, attempts FROM handover WHERE node = ? AND epoch < ? AND open = 1`, e.Node, e.Number))(
		func(rows *sql.Rows) error {
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

// judge makes the attempts of a handover without an outcome unknown, and returns their number.
func (t *tx) judge(node int, h handover) (inDoubt int, err error) {
	now := time.Now().UnixMilli()
	const cause = "the gateway ended before the outcome was recorded"
	for _, a := range h.attempts {
		// An attempt of which the vendor said that it failed is not in doubt.
		var state int
		found, err := t.row(`UPDATE delivery SET state = CASE WHEN status = ?7 THEN 5 ELSE 3 END, attempt = ?1, channel = ?2, began = ?3, settled = ?4,
				detail = CASE WHEN status = ?7 THEN detail ELSE ?5 END
			WHERE id = ?6 AND state = 0 AND attempt < ?1 RETURNING state`,
			[]any{a.N, h.channel, h.began, now, cause, a.ID[:], held.Rank(outcome.StatusFailed)}, &state)
		if err != nil {
			return 0, err
		}
		if !found {
			continue
		}
		if store.State(state) == store.StateDead {
			if err := t.notify(a.ID, outcome.StatusFailed, now); err != nil {
				return 0, err
			}
			continue
		}
		inDoubt++
		if err := t.exec(`INSERT OR REPLACE INTO attempt (id, n, channel, began, ended, outcome, detail) VALUES (?, ?, ?, ?, ?, 'unknown', ?)`,
			a.ID[:], a.N, h.channel, h.began, now, cause); err != nil {
			return 0, err
		}
	}
	return inDoubt, t.endHandover(node, h.epoch, h.seq, inDoubt > 0)
}

// endHandover removes a handover, or keeps it closed for the correlation of events.
func (t *tx) endHandover(node int, epoch, seq int64, keep bool) error {
	query := `DELETE FROM handover WHERE node = ? AND epoch = ? AND seq = ?`
	if keep {
		query = `UPDATE handover SET open = 0 WHERE node = ? AND epoch = ? AND seq = ?`
	}
	return t.exec(query, node, epoch, seq)
}
