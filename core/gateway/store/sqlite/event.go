// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"cmp"
	"context"
	"database/sql"
	"time"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/gateway/store/internal/held"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/sdk/outcome"
)

// Events implements store.Store.
func (s *Store) Events(_ context.Context, events []store.Event) ([]store.EventResult, error) {
	results := make([]store.EventResult, len(events))
	bytes := 0
	for _, e := range events {
		bytes += len(e.Raw)
	}
	err := s.group.Do(store.Op[*tx]{Messages: len(events), Bytes: bytes, Apply: func(t *tx) error {
		for i := range events {
			var err error
			if results[i], err = t.event(events[i]); err != nil {
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

func (t *tx) event(e store.Event) (store.EventResult, error) {
	if e.At.IsZero() {
		e.At = time.Now()
	}
	scope, err := t.name(e.Scope)
	if err != nil {
		return store.EventResult{}, err
	}
	about, d, err := t.find(scope, &e)
	if err != nil {
		return store.EventResult{}, err
	}
	if d == nil {
		fresh, err := t.keep(scope, &e, nil)
		if !fresh {
			return store.EventResult{Effect: store.Duplicate}, err
		}
		return store.EventResult{Effect: store.Orphan}, err
	}
	if e.Status == outcome.StatusFailed {
		if err := t.forgetErased(&e, about.ID); err != nil {
			return store.EventResult{}, err
		}
	}
	effect, err := t.apply(&e, about, d)
	if err == nil && effect == store.Applied && e.Status == outcome.StatusFailed {
		_, err = t.keep(scope, &e, about.ID[:])
	}
	return store.EventResult{Effect: effect, ID: about.ID}, err
}

// forgetErased removes the recipient and what the vendor wrote from an event about a message whose recipient was erased.
func (t *tx) forgetErased(e *store.Event, id ids.ID) error {
	var erased bool
	if _, err := t.row(`SELECT recipient = '' FROM message WHERE id = ?`, []any{id[:]}, &erased); err != nil || !erased {
		return err
	}
	e.Recipient, e.Raw, e.Failure.VendorMessage, e.Failure.Detail = "", nil, "", ""
	return nil
}

// keep records an event with the id of its message, or nil if the message is not known. It returns false if the event was kept before.
func (t *tx) keep(scope int64, e *store.Event, id []byte) (bool, error) {
	n, err := t.change(`INSERT INTO event (scope, key, at, vendor_id, recipient, status, reason, vendor_code, vendor_message, detail, id, raw)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`, scope, e.Key, e.At.UnixMilli(), e.VendorID, held.Digits(e.Recipient), held.Rank(e.Status),
		e.Failure.Reason, e.Failure.VendorCode, e.Failure.VendorMessage, e.Failure.Detail, id, e.Raw)
	return n > 0, err
}

// apply raises what is known of a message. A status never falls, and an event that tells nothing new is a duplicate.
func (t *tx) apply(e *store.Event, about store.Attempt, d *standing) (store.Effect, error) {
	if !d.exists {
		return store.Duplicate, nil
	}
	n := cmp.Or(about.N, d.attempt)
	if e.Status == outcome.StatusFailed {
		return t.applyFailure(e, about.ID, n, d.state, d.attempt, d.status)
	}
	var column *sql.NullInt64
	switch e.Status {
	case outcome.StatusSent:
		column = &d.sent
	case outcome.StatusDelivered:
		column = &d.delivered
	case outcome.StatusRead:
		column = &d.read
	}
	rank := held.Rank(e.Status)
	higher := rank > d.status
	if !higher && (column == nil || column.Valid) {
		return store.Duplicate, nil
	}
	if column != nil && !column.Valid {
		*column = sql.NullInt64{Int64: e.At.UnixMilli(), Valid: true}
	}
	if d.status != held.Rank(outcome.StatusFailed) && (d.state == store.StateReady || d.state == store.StateUnknown) {
		// The vendor has it: nothing is sent any more, and an outcome that comes later decides nothing.
		if err := t.exec(`UPDATE delivery SET state = ?, attempt = ? WHERE id = ?`, int(store.StateAccepted), max(d.attempt, n), about.ID[:]); err != nil {
			return store.Applied, err
		}
	}
	// Most events change the status only. A statement that sets the state as well costs three times as much, since many indexes have it.
	if err := t.exec(`UPDATE delivery SET status = ?, sent = ?, delivered = ?, read = ? WHERE id = ?`, max(d.status, rank), d.sent, d.delivered, d.read, about.ID[:]); err != nil {
		return store.Applied, err
	}
	if higher && e.Status != outcome.StatusAccepted {
		return store.Applied, t.notify(about.ID, e.Status, e.At.UnixMilli())
	}
	return store.Applied, nil
}

// applyFailure records that the n-th attempt of a message failed at the vendor. The message fails with its last attempt, and not
// while another one may follow.
func (t *tx) applyFailure(e *store.Event, id ids.ID, n int, state store.State, attempt, status int) (store.Effect, error) {
	if err := t.optedOut(id, e.Failure, e.At.UnixMilli()); err != nil {
		return store.Applied, err
	}
	refuted, err := t.change(`UPDATE attempt SET outcome = 'rejected', reason = ?, vendor_code = ?, vendor_message = ?, detail = ? WHERE id = ? AND n = ? AND outcome = 'unknown'`,
		e.Failure.Reason, e.Failure.VendorCode, e.Failure.VendorMessage, e.Failure.Detail, id[:], n)
	switch {
	case err != nil:
		return store.Applied, err
	case status == held.Rank(outcome.StatusFailed) && refuted == 0:
		return store.Duplicate, nil
	case status == held.Rank(outcome.StatusFailed):
		return store.Applied, nil // applications know already that the message failed
	}
	if n < attempt || state == store.StateReady && n <= attempt {
		return store.Applied, nil
	}
	next := state
	if state == store.StateUnknown {
		next = store.StateDead
	}
	if err := t.exec(`UPDATE delivery SET state = ?, status = ?, failed = ?, reason = ?, vendor_code = ?, vendor_message = ?, detail = ? WHERE id = ?`,
		int(next), held.Rank(outcome.StatusFailed), e.At.UnixMilli(), e.Failure.Reason, e.Failure.VendorCode, e.Failure.VendorMessage, e.Failure.Detail, id[:]); err != nil {
		return store.Applied, err
	}
	if state == store.StateReady {
		return store.Applied, nil // the outcome of the attempt comes, and the message fails then
	}
	return store.Applied, t.notify(id, outcome.StatusFailed, e.At.UnixMilli())
}

// adopt applies the events that came before an id of their vendor was known.
func (t *tx) adopt(scope int64, c store.Correlation, about store.Attempt) error {
	var orphans []store.Event
	err := t.rows(`SELECT key, at, status, reason, vendor_code, vendor_message, detail FROM event
		WHERE scope = ?1 AND vendor_id = ?2 AND id IS NULL AND (recipient = '' OR ?3 = '' OR recipient = ?3) ORDER BY at, status`,
		[]any{scope, c.Key, held.Digits(c.Recipient)}, func(rows *sql.Rows) error {
			var (
				e          store.Event
				at         int64
				statusRank int
			)
			err := rows.Scan(&e.Key, &at, &statusRank, &e.Failure.Reason, &e.Failure.VendorCode, &e.Failure.VendorMessage, &e.Failure.Detail)
			e.At, e.Status = time.UnixMilli(at), held.Status(statusRank)
			orphans = append(orphans, e)
			return err
		})
	for _, e := range orphans {
		if err != nil {
			break
		}
		if err = t.exec(`UPDATE event SET id = ? WHERE scope = ? AND key = ?`, about.ID[:], scope, e.Key); err != nil {
			break
		}
		d := &standing{}
		if _, err = t.row(`SELECT `+standingColumns+` FROM delivery d WHERE d.id = ?`, []any{about.ID[:]}, d.columns()...); err == nil {
			_, err = t.apply(&e, about, d)
		}
	}
	return err
}
