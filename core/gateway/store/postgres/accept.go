// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"context"
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
	apply := func(t *tx, results []store.AcceptResult) error {
		for i, m := range messages {
			if err := t.accept(m, &results[i]); err != nil {
				return err
			}
		}
		return nil
	}
	err := s.group.Do(store.Op[*tx]{
		Messages: len(messages), Bytes: bytes,
		Apply:  func(t *tx) error { return apply(t, results) },
		Repeat: func(t *tx) error { return apply(t, make([]store.AcceptResult, len(messages))) },
	})
	if err != nil {
		return nil, err
	}
	return results, nil
}

// accept records a message. The result is complete when what is queued was sent.
func (t *tx) accept(m *store.NewMessage, result *store.AcceptResult) error {
	*result = store.AcceptResult{ID: m.ID}
	lane, err := t.name(m.Lane)
	if err != nil {
		return err
	}
	sender, err := t.name(m.Sender)
	if err != nil {
		return err
	}
	key, err := t.name(m.APIKey)
	if err != nil {
		return err
	}
	campaign, err := t.campaign(m.Campaign)
	if err != nil {
		return err
	}
	if m.Idempotency != nil {
		if result.Verdict, result.ID, err = t.repeated(key, m); err != nil || result.Verdict != store.New {
			return err
		}
	}
	accepted := m.ID.Time()
	due := accepted
	if m.Due.After(due) {
		due = m.Due
	}
	// One statement, so that a group of messages travels at once. There are no further rows if the message was recorded before.
	// The message arrives at the node of its lane if that is another one, or if it would overtake messages that arrive there. So it does if
	// the connection broke after the commit, and the message is recorded again.
	return t.later(&result.Arrives, `WITH added AS (
			INSERT INTO message (id, sender, recipient_kind, recipient, category, reference, expires, body, origin)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING RETURNING id),
		arrived AS (
			INSERT INTO arrival (lane, id) SELECT p.name, added.id FROM added JOIN part p ON p.name = $10
			WHERE p.node <> $15 OR EXISTS (SELECT 1 FROM arrival a WHERE a.lane = $10) RETURNING id),
		stands AS (
			INSERT INTO delivery (id, lane, class, api_key, campaign, state, due, accepted) SELECT id, $10, $11, $12, $16, 0, $13, $14 FROM added)
		SELECT EXISTS (SELECT 1 FROM arrived) OR EXISTS (SELECT 1 FROM arrival a WHERE a.lane = $10 AND a.id = $1)`,
		m.ID[:], sender, string(m.To.Kind), m.To.Address, m.Category, m.Reference, millis(m.Expires), m.Body, optionalID(m.Origin),
		lane, int(m.Class), key, due.UnixMilli(), accepted.UnixMilli(), t.node, campaign)
}

// repeatedQuery finds the request with an idempotency key of an API key that has not expired.
const repeatedQuery = `SELECT i.body_hash, i.id FROM idempotency i WHERE i.key = $1 AND i.expires > $2 AND i.api_key = `

// repeated looks for an earlier request with the idempotency key of a message, and records the key if there is no such request.
func (t *tx) repeated(key int64, m *store.NewMessage) (store.Verdict, ids.ID, error) {
	want := m.Idempotency
	var hash, id []byte
	found, err := t.row(repeatedQuery+`$3`, []any{want.Key, time.Now().UnixMilli(), key}, &hash, &id)
	switch {
	case err != nil:
		return 0, m.ID, err
	case !found:
		return store.New, m.ID, t.exec(`INSERT INTO idempotency (api_key, key, body_hash, id, expires) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (api_key, key) DO UPDATE SET body_hash = excluded.body_hash, id = excluded.id, expires = excluded.expires`,
			key, want.Key, want.BodyHash[:], m.ID[:], want.Expires.UnixMilli())
	case ids.ID(id) == m.ID:
		// The connection broke after the commit, and the message is recorded again. To its caller it is new.
		return store.New, m.ID, nil
	}
	return held.Verdict(want, hash), ids.ID(id), nil
}

// Repeated implements store.Store.
func (s *Store) Repeated(ctx context.Context, apiKey string, i *store.Idempotency) (store.AcceptResult, error) {
	var hash, id []byte
	found, err := s.queryRow(ctx, repeatedQuery+`(SELECT id FROM name WHERE text = $3)`, []any{cleanText(i.Key), time.Now().UnixMilli(), cleanText(apiKey)}, &hash, &id)
	if err != nil || !found {
		return store.AcceptResult{}, err
	}
	return store.AcceptResult{Verdict: held.Verdict(i, hash), ID: ids.ID(id)}, nil
}
