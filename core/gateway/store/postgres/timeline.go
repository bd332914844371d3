// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/wahost/wahost/core/gateway/store"
)

// holdTime is how long nodes wait for another one after a failover. It may have to record again what it has sent, and nobody else knows.
const holdTime = 30 * time.Second

// errStandby is the error of a connection to a server that takes no changes.
var errStandby = errors.New("the server is a standby, which takes no changes: name the primary server in the URL of the store, or add target_session_attrs=read-write to it")

// timelineOf returns a text that names the history of the database: it changes when a standby becomes the primary server, and when the
// database is restored from a backup. It is empty for servers that do not tell.
func timelineOf(ctx context.Context, conn *pgx.Conn) (timeline string, err error) {
	var standby bool
	if err := conn.QueryRow(ctx, `SELECT pg_is_in_recovery()`).Scan(&standby); err != nil {
		return "", untold(err)
	}
	if standby {
		return "", errStandby
	}
	// The first eight digits of the name of a file of the log are the timeline.
	err = conn.QueryRow(ctx, `SELECT system_identifier || '/' || left(pg_walfile_name(pg_current_wal_lsn()), 8) FROM pg_control_system()`).Scan(&timeline)
	return timeline, untold(err)
}

// untold returns nil for the error of a server that does not have a function, or whose user may not call it: other databases speak PostgreSQL's
// protocol as well.
func untold(err error) error {
	if pg := (*pgconn.PgError)(nil); errors.As(err, &pg) && slices.Contains([]string{"42883", "42501", "0A000"}, pg.Code) {
		return nil
	}
	return err
}

// recover records the timeline of the server. If it is another one than before, and the server lacks recent changes, they are made again, and
// the epoch of the node ends: what its gateway has in memory may differ from what is recorded.
func (t *tx) recover() error {
	lost, last := false, t.committed
	err := t.transact([]store.Op[*tx]{{Apply: func(t *tx) error {
		// The first timeline of a database lacks nothing.
		if err := t.exec(`UPDATE turn SET timeline = $1, since = CASE WHEN timeline = '' THEN 0 ELSE (extract(epoch FROM clock_timestamp()) * 1000)::bigint END,
			first = number, earlier = timeline WHERE timeline <> $1`, t.timeline); err != nil || t.noticed == "" {
			return err
		}
		if _, err := t.row(`SELECT first <= $1 OR earlier <> $2 FROM turn`, []any{last, t.noticed}, &lost); err != nil || lost || t.node == 0 {
			return err
		}
		return t.exec(`UPDATE node SET timeline = $1 WHERE id = $2 AND epoch = $3`, t.timeline, t.node, t.epoch)
	}}})
	if err != nil {
		return err
	}
	if lost {
		if err := t.repeat(); err != nil {
			return err
		}
	}
	t.noticed = t.timeline
	return nil
}

// repeat makes the recent changes again, and ends the epoch of the node. After an error it must be called again.
func (t *tx) repeat() error {
	for _, part := range t.recent.batches() {
		err := t.transact(part)
		if err == nil {
			continue
		}
		if !t.atFault(err) {
			return err
		}
		for _, op := range part {
			// A change that the server does not take must not keep the others from being recorded.
			if err := t.transact([]store.Op[*tx]{op}); err != nil && !t.atFault(err) {
				return err
			}
		}
	}
	if t.node == 0 {
		return nil
	}
	t.ended = store.Epoch{Node: t.node, Number: t.epoch}
	return t.transact([]store.Op[*tx]{{Apply: (*tx).endEpoch}})
}

// atFault reports whether a change is to blame for the error of its transaction: its values are wrong for what the database has. Otherwise it
// may be made later, for example because the disk was full.
func (t *tx) atFault(err error) bool {
	var pg *pgconn.PgError
	return t.conn != nil && errors.As(err, &pg) && (strings.HasPrefix(pg.Code, "22") || strings.HasPrefix(pg.Code, "23"))
}

// endEpoch ends the epoch of the node, which may not be recorded itself.
func (t *tx) endEpoch() error {
	n, err := t.change(`UPDATE node SET epoch = greatest(epoch, $1) + 1, timeline = $2 WHERE id = $3 AND name = $4`, t.epoch, t.timeline, t.node, t.nodeName)
	if err != nil || n > 0 {
		return err
	}
	return t.exec(`INSERT INTO node (id, name, epoch, timeline) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`, t.node, t.nodeName, t.epoch+1, t.timeline)
}
