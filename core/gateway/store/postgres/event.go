// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

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
	apply := func(t *tx, results []store.EventResult) error {
		l, err := t.lookUp(events)
		for i := range events {
			if err == nil {
				results[i], err = t.event(l, events[i])
			}
		}
		return err
	}
	err := s.group.Do(store.Op[*tx]{
		Messages: len(events), Bytes: bytes,
		Apply:  func(t *tx) error { return apply(t, results) },
		Repeat: func(t *tx) error { return apply(t, make([]store.EventResult, len(events))) },
	})
	if err != nil {
		return nil, err
	}
	return results, nil
}

func (t *tx) event(l *lookups, e store.Event) (store.EventResult, error) {
	if e.At.IsZero() {
		e.At = time.Now()
	}
	scope, err := t.name(e.Scope)
	if err != nil {
		return store.EventResult{}, err
	}
	about, found, err := t.find(l, scope, &e)
	if err != nil {
		return store.EventResult{}, err
	}
	if !found {
		fresh, err := t.keep(scope, &e, nil)
		if !fresh {
			return store.EventResult{Effect: store.Duplicate}, err
		}
		return store.EventResult{Effect: store.Orphan}, err
	}
	if e.Status == outcome.StatusFailed {
		if err := t.forgetErased(l, &e, about.ID); err != nil {
			return store.EventResult{}, err
		}
	}
	effect, err := t.apply(l, &e, about)
	if err == nil && effect == store.Applied && e.Status == outcome.StatusFailed {
		_, err = t.keep(scope, &e, about.ID[:])
	}
	return store.EventResult{Effect: effect, ID: about.ID}, err
}

// keep records an event with the id of its message, or nil if the message is not known. It returns false if the event was kept before.
func (t *tx) keep(scope int64, e *store.Event, id []byte) (bool, error) {
	n, err := t.change(`INSERT INTO event (scope, key, at, vendor_id, recipient, status, reason, vendor_code, vendor_message, detail, id, raw)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING`, scope, e.Key, e.At.UnixMilli(), e.VendorID, held.Digits(e.Recipient), held.Rank(e.Status),
		e.Failure.Reason, e.Failure.VendorCode, e.Failure.VendorMessage, e.Failure.Detail, id, e.Raw)
	return n > 0, err
}

// find returns the attempt that an event is about.
func (t *tx) find(l *lookups, scope int64, e *store.Event) (about store.Attempt, found bool, err error) {
	var erased store.Attempt // whose recipient is not known any more
	if about.ID, about.N, err = ids.ParseAttempt(e.Attempt); err == nil {
		var recipient string
		recipient, found, err = t.recipient(l, about.ID)
		if err != nil || found && (e.Recipient == "" || held.Digits(e.Recipient) == held.Digits(recipient)) {
			return about, found, err
		}
		if found {
			if recipient == "" {
				erased = about
			}
			// Vendors that take several recipients repeat the id of one of them.
			if about, found, err = t.findInHandover(about, e.Recipient); err != nil || found {
				return about, found, err
			}
		}
	}
	for _, key := range []string{e.VendorID, e.Attempt} {
		if key == "" {
			continue
		}
		if about, found, err = t.correlated(l, scope, key, e.Recipient); err != nil || found {
			return about, found, err
		}
	}
	return erased, !erased.ID.IsZero(), nil
}

// findInHandover returns the attempt to a recipient in the handover that has another attempt.
func (t *tx) findInHandover(other store.Attempt, recipient string) (about store.Attempt, found bool, err error) {
	var members []store.Attempt
	err = t.rows(`SELECT attempts FROM handover WHERE position($1 IN attempts) > 0`, []any{held.PackAttempts([]store.Attempt{other})}, func(rows pgx.Rows) error {
		var packed []byte
		err := rows.Scan(&packed)
		members = append(members, held.UnpackAttempts(packed)...)
		return err
	})
	for _, m := range members {
		var address string
		if err != nil || found {
			break
		}
		if address, found, err = t.recipient(&lookups{}, m.ID); held.Digits(address) != held.Digits(recipient) {
			found = false
		}
		about = m
	}
	return about, found, err
}
