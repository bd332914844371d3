// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/gateway/store/internal/held"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/sdk/outcome"
)

// Settle implements store.Store.
func (s *Store) Settle(_ context.Context, e store.Epoch, settlements []store.Settlement) error {
	return s.group.Do(store.Op[*tx]{Messages: len(settlements), Apply: func(t *tx) error {
		// Outcomes that were waiting when a failover ended the epoch are true all the same.
		if err := t.fence(e); err != nil && (e != t.ended || !errors.Is(err, store.ErrFenced)) {
			return err
		}
		return t.settle(e, settlements)
	}, Repeat: func(t *tx) error { return t.settle(e, settlements) }})
}

// settle does for all settlements together what the SQLite store does one after the other, so that they take few round trips.
func (t *tx) settle(e store.Epoch, all []store.Settlement) error {
	refuted, err := t.project(all)
	if err != nil {
		return err
	}
	for i := range all {
		s := &all[i]
		if s.Attempt.N > 0 {
			if err := t.record(s); err != nil {
				return err
			}
			if err := t.optedOut(s.Attempt.ID, s.Failure, s.At.UnixMilli()); err != nil {
				return err
			}
		}
		if s.Ends {
			if err := t.endHandover(e.Node, e.Number, s.Handover, s.Keep); err != nil {
				return err
			}
		}
	}
	for _, a := range refuted {
		if err := t.refute(a); err != nil {
			return err
		}
	}
	return t.correlate(all)
}

// project changes where the messages stand, unless a fact has decided that already: for example an event says that one was delivered.
// It returns the attempts for which the fact is that they failed.
func (t *tx) project(all []store.Settlement) (refuted []store.Attempt, err error) {
	changes := make([][]any, len(all))
	for i := range all {
		s := &all[i]
		route, err := t.optionalName(s.Route)
		if err != nil {
			return nil, err
		}
		channel, err := t.optionalName(s.Channel)
		if err != nil {
			return nil, err
		}
		status := 0
		switch s.State {
		case store.StateDead:
			status = held.Rank(outcome.StatusFailed)
		case store.StateAccepted:
			status = held.Rank(outcome.StatusAccepted)
		}
		changes[i] = []any{
			s.Attempt.ID[:], int(s.State), s.Due.UnixMilli(), s.Tries, s.Attempt.N, status, route, channel, s.Failure.Reason, s.Failure.VendorCode,
			s.Failure.VendorMessage, s.Failure.Detail, millis(s.Began), s.At.UnixMilli(),
		}
	}
	changed, err := t.changeEach(`UPDATE delivery SET state = $2::smallint, due = $3, tries = $4, attempt = greatest(attempt, $5), status = greatest(status, $6), route = coalesce($7, route),
			channel = coalesce($8, channel), reason = $9, vendor_code = $10, vendor_message = $11, detail = $12, began = coalesce($13, began), settled = $14,
			failed = CASE WHEN $2::smallint = 5 THEN coalesce(failed, $14) ELSE failed END
		WHERE id = $1 AND state = 0 AND ($5 = 0 OR attempt < $5) AND status < 6`, changes)
	if err != nil {
		return nil, err
	}
	for i := range all {
		s := &all[i]
		switch {
		case changed[i] == 0:
			var failed bool
			if failed, err = t.projectAfterFact(s, changes[i][6], changes[i][7]); failed {
				refuted = append(refuted, s.Attempt)
			}
		case s.State == store.StateDead:
			err = t.notify(s.Attempt.ID, outcome.StatusFailed, s.At.UnixMilli())
		}
		if err != nil {
			return nil, err
		}
	}
	return refuted, nil
}

// projectAfterFact adds what an outcome tells about a message that an event has decided before. If the event said that the attempt
// failed, the message fails now, since nothing follows.
func (t *tx) projectAfterFact(s *store.Settlement, route, channel any) (failed bool, err error) {
	if s.Attempt.N == 0 {
		return false, nil
	}
	var state, attempt, status int
	found, err := t.row(`SELECT state, attempt, status FROM delivery WHERE id = $1`, []any{s.Attempt.ID[:]}, &state, &attempt, &status)
	if err != nil || !found {
		return false, err
	}
	failed = store.State(state) == store.StateReady && attempt < s.Attempt.N && status == held.Rank(outcome.StatusFailed)
	if failed {
		next := store.StateDead
		if s.Outcome == store.OutcomeAccepted {
			next = store.StateAccepted
		}
		state, attempt = int(next), s.Attempt.N
	}
	if err := t.exec(`UPDATE delivery SET state = $1, attempt = $2, route = coalesce($3, route), channel = coalesce($4, channel), began = coalesce($5, began), settled = $6 WHERE id = $7`,
		state, attempt, route, channel, millis(s.Began), s.At.UnixMilli(), s.Attempt.ID[:]); err != nil || !failed {
		return false, err
	}
	return true, t.notify(s.Attempt.ID, outcome.StatusFailed, s.At.UnixMilli())
}

// record keeps the attempt, unless it is a first one that was accepted as it is.
func (t *tx) record(s *store.Settlement) error {
	if s.Attempt.N == 1 && s.Outcome == store.OutcomeAccepted && len(s.Ignored) == 0 {
		return nil
	}
	channel, err := t.name(s.Channel)
	if err != nil {
		return err
	}
	ignored := ""
	if len(s.Ignored) > 0 {
		text, err := json.Marshal(s.Ignored)
		if err != nil {
			return err
		}
		ignored = string(text)
	}
	return t.exec(`INSERT INTO attempt (id, n, channel, began, ended, outcome, reason, vendor_code, vendor_message, detail, ignored)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
		ON CONFLICT (id, n) DO UPDATE SET channel = excluded.channel, began = excluded.began, ended = excluded.ended, outcome = excluded.outcome, reason = excluded.reason,
			vendor_code = excluded.vendor_code, vendor_message = excluded.vendor_message, detail = excluded.detail, ignored = excluded.ignored`, s.Attempt.ID[:], s.Attempt.N, channel, millis(s.Began), millis(s.At), s.Outcome,
		s.Failure.Reason, s.Failure.VendorCode, s.Failure.VendorMessage, s.Failure.Detail, ignored)
}

// correlate keeps the ids by which the vendor may tell about the attempts, and applies the events that came before.
func (t *tx) correlate(all []store.Settlement) error {
	var early orphans
	for i := range all {
		s := &all[i]
		if s.Attempt.N == 0 || len(s.Correlations) == 0 {
			continue
		}
		scope, err := t.name(s.Scope)
		if err != nil {
			return err
		}
		for _, c := range s.Correlations {
			if c.Key == "" {
				continue
			}
			if err := t.exec(`INSERT INTO correlation (scope, key, recipient, id, n) VALUES ($1, $2, $3, $4, $5)
				ON CONFLICT (scope, key, recipient, id) DO UPDATE SET n = excluded.n`,
				scope, c.Key, held.Digits(c.Recipient), s.Attempt.ID[:], s.Attempt.N); err != nil {
				return err
			}
			early.add(scope, c, s.Attempt)
		}
	}
	return t.adopt(&early)
}

// notify records that applications are to be told a status.
func (t *tx) notify(id ids.ID, status outcome.Status, at int64) error {
	return t.exec(`INSERT INTO outbox (id, status, at) VALUES ($1, $2, $3)`, id[:], held.Rank(status), at)
}
