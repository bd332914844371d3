// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"context"
	"database/sql"

	"github.com/wahost/wahost/core/gateway/store"
)

const readyColumns = `SELECT d.id, lane.text, d.class, key.text, coalesce(campaign.text, ''), sender.text, m.category, m.recipient_kind, m.recipient, m.body, d.due, m.expires, d.accepted, d.attempt, d.tries
	FROM delivery d CROSS JOIN message m ON m.id = d.id JOIN name lane ON lane.id = d.lane JOIN name key ON key.id = d.api_key JOIN name sender ON sender.id = m.sender
		LEFT JOIN name campaign ON campaign.id = d.campaign `

// loadQuery finds the messages of a flow.
const loadQuery = readyColumns + `WHERE d.state = 0 AND d.class = ?1 AND d.due < ?2 AND (d.due, d.id) > (?3, ?4)
	AND d.lane = (SELECT id FROM name WHERE text = ?6) AND d.api_key = (SELECT id FROM name WHERE text = ?7)
	AND d.campaign = coalesce((SELECT id FROM name WHERE text = ?8 AND text <> ''), 0) ORDER BY d.due, d.id LIMIT ?5`

// Load implements store.Store.
func (s *Store) Load(ctx context.Context, q store.LoadQuery) ([]*store.Ready, error) {
	query := loadQuery
	after := q.After.ID[:]
	args := []any{int(q.Flow.Class), q.DueBefore.UnixMilli(), q.After.Due.UnixMilli(), after, q.Limit, q.Flow.Lane, q.Flow.APIKey, q.Flow.Campaign}
	if q.Retrying {
		query = readyColumns + `WHERE d.state = 0 AND d.tries > 0 AND d.id > ?1 ORDER BY d.id LIMIT ?2`
		args = []any{after, q.Limit}
	}
	var found []*store.Ready
	err := each(s.read.QueryContext(ctx, query, args...))(func(rows *sql.Rows) error {
		r, err := scanReady(rows)
		if err != nil {
			return err
		}
		found = append(found, r)
		return nil
	})
	return found, err
}

// Flows implements store.Store.
func (s *Store) Flows(ctx context.Context) (found []store.Flow, err error) {
	err = each(s.read.QueryContext(ctx, `SELECT lane.text, f.class, key.text, coalesce(campaign.text, '')
		FROM (SELECT DISTINCT lane, class, api_key, campaign FROM delivery WHERE state = 0) f JOIN name lane ON lane.id = f.lane JOIN name key ON key.id = f.api_key
		LEFT JOIN name campaign ON campaign.id = f.campaign ORDER BY lane.text, f.class, key.text, coalesce(campaign.text, '')`))(func(rows *sql.Rows) error {
		var f store.Flow
		err := rows.Scan(&f.Lane, &f.Class, &f.APIKey, &f.Campaign)
		found = append(found, f)
		return err
	})
	return found, err
}

// Counts implements store.Store.
func (s *Store) Counts(ctx context.Context) (map[store.State]int, error) {
	counts := map[store.State]int{}
	err := each(s.read.QueryContext(ctx, `SELECT 0, count(*) FROM delivery WHERE state = 0 UNION ALL
		SELECT state, count(*) FROM delivery INDEXED BY delivery_exceptional WHERE state IN (1, 3, 4, 5) GROUP BY state`))(
		func(rows *sql.Rows) error {
			var state, n int
			err := rows.Scan(&state, &n)
			if n > 0 {
				counts[store.State(state)] = n
			}
			return err
		})
	return counts, err
}
