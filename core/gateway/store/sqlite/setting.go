// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"context"
	"database/sql"
	"time"

	"github.com/wahost/wahost/core/gateway/store"
)

// Set implements store.Admin.
func (s *Store) Set(_ context.Context, by store.Actor, changes []store.Setting) (changed int, err error) {
	err = s.group.Do(store.Op[*tx]{Messages: len(changes), Apply: func(t *tx) error {
		changed = 0
		for i := range changes {
			did, err := t.set(by, &changes[i], time.Now())
			if err != nil {
				return err
			}
			if did {
				changed++
			}
		}
		return nil
	}})
	return changed, err
}

// set makes one change, and returns whether it changed something.
func (t *tx) set(by store.Actor, c *store.Setting, at time.Time) (bool, error) {
	var before string
	found, err := t.row(`SELECT value FROM setting WHERE kind = ? AND key = ?`, []any{c.Kind, c.Key}, &before)
	if err != nil || found == !c.Removed && before == c.Value {
		return false, err
	}
	entry := &store.AuditEntry{At: at, By: by, Action: "set " + c.Kind, Object: c.Key, Before: before, After: c.Value}
	if c.Removed {
		entry.Action, entry.After = "remove "+c.Kind, ""
		err = t.exec(`DELETE FROM setting WHERE kind = ? AND key = ?`, c.Kind, c.Key)
	} else {
		err = t.exec(`INSERT OR REPLACE INTO setting (kind, key, value, at, set_by) VALUES (?, ?, ?, ?, ?)`, c.Kind, c.Key, c.Value, at.UnixMilli(), by.Key)
	}
	if err != nil {
		return false, err
	}
	return true, t.audit(entry)
}

// Settings implements store.Admin.
func (s *Store) Settings(ctx context.Context, q store.SettingQuery) (found []store.Setting, err error) {
	query, args := `SELECT key, value, at, set_by FROM setting WHERE kind = ? AND key > ?`, []any{q.Kind, q.After}
	if len(q.Keys) > 0 {
		list, keys := in(q.Keys)
		query, args = query+` AND key IN `+list, append(args, keys...)
	}
	err = each(s.read.QueryContext(ctx, query+` ORDER BY key LIMIT ?`, append(args, q.Limit)...))(func(rows *sql.Rows) error {
		c := store.Setting{Kind: q.Kind}
		var at int64
		err := rows.Scan(&c.Key, &c.Value, &at, &c.By)
		c.At = time.UnixMilli(at)
		found = append(found, c)
		return err
	})
	return found, err
}

// audit adds an entry to the audit.
func (t *tx) audit(a *store.AuditEntry) error {
	return t.exec(`INSERT INTO audit (at, api_key, address, action, object, before, after) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		a.At.UnixMilli(), a.By.Key, a.By.Address, a.Action, a.Object, a.Before, a.After)
}

// AddAudit implements store.Admin.
func (s *Store) AddAudit(_ context.Context, entry *store.AuditEntry) error {
	return s.group.Do(store.Op[*tx]{Messages: 1, Apply: func(t *tx) error { return t.audit(entry) }})
}

// Audit implements store.Admin.
func (s *Store) Audit(ctx context.Context, before int64, n int) (found []store.AuditEntry, err error) {
	err = each(s.read.QueryContext(ctx, `SELECT seq, at, api_key, address, action, object, before, after FROM audit
		WHERE ?1 = 0 OR seq < ?1 ORDER BY seq DESC LIMIT ?2`, before, n))(func(rows *sql.Rows) error {
		var a store.AuditEntry
		var at int64
		err := rows.Scan(&a.Seq, &at, &a.By.Key, &a.By.Address, &a.Action, &a.Object, &a.Before, &a.After)
		a.At = time.UnixMilli(at)
		found = append(found, a)
		return err
	})
	return found, err
}
