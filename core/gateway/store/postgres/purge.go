// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/wahost/wahost/core/gateway/store/internal/held"
	"github.com/wahost/wahost/core/ids"
)

// What the transactions of Purge do. Each of them finds its rows with an index, but for campaigns, which are few.
const (
	purgeFind       = `SELECT id FROM delivery WHERE id > $1 AND id < $2 ORDER BY id LIMIT $3`
	purgeDeliveries = `DELETE FROM delivery WHERE id = ANY ($1) AND state IN (2, 3, 5) RETURNING id`
	purgeNotices    = `SELECT count(*), max(seq) FROM (SELECT seq, id FROM outbox ORDER BY seq LIMIT $1) first WHERE id < $2`
	purgeRetries    = `DELETE FROM outbox_retry WHERE seq IN (SELECT seq FROM outbox WHERE seq <= $1 AND id < $2)`
	purgeOutbox     = `DELETE FROM outbox WHERE seq <= $1 AND id < $2`
	purgeCampaigns  = `DELETE FROM campaign WHERE name IN (SELECT c.name FROM campaign c WHERE c.created < $1 AND NOT EXISTS
		(SELECT 1 FROM delivery d WHERE d.campaign = c.name AND d.campaign <> 0) LIMIT $2)`
	purgeInbound    = `DELETE FROM inbound WHERE id IN (SELECT id FROM inbound WHERE id < $1 ORDER BY id LIMIT $2)`
	purgeEvents     = `DELETE FROM event WHERE (scope, key) IN (SELECT scope, key FROM event WHERE at < $1 LIMIT $2)`
	purgeKeys       = `DELETE FROM idempotency WHERE (api_key, key) IN (SELECT api_key, key FROM idempotency WHERE expires < $1 LIMIT $2)`
	purgeHandovers  = `DELETE FROM handover WHERE (node, epoch, seq) IN (SELECT node, epoch, seq FROM handover WHERE NOT open AND began < $1 LIMIT $2)`
	purgeCorrelated = `DELETE FROM correlation WHERE scope = $1 AND key = $2 AND recipient = $3 AND id = $4`
	purgeContact    = `DELETE FROM contact WHERE sender = $1 AND person = $2 AND NOT opted_out AND last_inbound < $3 AND opted_at < $4`
)

// What Purge looks for with a connection that reads, since it has to look at all rows: no index is worth its price for each message.
const (
	findCorrelated = `SELECT scope, key, recipient, id FROM correlation WHERE (scope, key, recipient, id) > ($1, $2, $3, $4) AND id < $5
		ORDER BY scope, key, recipient, id LIMIT $6`
	findContacts = `SELECT sender, person FROM contact WHERE (sender, person) > ($1, $2) AND NOT opted_out AND last_inbound < $3 AND opted_at < $4
		ORDER BY sender, person LIMIT $5`
)

// Purge implements store.Purger.
func (s *Store) Purge(ctx context.Context, before time.Time) (removed int, err error) {
	cut, at := ids.Floor(before), max(0, before.UnixMilli())
	p := held.Purger[*tx]{Group: s.group}
	if removed, err = p.Messages(ctx, func(t *tx, after ids.ID) (held.Purged, error) { return t.purgeMessages(after, cut) }); err != nil {
		return removed, err
	}
	rows := func(query string, args ...any) func(*tx) (int, error) {
		return func(t *tx) (int, error) {
			n, err := t.change(query, append(args, held.PurgeLimit)...)
			return int(n), err
		}
	}
	for _, step := range []func(*tx) (int, error){
		func(t *tx) (int, error) { return t.purgeNotices(cut) },
		rows(purgeCampaigns, at), rows(purgeInbound, cut[:]), rows(purgeEvents, at), rows(purgeKeys, time.Now().UnixMilli()), rows(purgeHandovers, at),
	} {
		if err := p.Rows(ctx, step); err != nil {
			return removed, err
		}
	}
	if err := p.Found(ctx, []any{int64(0), "", "", []byte{}}, s.findKeys(ctx, findCorrelated, cut[:]), removeKey(purgeCorrelated)); err != nil {
		return removed, err
	}
	// Who has written or opted out meanwhile stays.
	return removed, p.Found(ctx, []any{int64(0), ""}, s.findKeys(ctx, findContacts, at, at), removeKey(purgeContact, at, at))
}

// findKeys returns what finds the next keys after a key with a query, which gets the key, arguments and a limit.
func (s *Store) findKeys(ctx context.Context, query string, args ...any) func(after []any) ([][]any, error) {
	return func(after []any) ([][]any, error) {
		var keys [][]any
		err := s.query(ctx, query, slices.Concat(after, args, []any{held.PurgeLimit}), func(rows pgx.Rows) error {
			row, err := rows.Values()
			keys = append(keys, row)
			return err
		})
		return keys, err
	}
}

// removeKey returns what removes the row with a key with a statement, which gets the key and arguments.
func removeKey(statement string, args ...any) func(*tx, []any) error {
	return func(t *tx, key []any) error { return t.exec(statement, slices.Concat(key, args)...) }
}

// purgeMessages looks at the next messages after an id, and removes those that nothing is left to decide about.
func (t *tx) purgeMessages(after, cut ids.ID) (done held.Purged, err error) {
	var old [][]byte
	err = t.rows(purgeFind, []any{after[:], cut[:], held.PurgeLimit}, func(rows pgx.Rows) error {
		var id []byte
		err := rows.Scan(&id)
		old = append(old, id)
		return err
	})
	if err != nil || len(old) == 0 {
		return done, err
	}
	done.Looked, done.Last = len(old), ids.ID(old[len(old)-1])
	var gone [][]byte
	err = t.rows(purgeDeliveries, []any{old}, func(rows pgx.Rows) error {
		var id []byte
		err := rows.Scan(&id)
		gone = append(gone, id)
		return err
	})
	for _, table := range []string{"attempt", "message"} {
		if err == nil {
			err = t.exec(`DELETE FROM `+table+` WHERE id = ANY ($1)`, gone)
		}
	}
	done.Removed = len(gone)
	return done, err
}

// purgeNotices removes the notices about old messages that are among the first of the list.
func (t *tx) purgeNotices(cut ids.ID) (int, error) {
	var last pgtype.Int8
	n := 0
	if _, err := t.row(purgeNotices, []any{held.PurgeLimit, cut[:]}, &n, &last); err != nil || n == 0 {
		return 0, err
	}
	if err := t.exec(purgeRetries, last.Int64, cut[:]); err != nil {
		return 0, err
	}
	return n, t.exec(purgeOutbox, last.Int64, cut[:])
}
