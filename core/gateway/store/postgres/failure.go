// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/ids"
)

// forgetErased removes the recipient and what the vendor wrote from an event about a message whose recipient was erased.
func (t *tx) forgetErased(l *lookups, e *store.Event, id ids.ID) error {
	if recipient, found, err := t.recipient(l, id); err != nil || !found || recipient != "" {
		return err
	}
	e.Recipient, e.Raw, e.Failure.VendorMessage, e.Failure.Detail = "", nil, "", ""
	return nil
}

// refuteBy records that an attempt with an unknown outcome failed, for the reason of an event. It returns false if its outcome is not unknown.
func (t *tx) refuteBy(e *store.Event, a store.Attempt) (bool, error) {
	n, err := t.change(`UPDATE attempt SET outcome = 'rejected', reason = $1, vendor_code = $2, vendor_message = $3, detail = $4 WHERE id = $5 AND n = $6 AND outcome = 'unknown'`,
		e.Failure.Reason, e.Failure.VendorCode, e.Failure.VendorMessage, e.Failure.Detail, a.ID[:], a.N)
	return n > 0, err
}

// refute records that an attempt with an unknown outcome failed, for the reason that the message has: a vendor said so.
func (t *tx) refute(a store.Attempt) error {
	return t.exec(`UPDATE attempt a SET outcome = 'rejected', reason = d.reason, vendor_code = d.vendor_code, vendor_message = d.vendor_message, detail = d.detail
		FROM delivery d WHERE d.id = a.id AND a.id = $1 AND a.n = $2 AND a.outcome = 'unknown'`, a.ID[:], a.N)
}
