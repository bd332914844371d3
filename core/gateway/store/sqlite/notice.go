// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/gateway/store/internal/held"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// writer is the number of the connection that writes, since there is only one.
const writer = 1

// noticeColumns are what scanNotice reads, from the tables of noticeTables.
const (
	noticeColumns = `o.seq, o.id, o.status, o.at, coalesce(sender.text, ''), coalesce(m.recipient_kind, ''), coalesce(m.recipient, ''),
			coalesce(m.reference, ''), coalesce(m.category, ''), coalesce(d.reason, ''), coalesce(d.vendor_code, ''), coalesce(d.vendor_message, ''), coalesce(d.detail, '')`
	noticeTables = `outbox o LEFT JOIN message m ON m.id = o.id LEFT JOIN delivery d ON d.id = o.id LEFT JOIN name sender ON sender.id = m.sender`
)

// noticeExists leaves out notices whose message was removed or erased.
const noticeExists = `(m.recipient <> '' OR o.status = 0 AND EXISTS (SELECT 1 FROM inbound i WHERE i.id = o.id))`

// noticesQuery finds the notices after a position. SQLite plans a query with another plain LIMIT anew, which takes four times as long as to run it.
const noticesQuery = `SELECT ` + noticeColumns + ` FROM ` + noticeTables + ` WHERE o.seq > ? AND ` + noticeExists + ` ORDER BY o.seq LIMIT ? + 0`

// Notices implements store.Store.
func (s *Store) Notices(ctx context.Context, after store.Position, n int) (found []store.Notice, err error) {
	err = each(s.notices.QueryContext(ctx, after.Seq, n))(func(rows *sql.Rows) error {
		notice, err := scanNotice(rows)
		found = append(found, notice)
		return err
	})
	for i := range found {
		if err == nil {
			err = s.complete(ctx, &found[i])
		}
	}
	return found, err
}

// scanNotice reads noticeColumns, and the columns after them into more. A notice about a message of a user has its id only: complete reads
// the rest.
func scanNotice(rows *sql.Rows, more ...any) (notice store.Notice, err error) {
	var (
		id      []byte
		status  int
		at      int64
		kind    string
		failure store.Failure
	)
	if err := rows.Scan(append([]any{&notice.Position.Seq, &id, &status, &at, &notice.Sender, &kind, &notice.To.Address, &notice.Reference, &notice.Category,
		&failure.Reason, &failure.VendorCode, &failure.VendorMessage, &failure.Detail}, more...)...); err != nil {
		return notice, err
	}
	notice.Position.Writer = writer
	if status == statusInbound {
		notice.Inbound = &store.Inbound{ID: ids.ID(id)}
		return notice, nil
	}
	notice.ID, notice.At = ids.ID(id), time.UnixMilli(at)
	notice.To.Kind, notice.Status = message.RecipientKind(kind), held.Status(status)
	if notice.Status == outcome.StatusFailed {
		notice.Failure = failure
	}
	return notice, nil
}

// Cursor implements store.Store.
func (s *Store) Cursor(ctx context.Context, endpoint string) (store.Position, error) {
	at := store.Position{Writer: writer}
	err := s.read.QueryRowContext(ctx, `SELECT c.seq FROM endpoint_cursor c JOIN name n ON n.id = c.endpoint WHERE n.text = ?`, endpoint).Scan(&at.Seq)
	if errors.Is(err, sql.ErrNoRows) {
		return store.Position{}, nil
	}
	return at, err
}

// Advance implements store.Store.
func (s *Store) Advance(_ context.Context, endpoint string, upTo store.Position) error {
	return s.group.Do(store.Op[*tx]{Messages: 1, Apply: func(t *tx) error {
		name, err := t.name(endpoint)
		if err != nil {
			return err
		}
		return t.exec(`INSERT INTO endpoint_cursor (endpoint, seq) VALUES (?, ?) ON CONFLICT DO UPDATE SET seq = max(seq, excluded.seq)`, name, upTo.Seq)
	}})
}
