// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/gateway/store/internal/held"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/sdk/message"
)

// Get implements store.Store.
func (s *Store) Get(ctx context.Context, id ids.ID) (*store.Life, error) {
	// One transaction, so that all parts are of one moment.
	read, err := s.read.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	if err != nil {
		return nil, err
	}
	defer func() { _ = read.Rollback(context.WithoutCancel(ctx)) }()
	var body []byte
	l, err := scanLife(read.QueryRow(ctx, `SELECT m.body, `+lifeColumns+` WHERE d.id = $1`, id[:]), &body)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, store.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	l.Body = body
	if l.History, err = history(ctx, read, id); err != nil {
		return nil, err
	}
	if (len(l.History) == 0 || l.History[0].N > 1) && l.Attempts > 0 {
		// Only a first attempt that was accepted has no row of its own.
		l.History = append([]store.AttemptRecord{{N: 1, Channel: l.Channel, Began: l.began, Ended: l.settled, Outcome: store.OutcomeAccepted}}, l.History...)
	}
	l.UnderWay, err = underWay(ctx, read, store.Attempt{ID: id, N: l.Attempts})
	l.InHandover = l.UnderWay != nil
	if err != nil {
		return nil, err
	}
	return &l.Life, nil
}

// lifeColumns are the columns that scanLife reads, with their tables. The body of the message is not among them.
const lifeColumns = `d.id, sender.text, m.recipient_kind, m.recipient, m.category, key.text, coalesce(campaign.text, ''), m.reference, m.expires, m.origin,
		lane.text, d.class, d.state, d.due, d.tries, d.attempt, d.status, route.text, channel.text, d.reason, d.vendor_code, d.vendor_message, d.detail,
		d.accepted, d.began, d.settled, d.sent, d.delivered, d.read, d.failed, (SELECT next.id FROM message next WHERE next.origin = m.id)
	FROM delivery d JOIN message m ON m.id = d.id JOIN name sender ON sender.id = m.sender JOIN name key ON key.id = d.api_key
		JOIN name lane ON lane.id = d.lane LEFT JOIN name route ON route.id = d.route LEFT JOIN name channel ON channel.id = d.channel
		LEFT JOIN name campaign ON campaign.id = d.campaign`

// life is a row of lifeColumns.
type life struct {
	store.Life
	// began and settled are the times of the last attempt.
	began, settled time.Time
}

// scanLife reads a row with the columns in first and lifeColumns.
func scanLife(row interface{ Scan(into ...any) error }, first ...any) (*life, error) {
	l := &life{}
	var (
		kind                                                     string
		id, origin, successor                                    []byte
		status                                                   int
		due, accepted                                            int64
		expires, began, settled, sent, delivered, readAt, failed pgtype.Int8
		route, channel                                           pgtype.Text
	)
	if err := row.Scan(append(first, &id, &l.Sender, &kind, &l.To.Address, &l.Category, &l.APIKey, &l.Campaign, &l.Reference, &expires, &origin,
		&l.Lane, &l.Class, &l.State, &due, &l.Tries, &l.Attempts, &status, &route, &channel, &l.Failure.Reason, &l.Failure.VendorCode,
		&l.Failure.VendorMessage, &l.Failure.Detail, &accepted, &began, &settled, &sent, &delivered, &readAt, &failed, &successor)...); err != nil {
		return nil, err
	}
	l.ID, l.Erased = ids.ID(id), l.To.Address == ""
	copy(l.Origin[:], origin)
	copy(l.Successor[:], successor)
	l.To.Kind, l.Status = message.RecipientKind(kind), held.Status(status)
	l.Route, l.Channel = route.String, channel.String
	l.Due, l.Accepted, l.Expires = time.UnixMilli(due), time.UnixMilli(accepted), fromMillis(expires)
	l.Sent, l.Delivered, l.Read, l.Failed = fromMillis(sent), fromMillis(delivered), fromMillis(readAt), fromMillis(failed)
	l.began, l.settled = fromMillis(began), fromMillis(settled)
	return l, nil
}

// optionalID returns an id as the database has it, or nil for the zero ID.
func optionalID(id ids.ID) any {
	if id.IsZero() {
		return nil
	}
	return id[:]
}

// underWay returns the attempt of a message in a handover that comes after the last one whose outcome is known, or nil.
func underWay(ctx context.Context, read pgx.Tx, last store.Attempt) (found *store.AttemptRecord, err error) {
	err = each(read.Query(ctx, `SELECT h.attempts, h.began, channel.text FROM handover h JOIN name channel ON channel.id = h.channel
		WHERE h.open AND position($1 IN h.attempts) > 0`, last.ID[:]))(func(rows pgx.Rows) error {
		var packed []byte
		var began int64
		var channel string
		err := rows.Scan(&packed, &began, &channel)
		for _, a := range held.UnpackAttempts(packed) {
			if a.ID == last.ID && a.N > last.N {
				found = &store.AttemptRecord{N: a.N, Channel: channel, Began: time.UnixMilli(began)}
			}
		}
		return err
	})
	return found, err
}

// history returns the attempts that have rows.
func history(ctx context.Context, read pgx.Tx, id ids.ID) (all []store.AttemptRecord, err error) {
	err = each(read.Query(ctx, `SELECT a.n, channel.text, a.began, a.ended, a.outcome, a.reason, a.vendor_code, a.vendor_message, a.detail, a.ignored
		FROM attempt a JOIN name channel ON channel.id = a.channel WHERE a.id = $1 ORDER BY a.n`, id[:]))(func(rows pgx.Rows) error {
		var (
			a            store.AttemptRecord
			began, ended pgtype.Int8
			ignored      string
		)
		err := rows.Scan(&a.N, &a.Channel, &began, &ended, &a.Outcome, &a.Failure.Reason, &a.Failure.VendorCode, &a.Failure.VendorMessage, &a.Failure.Detail, &ignored)
		if err == nil && ignored != "" {
			err = json.Unmarshal([]byte(ignored), &a.Ignored)
		}
		a.Began, a.Ended = fromMillis(began), fromMillis(ended)
		all = append(all, a)
		return err
	})
	return all, err
}
