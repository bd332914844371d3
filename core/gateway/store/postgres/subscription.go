// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/wahost/wahost/core/gateway/store"
)

// Subscriptions implements store.Subscriptions.
func (s *Store) Subscriptions(ctx context.Context) (found []store.Subscription, err error) {
	err = each(s.read.Query(ctx, `SELECT account, api_key, url, token FROM subscription ORDER BY account, api_key`))(func(rows pgx.Rows) error {
		var one store.Subscription
		err := rows.Scan(&one.Account, &one.Key, &one.URL, &one.VerifyToken)
		found = append(found, one)
		return err
	})
	return found, err
}

// Subscribe implements store.Subscriptions.
func (s *Store) Subscribe(_ context.Context, one store.Subscription) error {
	return s.group.Do(store.Op[*tx]{Messages: 1, Apply: func(t *tx) error {
		return t.exec(`INSERT INTO subscription (account, api_key, url, token) VALUES ($1, $2, $3, $4)
			ON CONFLICT (account, api_key) DO UPDATE SET url = excluded.url, token = excluded.token`, one.Account, one.Key, one.URL, one.VerifyToken)
	}})
}

// Unsubscribe implements store.Subscriptions.
func (s *Store) Unsubscribe(_ context.Context, account, key string) error {
	return s.group.Do(store.Op[*tx]{Messages: 1, Apply: func(t *tx) error {
		return t.exec(`DELETE FROM subscription WHERE account = $1 AND api_key = $2`, account, key)
	}})
}
