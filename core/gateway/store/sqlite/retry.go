// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"context"
	"database/sql"
	"time"

	"github.com/wahost/wahost/core/gateway/store"
)

// Retries implements store.Retries.
func (s *Store) Retries(ctx context.Context, endpoint string) ([]store.Retry, error) {
	return s.retries(ctx, endpoint, false, 0, -1)
}

// DeadRetries implements store.Retries.
func (s *Store) DeadRetries(ctx context.Context, endpoint string, after store.Position, n int) ([]store.Retry, error) {
	return s.retries(ctx, endpoint, true, after.Seq, n)
}

// retries returns retries after a notice. A limit below 0 stands for no limit.
func (s *Store) retries(ctx context.Context, endpoint string, dead bool, after int64, limit int) (found []store.Retry, err error) {
	err = each(s.read.QueryContext(ctx, `SELECT `+noticeColumns+`, r.tries, r.first, r.due, r.error
		FROM outbox_retry r JOIN name n ON n.id = r.endpoint CROSS JOIN `+noticeTables+`
		WHERE n.text = ? AND r.dead = ? AND r.seq > ? AND o.seq = r.seq AND `+noticeExists+` ORDER BY r.seq LIMIT ?`, endpoint, dead, after, limit))(func(rows *sql.Rows) (err error) {
		r := store.Retry{Dead: dead}
		var first, due sql.NullInt64
		r.Notice, err = scanNotice(rows, &r.Tries, &first, &due, &r.Error)
		r.First, r.Due = fromMillis(first), fromMillis(due)
		found = append(found, r)
		return err
	})
	for i := range found {
		if err == nil {
			err = s.complete(ctx, &found[i].Notice)
		}
	}
	return found, err
}

// RecordRetries implements store.Retries.
func (s *Store) RecordRetries(_ context.Context, endpoint string, changes []store.Retry) error {
	return s.group.Do(store.Op[*tx]{Messages: len(changes), Apply: func(t *tx) error {
		name, err := t.name(endpoint)
		if err != nil {
			return err
		}
		for _, r := range changes {
			if err := t.exec(`DELETE FROM outbox_retry WHERE endpoint = ? AND dead IN (0, 1) AND seq = ?`, name, r.Notice.Position.Seq); err != nil {
				return err
			}
			if r.Done {
				continue
			}
			if err := t.exec(`INSERT INTO outbox_retry (endpoint, seq, tries, first, due, error, dead) VALUES (?, ?, ?, ?, ?, ?, ?)`,
				name, r.Notice.Position.Seq, r.Tries, millis(r.First), millis(r.Due), r.Error, r.Dead); err != nil {
				return err
			}
		}
		return nil
	}})
}

// Replay implements store.Retries.
func (s *Store) Replay(_ context.Context, endpoint string, n int) (replayed int, err error) {
	err = s.group.Do(store.Op[*tx]{Messages: n, Apply: func(t *tx) error {
		name, err := t.name(endpoint)
		if err != nil {
			return err
		}
		changed, err := t.change(`UPDATE outbox_retry SET dead = 0, tries = 0, first = NULL, due = ?, error = ''
			WHERE endpoint = ? AND dead = 1 AND seq IN (SELECT seq FROM outbox_retry WHERE endpoint = ? AND dead = 1 ORDER BY seq LIMIT ?)`, time.Now().UnixMilli(), name, name, n)
		if replayed = int(changed); err != nil || changed == 0 {
			return err
		}
		return t.exec(`INSERT INTO endpoint_replay (endpoint, times) VALUES (?, 1) ON CONFLICT DO UPDATE SET times = times + 1`, name)
	}})
	return replayed, err
}

// Replays implements store.Retries.
func (s *Store) Replays(ctx context.Context) (map[string]int64, error) {
	found := map[string]int64{}
	err := each(s.read.QueryContext(ctx, `SELECT n.text, e.times FROM endpoint_replay e JOIN name n ON n.id = e.endpoint`))(func(rows *sql.Rows) error {
		var endpoint string
		var times int64
		err := rows.Scan(&endpoint, &times)
		found[endpoint] = times
		return err
	})
	return found, err
}

// Disable implements store.Retries.
func (s *Store) Disable(_ context.Context, endpoint, reason string) error {
	return s.group.Do(store.Op[*tx]{Messages: 1, Apply: func(t *tx) error {
		name, err := t.name(endpoint)
		switch {
		case err != nil:
			return err
		case reason == "":
			return t.exec(`DELETE FROM endpoint_disabled WHERE endpoint = ?`, name)
		}
		return t.exec(`INSERT INTO endpoint_disabled (endpoint, reason) VALUES (?, ?) ON CONFLICT DO UPDATE SET reason = excluded.reason`, name, reason)
	}})
}

// Disabled implements store.Retries.
func (s *Store) Disabled(ctx context.Context) (map[string]string, error) {
	found := map[string]string{}
	err := each(s.read.QueryContext(ctx, `SELECT n.text, e.reason FROM endpoint_disabled e JOIN name n ON n.id = e.endpoint`))(func(rows *sql.Rows) error {
		var endpoint, reason string
		err := rows.Scan(&endpoint, &reason)
		found[endpoint] = reason
		return err
	})
	return found, err
}
