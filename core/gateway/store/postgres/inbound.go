// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/gateway/store/internal/held"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// statusInbound stands for a message of a user in the outbox. It is the rank of no status.
const statusInbound = 0

// Receive implements store.Store.
func (s *Store) Receive(_ context.Context, messages []store.Inbound) ([]bool, error) {
	fresh := make([]bool, len(messages))
	size := 0
	for i := range messages {
		size += len(messages[i].Message)
	}
	apply := func(t *tx, fresh []bool) (err error) {
		for i := range messages {
			if fresh[i], err = t.receive(&messages[i]); err != nil {
				return err
			}
		}
		return nil
	}
	err := s.group.Do(store.Op[*tx]{
		Messages: len(messages), Bytes: size,
		Apply:  func(t *tx) error { return apply(t, fresh) },
		Repeat: func(t *tx) error { return apply(t, make([]bool, len(messages))) },
	})
	if err != nil {
		return nil, err
	}
	return fresh, nil
}

// receive records a message, and returns whether it was not recorded before.
func (t *tx) receive(m *store.Inbound) (bool, error) {
	scope, err := t.name(m.Scope)
	if err != nil {
		return false, err
	}
	channel, err := t.optionalName(m.Channel)
	if err != nil {
		return false, err
	}
	sender, err := t.optionalName(m.Sender)
	if err != nil {
		return false, err
	}
	n, err := t.change(`INSERT INTO inbound (id, scope, key, channel, sender, recipient, from_kind, from_user, profile, at, body, message)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING`,
		m.ID[:], scope, m.Key, channel, sender, m.Recipient, string(m.From.Kind), m.From.Address, m.ProfileName, m.At.UnixMilli(), m.Message, m.MessageID)
	if err != nil || n == 0 {
		return false, err
	}
	if m.Sender != "" {
		if err := t.exec(`INSERT INTO contact (sender, person, last_inbound) VALUES ($1, $2, $3)
			ON CONFLICT (sender, person) DO UPDATE SET last_inbound = greatest(contact.last_inbound, excluded.last_inbound)`,
			sender, held.Digits(m.From.Address), m.At.UnixMilli()); err != nil {
			return false, err
		}
		if err := t.wish(sender, m); err != nil {
			return false, err
		}
	}
	return true, t.exec(`INSERT INTO outbox (id, status, at) VALUES ($1, $2, $3)`, m.ID[:], statusInbound, m.At.UnixMilli())
}

// wish records that a user opted out or in. Messages may come out of order, and the latest wish counts.
func (t *tx) wish(sender any, m *store.Inbound) error {
	if m.Wish == store.NoWish {
		return nil
	}
	return t.exec(`UPDATE contact SET opted_out = $1, opted_at = $2 WHERE sender = $3 AND person = $4 AND opted_at <= $5`,
		m.Wish == store.WishOptOut, m.At.UnixMilli(), sender, held.Digits(m.From.Address), m.At.UnixMilli())
}

// optedOut records that the recipient of a message has opted out at the vendor or at WhatsApp, if that is why the message failed.
func (t *tx) optedOut(id ids.ID, f store.Failure, at int64) error {
	if f.Reason != string(outcome.ReasonOptedOut) {
		return nil
	}
	return t.exec(`INSERT INTO contact (sender, person, last_inbound, opted_out, opted_at) SELECT sender, ltrim(recipient, '+'), 0, true, $1::bigint FROM message WHERE id = $2 AND recipient <> ''
		ON CONFLICT (sender, person) DO UPDATE SET opted_out = true, opted_at = excluded.opted_at WHERE contact.opted_at <= excluded.opted_at`, at, id[:])
}

// FindInbound implements store.Inbox.
func (s *Store) FindInbound(ctx context.Context, sender, messageID string) (*store.Inbound, error) {
	if messageID == "" {
		return nil, store.ErrNotFound
	}
	var id []byte
	err := s.read.QueryRow(ctx, `SELECT i.id FROM inbound i JOIN name n ON n.id = i.sender WHERE n.text = $1 AND i.message = $2 ORDER BY i.id DESC LIMIT 1`,
		sender, cleanText(messageID)).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, store.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	n := store.Notice{Inbound: &store.Inbound{ID: ids.ID(id)}}
	return n.Inbound, s.complete(ctx, &n)
}

// complete reads the message of a user that a notice is about.
func (s *Store) complete(ctx context.Context, n *store.Notice) error {
	m := n.Inbound
	if m == nil {
		return nil
	}
	var kind string
	var at int64
	err := s.read.QueryRow(ctx, `SELECT scope.text, i.key, coalesce(channel.text, ''), coalesce(sender.text, ''), i.recipient, i.from_kind, i.from_user, i.profile, i.at, i.body, i.message
		FROM inbound i JOIN name scope ON scope.id = i.scope LEFT JOIN name channel ON channel.id = i.channel LEFT JOIN name sender ON sender.id = i.sender
		WHERE i.id = $1`, m.ID[:]).Scan(&m.Scope, &m.Key, &m.Channel, &m.Sender, &m.Recipient, &kind, &m.From.Address, &m.ProfileName, &at, &m.Message, &m.MessageID)
	m.From.Kind, m.At = message.RecipientKind(kind), time.UnixMilli(at)
	return err
}

// Contact implements store.Store.
func (s *Store) Contact(ctx context.Context, sender string, user message.Recipient) (store.Contact, error) {
	var last int64
	var out bool
	err := s.read.QueryRow(ctx, `SELECT c.last_inbound, c.opted_out FROM contact c JOIN name n ON n.id = c.sender WHERE n.text = $1 AND c.person = $2`,
		sender, held.Digits(user.Address)).Scan(&last, &out)
	if errors.Is(err, pgx.ErrNoRows) {
		return store.Contact{}, nil
	}
	if err != nil {
		return store.Contact{}, err
	}
	c := store.Contact{OptedOut: out}
	if last > 0 {
		c.LastInbound = time.UnixMilli(last)
	}
	return c, nil
}
