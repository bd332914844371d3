// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/gateway/store/internal/held"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// Command implements store.Admin. All transactions of the store come one after the other, so none runs inside of Begin.
func (s *Store) Command(_ context.Context, e store.Epoch, c *store.Command) (done *store.Commanded, err error) {
	err = s.group.Do(store.Op[*tx]{Messages: 1, Apply: func(t *tx) (err error) {
		if err := t.fence(e); err != nil {
			return err
		}
		done, err = t.command(c)
		return err
	}})
	if err != nil {
		return nil, err
	}
	return done, nil
}

func (t *tx) command(c *store.Command) (*store.Commanded, error) {
	var of held.Target
	var expires sql.NullInt64
	found, err := t.row(`SELECT d.state, d.attempt, d.reason, coalesce(d.sent, d.delivered, d.read) IS NOT NULL,
			EXISTS (SELECT 1 FROM attempt a WHERE a.id = d.id AND a.outcome = 'unknown'), m.recipient = '', m.expires
		FROM delivery d CROSS JOIN message m ON m.id = d.id WHERE d.id = ?`, []any{c.ID[:]},
		&of.State, &of.Attempt, &of.Reason, &of.Arrived, &of.Lost, &of.Erased, &expires)
	switch {
	case err != nil:
		return nil, err
	case !found:
		return nil, store.ErrNotFound
	}
	if err := of.Check(c.Action); err != nil {
		return nil, err
	}
	of.Expires = fromMillis(expires)
	done := &store.Commanded{ID: c.ID}
	var after string
	switch c.Action {
	case store.ActionCancel:
		after, err = t.cancel(c, &of)
	case store.ActionRedrive:
		after, err = t.redrive(c, &of, done)
	case store.ActionResolveDelivered, store.ActionResolveFailed:
		after, err = t.resolve(c, &of)
	case store.ActionResend:
		after, err = t.resend(c, &of, done)
	default:
		err = fmt.Errorf("%q is not an action", c.Action)
	}
	if err != nil || after == "" {
		return done, err
	}
	return done, t.audit(&store.AuditEntry{At: c.At, By: c.By, Action: string(c.Action), Object: c.ID.String(), Before: of.State.String(), After: after})
}

func (t *tx) cancel(c *store.Command, of *held.Target) (string, error) {
	if of.Canceled() {
		return "", nil
	}
	if err := of.CheckCancel(); err != nil {
		return "", err
	}
	inFlight, err := t.inFlight(store.Attempt{ID: c.ID, N: of.Attempt})
	if err != nil {
		return "", err
	}
	if err := of.CheckHandover(inFlight); err != nil {
		return "", err
	}
	return store.StateDead.String(), t.end(c, store.ReasonCanceled)
}

// inFlight reports whether a message has an attempt in a handover after the last one whose outcome is known.
func (t *tx) inFlight(last store.Attempt) (found bool, err error) {
	err = t.rows(`SELECT attempts FROM handover WHERE open = 1 AND instr(attempts, ?) > 0`, []any{last.ID[:]}, func(rows *sql.Rows) error {
		var packed []byte
		err := rows.Scan(&packed)
		for _, a := range held.UnpackAttempts(packed) {
			found = found || a.ID == last.ID && a.N > last.N
		}
		return err
	})
	return found, err
}

// end makes the message of a command dead.
func (t *tx) end(c *store.Command, reason string) error {
	at := c.At.UnixMilli()
	if err := t.exec(`UPDATE delivery SET state = 5, status = ?, reason = ?, vendor_code = '', vendor_message = '', detail = '', settled = ?, failed = ? WHERE id = ?`,
		held.Rank(outcome.StatusFailed), reason, at, at, c.ID[:]); err != nil {
		return err
	}
	return t.notify(c.ID, outcome.StatusFailed, at)
}

func (t *tx) redrive(c *store.Command, of *held.Target, done *store.Commanded) (string, error) {
	var next []byte
	found, err := t.row(`SELECT id FROM message WHERE origin = ?`, []any{c.ID[:]}, &next)
	switch {
	case err != nil:
		return "", err
	case found:
		done.ID = ids.ID(next)
		return "", nil
	}
	if err := of.CheckRedrive(); err != nil {
		return "", err
	}
	c.New.Origin = c.ID
	result, err := t.accept(c.New)
	if err != nil {
		return "", err
	}
	done.ID, done.Created = result.ID, true
	return c.New.ID.String(), nil
}

func (t *tx) resolve(c *store.Command, of *held.Target) (string, error) {
	if err := of.CheckResolve(); err != nil {
		return "", err
	}
	failed := c.Action == store.ActionResolveFailed
	at := c.At.UnixMilli()
	switch {
	case of.State == store.StateUnknown && failed:
		return store.StateDead.String(), t.end(c, store.ReasonResolved)
	case of.State == store.StateUnknown:
		if err := t.exec(`UPDATE delivery SET state = 2, status = max(status, ?), delivered = coalesce(delivered, ?), settled = ?, detail = '' WHERE id = ?`,
			held.Rank(outcome.StatusDelivered), at, at, c.ID[:]); err != nil {
			return "", err
		}
		return store.StateAccepted.String(), t.notify(c.ID, outcome.StatusDelivered, at)
	case failed:
		// The application was told that it failed already.
		return store.StateDead.String(), t.exec(`UPDATE delivery SET reason = ? WHERE id = ?`, store.ReasonResolved, c.ID[:])
	}
	// As if the vendor had said it: the message stays failed, and is never sent anew.
	return store.StateDead.String(), t.exec(`UPDATE delivery SET delivered = ? WHERE id = ?`, at, c.ID[:])
}

func (t *tx) resend(c *store.Command, of *held.Target, done *store.Commanded) (string, error) {
	if err := of.CheckResend(c.At); err != nil {
		return "", err
	}
	if err := t.exec(`UPDATE delivery SET state = 0, due = ?, tries = tries + 1, settled = ?, detail = '' WHERE id = ?`,
		c.At.UnixMilli(), c.At.UnixMilli(), c.ID[:]); err != nil {
		return "", err
	}
	err := t.rows(readyColumns+`WHERE d.id = ?`, []any{c.ID[:]}, func(rows *sql.Rows) (err error) {
		done.Again, err = scanReady(rows)
		return err
	})
	return store.StateReady.String(), err
}

// scanReady reads a row of readyColumns.
func scanReady(rows *sql.Rows) (*store.Ready, error) {
	r := &store.Ready{}
	var (
		id            []byte
		kind          string
		due, accepted int64
		expires       sql.NullInt64
	)
	err := rows.Scan(&id, &r.Lane, &r.Class, &r.APIKey, &r.Campaign, &r.Sender, &r.Category, &kind, &r.To.Address, &r.Body, &due, &expires, &accepted, &r.Attempts, &r.Tries)
	if err != nil {
		return nil, err
	}
	r.ID, r.To.Kind = ids.ID(id), message.RecipientKind(kind)
	r.Due, r.Accepted, r.Expires = time.UnixMilli(due), time.UnixMilli(accepted), fromMillis(expires)
	return r, nil
}
