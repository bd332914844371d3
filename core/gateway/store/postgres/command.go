// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/gateway/store/internal/held"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// Command implements store.Admin. All transactions that change something come one after the other, so none runs inside of Begin.
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
	var expires, settled pgtype.Int8
	found, err := t.row(`SELECT d.state, d.attempt, d.reason, coalesce(d.sent, d.delivered, d.read) IS NOT NULL,
			EXISTS (SELECT 1 FROM attempt a WHERE a.id = d.id AND a.outcome = 'unknown'), m.recipient = '', m.expires, d.settled
		FROM delivery d JOIN message m ON m.id = d.id WHERE d.id = $1`, []any{c.ID[:]},
		&of.State, &of.Attempt, &of.Reason, &of.Arrived, &of.Lost, &of.Erased, &expires, &settled)
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
		after, err = t.resend(c, &of, fromMillis(settled), done)
	default:
		err = fmt.Errorf("%q is not an action", c.Action)
	}
	if err != nil || after == "" {
		return done, err
	}
	if err := t.tellNode(c.ID); err != nil {
		return nil, err
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
	err = t.rows(`SELECT attempts FROM handover WHERE open AND position($1 IN attempts) > 0`, []any{last.ID[:]}, func(rows pgx.Rows) error {
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
	if err := t.exec(`UPDATE delivery SET state = 5, status = $1, reason = $2, vendor_code = '', vendor_message = '', detail = '', settled = $3, failed = $4 WHERE id = $5`,
		held.Rank(outcome.StatusFailed), reason, at, at, c.ID[:]); err != nil {
		return err
	}
	return t.notify(c.ID, outcome.StatusFailed, at)
}

func (t *tx) redrive(c *store.Command, of *held.Target, done *store.Commanded) (string, error) {
	var next []byte
	found, err := t.row(`SELECT id FROM message WHERE origin = $1`, []any{c.ID[:]}, &next)
	switch {
	case err != nil:
		return "", err
	case found:
		// It is the new message if the connection broke after the commit, and the command is done again.
		done.ID, done.Created = ids.ID(next), ids.ID(next) == c.New.ID
		return "", nil
	}
	if err := of.CheckRedrive(); err != nil {
		return "", err
	}
	c.New.Origin = c.ID
	var result store.AcceptResult
	if err := errors.Join(t.accept(c.New, &result), t.flush()); err != nil {
		return "", err
	}
	done.ID, done.Created, done.Arrives = result.ID, true, result.Arrives
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
		if err := t.exec(`UPDATE delivery SET state = 2, status = greatest(status, $1), delivered = coalesce(delivered, $2), settled = $3, detail = '' WHERE id = $4`,
			held.Rank(outcome.StatusDelivered), at, at, c.ID[:]); err != nil {
			return "", err
		}
		return store.StateAccepted.String(), t.notify(c.ID, outcome.StatusDelivered, at)
	case failed:
		// The application was told that it failed already.
		return store.StateDead.String(), t.exec(`UPDATE delivery SET reason = $1 WHERE id = $2`, store.ReasonResolved, c.ID[:])
	}
	// As if the vendor had said it: the message stays failed, and is never sent anew.
	return store.StateDead.String(), t.exec(`UPDATE delivery SET delivered = $1 WHERE id = $2`, at, c.ID[:])
}

func (t *tx) resend(c *store.Command, of *held.Target, settled time.Time, done *store.Commanded) (after string, err error) {
	// Otherwise the connection broke after the commit, and the command is done again.
	if of.State != store.StateReady || !settled.Equal(time.UnixMilli(c.At.UnixMilli())) {
		if err := of.CheckResend(c.At); err != nil {
			return "", err
		}
		after = store.StateReady.String()
		if err := t.exec(`UPDATE delivery SET state = 0, due = $1, tries = tries + 1, settled = $2, detail = '' WHERE id = $3`,
			c.At.UnixMilli(), c.At.UnixMilli(), c.ID[:]); err != nil {
			return "", err
		}
	}
	err = t.rows(readyColumns+`WHERE d.id = $1`, []any{c.ID[:]}, func(rows pgx.Rows) (err error) {
		done.Again, err = scanReady(rows)
		return err
	})
	return after, err
}

// scanReady reads a row of readyColumns.
func scanReady(rows pgx.Rows) (*store.Ready, error) {
	r := &store.Ready{}
	var (
		id            []byte
		kind          string
		due, accepted int64
		expires       pgtype.Int8
	)
	err := rows.Scan(&id, &r.Lane, &r.Class, &r.APIKey, &r.Campaign, &r.Sender, &r.Category, &kind, &r.To.Address, &r.Body, &due, &expires, &accepted, &r.Attempts, &r.Tries)
	if err != nil {
		return nil, err
	}
	r.ID, r.To.Kind = ids.ID(id), message.RecipientKind(kind)
	r.Due, r.Accepted, r.Expires = time.UnixMilli(due), time.UnixMilli(accepted), fromMillis(expires)
	return r, nil
}
