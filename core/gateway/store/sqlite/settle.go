// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"context"
	"encoding/json"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/gateway/store/internal/held"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/sdk/outcome"
)

// Settle implements store.Store.
func (s *Store) Settle(_ context.Context, e store.Epoch, settlements []store.Settlement) error {
	return s.group.Do(store.Op[*tx]{Messages: len(settlements), Apply: func(t *tx) error {
		if err := t.fence(e); err != nil {
			return err
		}
		for i := range settlements {
			if err := t.settle(e, &settlements[i]); err != nil {
				return err
			}
		}
		return nil
	}})
}

func (t *tx) settle(e store.Epoch, s *store.Settlement) error {
	refuted, err := t.project(s)
	if err != nil {
		return err
	}
	if s.Attempt.N > 0 {
		if err := t.record(s); err != nil {
			return err
		}
		if refuted {
			if err := t.refute(s.Attempt); err != nil {
				return err
			}
		}
		if err := t.correlate(s); err != nil {
			return err
		}
		if err := t.optedOut(s.Attempt.ID, s.Failure, s.At.UnixMilli()); err != nil {
			return err
		}
	}
	if !s.Ends {
		return nil
	}
	return t.endHandover(e.Node, e.Number, s.Handover, s.Keep)
}

// project changes where the message stands, unless a fact has decided that already: for example an event says that it was
// delivered. It returns whether the fact is that the attempt failed.
func (t *tx) project(s *store.Settlement) (refuted bool, err error) {
	route, err := t.optionalName(s.Route)
	if err != nil {
		return false, err
	}
	channel, err := t.optionalName(s.Channel)
	if err != nil {
		return false, err
	}
	status := 0
	switch s.State {
	case store.StateDead:
		status = held.Rank(outcome.StatusFailed)
	case store.StateAccepted:
		status = held.Rank(outcome.StatusAccepted)
	}
	changed, err := t.change(`UPDATE delivery SET state = ?2, due = ?3, tries = ?4, attempt = max(attempt, ?5), status = max(status, ?6), route = coalesce(?7, route),
			channel = coalesce(?8, channel), reason = ?9, vendor_code = ?10, vendor_message = ?11, detail = ?12, began = coalesce(?13, began), settled = ?14,
			failed = CASE WHEN ?2 = 5 THEN coalesce(failed, ?14) ELSE failed END
		WHERE id = ?1 AND state = 0 AND (?5 = 0 OR attempt < ?5) AND status < 6`,
		s.Attempt.ID[:], int(s.State), s.Due.UnixMilli(), s.Tries, s.Attempt.N, status, route, channel, s.Failure.Reason, s.Failure.VendorCode,
		s.Failure.VendorMessage, s.Failure.Detail, millis(s.Began), s.At.UnixMilli())
	if err != nil {
		return false, err
	}
	if changed > 0 {
		if s.State != store.StateDead {
			return false, nil
		}
		return false, t.notify(s.Attempt.ID, outcome.StatusFailed, s.At.UnixMilli())
	}
	return t.projectAfterFact(s, route, channel)
}

// projectAfterFact adds what an outcome tells about a message that an event has decided before. If the event said that the attempt
// failed, the message fails now, since nothing follows.
func (t *tx) projectAfterFact(s *store.Settlement, route, channel any) (failed bool, err error) {
	if s.Attempt.N == 0 {
		return false, nil
	}
	var state, attempt, status int
	found, err := t.row(`SELECT state, attempt, status FROM delivery WHERE id = ?`, []any{s.Attempt.ID[:]}, &state, &attempt, &status)
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
	if err := t.exec(`UPDATE delivery SET state = ?, attempt = ?, route = coalesce(?, route), channel = coalesce(?, channel), began = coalesce(?, began), settled = ? WHERE id = ?`,
		state, attempt, route, channel, millis(s.Began), s.At.UnixMilli(), s.Attempt.ID[:]); err != nil || !failed {
		return false, err
	}
	return true, t.notify(s.Attempt.ID, outcome.StatusFailed, s.At.UnixMilli())
}

// refute records that an attempt with an unknown outcome failed, for the reason that the message has: a vendor said so.
func (t *tx) refute(a store.Attempt) error {
	return t.exec(`UPDATE attempt SET outcome = 'rejected', (reason, vendor_code, vendor_message, detail) =
			(SELECT reason, vendor_code, vendor_message, detail FROM delivery d WHERE d.id = attempt.id) WHERE id = ? AND n = ? AND outcome = 'unknown'`, a.ID[:], a.N)
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
	return t.exec(`INSERT OR REPLACE INTO attempt (id, n, channel, began, ended, outcome, reason, vendor_code, vendor_message, detail, ignored)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, s.Attempt.ID[:], s.Attempt.N, channel, millis(s.Began), millis(s.At), s.Outcome,
		s.Failure.Reason, s.Failure.VendorCode, s.Failure.VendorMessage, s.Failure.Detail, ignored)
}

// correlate keeps the ids by which the vendor may tell about the attempt, and applies the events that came before.
func (t *tx) correlate(s *store.Settlement) error {
	if len(s.Correlations) == 0 {
		return nil
	}
	scope, err := t.name(s.Scope)
	if err != nil {
		return err
	}
	for _, c := range s.Correlations {
		if c.Key == "" {
			continue
		}
		if err := t.exec(`INSERT INTO correlation (scope, key, recipient, id, n) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET n = excluded.n`,
			scope, c.Key, held.Digits(c.Recipient), s.Attempt.ID[:], s.Attempt.N); err != nil {
			return err
		}
		if err := t.adopt(scope, c, s.Attempt); err != nil {
			return err
		}
	}
	return nil
}

// notify records that applications are to be told a status.
func (t *tx) notify(id ids.ID, status outcome.Status, at int64) error {
	return t.exec(`INSERT INTO outbox (id, status, at) VALUES (?, ?, ?)`, id[:], held.Rank(status), at)
}

// optionalName returns the number of a name, or nil for the empty name.
func (t *tx) optionalName(text string) (any, error) {
	if text == "" {
		return nil, nil //nolint:nilnil // nil is NULL
	}
	return t.name(text)
}
