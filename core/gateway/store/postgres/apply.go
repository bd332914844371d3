// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"cmp"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/gateway/store/internal/held"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/sdk/outcome"
)

// apply raises what is known of a message. A status never falls, and an event that tells nothing new is a duplicate.
func (t *tx) apply(l *lookups, e *store.Event, about store.Attempt) (store.Effect, error) {
	d, found, err := t.standing(l, about.ID)
	if err != nil || !found {
		return store.Duplicate, err
	}
	n := cmp.Or(about.N, d.attempt)
	if e.Status == outcome.StatusFailed {
		return t.applyFailure(e, about.ID, n, d)
	}
	column := map[outcome.Status]*pgtype.Int8{outcome.StatusSent: &d.sent, outcome.StatusDelivered: &d.delivered, outcome.StatusRead: &d.read}[e.Status]
	higher := held.Rank(e.Status) > d.status
	if !higher && (column == nil || column.Valid) {
		return store.Duplicate, nil
	}
	if column != nil && !column.Valid {
		*column = pgtype.Int8{Int64: e.At.UnixMilli(), Valid: true}
	}
	if d.status != held.Rank(outcome.StatusFailed) && (d.state == store.StateReady || d.state == store.StateUnknown) {
		// The vendor has it: nothing is sent any more, and an outcome that comes later decides nothing.
		d.state, d.attempt = store.StateAccepted, max(d.attempt, n)
	}
	d.status = max(d.status, held.Rank(e.Status))
	if err := t.exec(`UPDATE delivery SET state = $1, attempt = $2, status = $3, sent = $4, delivered = $5, read = $6 WHERE id = $7`,
		int(d.state), d.attempt, d.status, d.sent, d.delivered, d.read, about.ID[:]); err != nil {
		return store.Applied, err
	}
	if higher && e.Status != outcome.StatusAccepted {
		return store.Applied, t.notify(about.ID, e.Status, e.At.UnixMilli())
	}
	return store.Applied, nil
}

// applyFailure records that the n-th attempt of a message failed at the vendor. The message fails with its last attempt, and not
// while another one may follow.
func (t *tx) applyFailure(e *store.Event, id ids.ID, n int, d *standing) (store.Effect, error) {
	if err := t.optedOut(id, e.Failure, e.At.UnixMilli()); err != nil {
		return store.Applied, err
	}
	refuted, err := t.refuteBy(e, store.Attempt{ID: id, N: n})
	switch {
	case err != nil:
		return store.Applied, err
	case d.status == held.Rank(outcome.StatusFailed) && !refuted:
		return store.Duplicate, nil
	case d.status == held.Rank(outcome.StatusFailed):
		return store.Applied, nil // applications know already that the message failed
	}
	was := d.state
	if n < d.attempt || was == store.StateReady && n <= d.attempt {
		return store.Applied, nil
	}
	if was == store.StateUnknown {
		d.state = store.StateDead
	}
	d.status = held.Rank(outcome.StatusFailed)
	if err := t.exec(`UPDATE delivery SET state = $1, status = $2, failed = $3, reason = $4, vendor_code = $5, vendor_message = $6, detail = $7 WHERE id = $8`,
		int(d.state), d.status, e.At.UnixMilli(), e.Failure.Reason, e.Failure.VendorCode, e.Failure.VendorMessage, e.Failure.Detail, id[:]); err != nil {
		return store.Applied, err
	}
	if was == store.StateReady {
		return store.Applied, nil // the outcome of the attempt comes, and the message fails then
	}
	return store.Applied, t.notify(id, outcome.StatusFailed, e.At.UnixMilli())
}

// orphans are what events may be about that came before the ids of their vendor were known.
type orphans struct {
	scopes           []int64
	keys, recipients []string
	about            []store.Attempt
}

func (o *orphans) add(scope int64, c store.Correlation, about store.Attempt) {
	o.scopes, o.about = append(o.scopes, scope), append(o.about, about)
	o.keys, o.recipients = append(o.keys, cleanText(c.Key)), append(o.recipients, cleanText(held.Digits(c.Recipient)))
}

// adopt applies the events that came before an id of their vendor was known.
func (t *tx) adopt(o *orphans) error {
	if len(o.about) == 0 {
		return nil
	}
	type orphan struct {
		store.Event
		place int
	}
	var found []orphan
	err := t.rows(`SELECT o.place, e.key, e.at, e.status, e.reason, e.vendor_code, e.vendor_message, e.detail
		FROM unnest($1::integer[], $2::text[], $3::text[]) WITH ORDINALITY o (scope, key, recipient, place)
			JOIN event e ON e.scope = o.scope AND e.vendor_id = o.key AND e.id IS NULL AND (e.recipient = '' OR o.recipient = '' OR e.recipient = o.recipient)
		ORDER BY o.place, e.at, e.status`,
		[]any{o.scopes, o.keys, o.recipients}, func(rows pgx.Rows) error {
			var (
				e          orphan
				at         int64
				statusRank int
			)
			err := rows.Scan(&e.place, &e.Key, &at, &statusRank, &e.Failure.Reason, &e.Failure.VendorCode, &e.Failure.VendorMessage, &e.Failure.Detail)
			e.At, e.Status = time.UnixMilli(at), held.Status(statusRank)
			found = append(found, e)
			return err
		})
	l := &lookups{}
	for _, e := range found {
		if err != nil {
			break
		}
		about := o.about[e.place-1]
		if err = t.exec(`UPDATE event SET id = $1 WHERE scope = $2 AND key = $3`, about.ID[:], o.scopes[e.place-1], e.Key); err == nil {
			_, err = t.apply(l, &e.Event, about)
		}
	}
	return err
}
