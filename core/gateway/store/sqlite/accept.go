// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/gateway/store/internal/held"
	"github.com/wahost/wahost/core/ids"
)

// Accept implements store.Store.
func (s *Store) Accept(_ context.Context, messages []*store.NewMessage) ([]store.AcceptResult, error) {
	results := make([]store.AcceptResult, len(messages))
	bytes := 0
	for _, m := range messages {
		bytes += len(m.Body)
	}
	err := s.group.Do(store.Op[*tx]{Messages: len(messages), Bytes: bytes, Apply: func(t *tx) error {
		for i, m := range messages {
			var err error
			if results[i], err = t.accept(m); err != nil {
				return err
			}
		}
		return nil
	}})
	if err != nil {
		return nil, err
	}
	return results, nil
}

func (t *tx) accept(m *store.NewMessage) (store.AcceptResult, error) {
	result := store.AcceptResult{ID: m.ID}
	lane, err := t.name(m.Lane)
	if err != nil {
		return result, err
	}
	sender, err := t.name(m.Sender)
	if err != nil {
		return result, err
	}
	key, err := t.name(m.APIKey)
	if err != nil {
		return result, err
	}
	campaign, err := t.campaign(m.Campaign)
	if err != nil {
		return result, err
	}
	if m.Idempotency != nil {
		if result.Verdict, result.ID, err = t.repeated(key, m); err != nil || result.Verdict != store.New {
			return result, err
		}
	}
	accepted := m.ID.Time()
	due := accepted
	if m.Due.After(due) {
		due = m.Due
	}
	n, err := t.change(`INSERT INTO message (id, sender, recipient_kind, recipient, category, reference, expires, body, origin)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		m.ID[:], sender, string(m.To.Kind), m.To.Address, m.Category, m.Reference, millis(m.Expires), m.Body, optionalID(m.Origin))
	if err != nil || n == 0 { // it was recorded before
		return result, err
	}
	return result, t.exec(`INSERT INTO delivery (id, lane, class, api_key, campaign, state, due, accepted) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		m.ID[:], lane, int(m.Class), key, campaign, int(store.StateReady), due.UnixMilli(), accepted.UnixMilli())
}

// repeatedQuery finds the request with an idempotency key of an API key that has not expired.
const repeatedQuery = `SELECT i.body_hash, i.id FROM idempotency i WHERE i.key = ? AND i.expires > ? AND i.api_key = `

// repeated looks for an earlier request with the idempotency key of a message, and records the key if there is no such request.
func (t *tx) repeated(key int64, m *store.NewMessage) (store.Verdict, ids.ID, error) {
	want := m.Idempotency
	var hash, id []byte
	found, err := t.row(repeatedQuery+`?`, []any{want.Key, time.Now().UnixMilli(), key}, &hash, &id)
	switch {
	case err != nil:
		return 0, m.ID, err
	case !found:
		return store.New, m.ID, t.exec(`INSERT OR REPLACE INTO idempotency (api_key, key, body_hash, id, expires) VALUES (?, ?, ?, ?, ?)`,
			key, want.Key, want.BodyHash[:], m.ID[:], want.Expires.UnixMilli())
	}
	return held.Verdict(want, hash), ids.ID(id), nil
}

// Repeated implements store.Store.
func (s *Store) Repeated(ctx context.Context, apiKey string, i *store.Idempotency) (store.AcceptResult, error) {
	var hash, id []byte
	err := s.read.QueryRowContext(ctx, repeatedQuery+`(SELECT id FROM name WHERE text = ?)`, i.Key, time.Now().UnixMilli(), apiKey).Scan(&hash, &id)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return store.AcceptResult{}, nil
	case err != nil:
		return store.AcceptResult{}, err
	}
	return store.AcceptResult{Verdict: held.Verdict(i, hash), ID: ids.ID(id)}, nil
}
