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

// giveUpLimit bounds one transaction of GiveUp.
const giveUpLimit = 500

// findLost finds what one transaction of GiveUp changes.
const findLost = `SELECT id FROM delivery WHERE state = 3 AND class = ? AND settled < ? ORDER BY settled LIMIT ?`

// GiveUp implements store.Store.
func (s *Store) GiveUp(_ context.Context, e store.Epoch, class store.Class, before time.Time) (n int, err error) {
	for last := giveUpLimit; last == giveUpLimit && err == nil; n += last {
		err = s.group.Do(store.Op[*tx]{Messages: giveUpLimit, Apply: func(t *tx) (err error) {
			last, err = t.giveUp(e, class, before)
			return err
		}})
	}
	return n, err
}

func (t *tx) giveUp(e store.Epoch, class store.Class, before time.Time) (int, error) {
	if err := t.fence(e); err != nil {
		return 0, err
	}
	var lost []ids.ID
	err := t.rows(findLost,
		[]any{int(class), before.UnixMilli(), giveUpLimit}, func(rows *sql.Rows) error {
			var id []byte
			err := rows.Scan(&id)
			lost = append(lost, ids.ID(id))
			return err
		})
	if err != nil {
		return 0, err
	}
	now := time.Now().UnixMilli()
	for _, id := range lost {
		if err := t.exec(`UPDATE delivery SET state = 5, status = ?, reason = ?, failed = ? WHERE id = ?`,
			held.Rank(outcome.StatusFailed), store.ReasonUnknown, now, id[:]); err != nil {
			return 0, err
		}
		if err := t.notify(id, outcome.StatusFailed, now); err != nil {
			return 0, err
		}
	}
	return len(lost), nil
}
