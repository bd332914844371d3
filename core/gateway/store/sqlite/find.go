// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"database/sql"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/gateway/store/internal/held"
	"github.com/wahost/wahost/core/ids"
)

// standing is where a message stands, as apply needs it.
type standing struct {
	// exists is false if the delivery was removed.
	exists                bool
	state                 store.State
	attempt, status       int
	sent, delivered, read sql.NullInt64
}

// standingColumns are what columns of a standing reads, from the table delivery, which may have been joined without a row.
const standingColumns = `d.id IS NOT NULL, coalesce(d.state, 0), coalesce(d.attempt, 0), coalesce(d.status, 0), d.sent, d.delivered, d.read`

func (d *standing) columns(more ...any) []any {
	return append([]any{&d.exists, &d.state, &d.attempt, &d.status, &d.sent, &d.delivered, &d.read}, more...)
}

// find returns the attempt that an event is about and where its message stands, or nil if no message is known.
func (t *tx) find(scope int64, e *store.Event) (about store.Attempt, d *standing, err error) {
	var erased store.Attempt // whose recipient is not known any more
	var erasedStanding *standing
	if about.ID, about.N, err = ids.ParseAttempt(e.Attempt); err == nil {
		var recipient string
		recipient, d, err = t.addressed(about.ID)
		if err != nil || d != nil && (e.Recipient == "" || held.Digits(e.Recipient) == held.Digits(recipient)) {
			return about, d, err
		}
		if d != nil {
			if recipient == "" {
				erased, erasedStanding = about, d
			}
			// Vendors that take several recipients repeat the id of one of them.
			if about, d, err = t.findInHandover(about, e.Recipient); err != nil || d != nil {
				return about, d, err
			}
		}
	}
	for _, key := range []string{e.VendorID, e.Attempt} {
		if key == "" {
			continue
		}
		if about, d, err = t.correlated(scope, key, e.Recipient); err != nil || d != nil {
			return about, d, err
		}
	}
	return erased, erasedStanding, nil
}

// addressed returns the recipient of a message and where it stands, or nil if there is no message.
func (t *tx) addressed(id ids.ID) (recipient string, d *standing, err error) {
	d = &standing{}
	found, err := t.row(`SELECT `+standingColumns+`, m.recipient FROM message m LEFT JOIN delivery d ON d.id = m.id WHERE m.id = ?`, []any{id[:]}, d.columns(&recipient)...)
	if !found {
		d = nil
	}
	return recipient, d, err
}

// findInHandover returns the attempt to a recipient in the handover that has another attempt, or nil.
func (t *tx) findInHandover(other store.Attempt, recipient string) (about store.Attempt, d *standing, err error) {
	var members []store.Attempt
	err = t.rows(`SELECT attempts FROM handover WHERE instr(attempts, ?) > 0`, []any{held.PackAttempts([]store.Attempt{other})}, func(rows *sql.Rows) error {
		var packed []byte
		err := rows.Scan(&packed)
		members = append(members, held.UnpackAttempts(packed)...)
		return err
	})
	for _, m := range members {
		var address string
		if err != nil {
			break
		}
		if address, d, err = t.addressed(m.ID); d != nil && held.Digits(address) == held.Digits(recipient) {
			return m, d, err
		}
	}
	return about, nil, err
}

// correlated returns the attempt that has an id of a vendor and where its message stands, or nil if none or several have it.
func (t *tx) correlated(scope int64, key, recipient string) (about store.Attempt, d *standing, err error) {
	matches := 0
	d = &standing{}
	err = t.rows(`SELECT `+standingColumns+`, c.id, c.n FROM correlation c LEFT JOIN delivery d ON d.id = c.id
			WHERE c.scope = ?1 AND c.key = ?2 AND (?3 = '' OR c.recipient IN ('', ?3)) LIMIT 2`,
		[]any{scope, key, held.Digits(recipient)}, func(rows *sql.Rows) error {
			var id []byte
			matches++
			err := rows.Scan(d.columns(&id, &about.N)...)
			about.ID = ids.ID(id)
			return err
		})
	if matches != 1 {
		d = nil
	}
	return about, d, err
}
