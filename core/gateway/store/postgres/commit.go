// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/wahost/wahost/core/gateway/failpoint"
	"github.com/wahost/wahost/core/gateway/store"
)

const (
	// commitTime is how long a transaction may take before its connection is given up.
	commitTime = 15 * time.Second
	// commitTries is how often a transaction is begun whose connection broke or that the server gave up for another one.
	commitTries = 3
	// closeTime is how long the end of a connection may take.
	closeTime = 5 * time.Second
)

// connect makes the connection that writes, unless it exists.
func (t *tx) connect(ctx context.Context) (err error) {
	if t.conn != nil && !t.conn.IsClosed() {
		return nil
	}
	if t.conn, err = pgx.ConnectConfig(ctx, t.config); err != nil {
		return err
	}
	timeline, err := timelineOf(ctx, t.conn)
	if err != nil {
		t.close()
		return err
	}
	// A server that does not tell its timeline is taken for the one before.
	if timeline != "" && timeline != t.timeline {
		clear(t.names) // their numbers may be those of other names
		t.timeline = timeline
	}
	return nil
}

func (t *tx) close() {
	if t.conn == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), closeTime)
	defer cancel()
	_ = t.conn.Close(ctx)
	t.conn = nil
}

// commit runs changes in one transaction. If the connection breaks, nobody knows whether they were made: then they are made again, which is
// harmless since all their keys are chosen by the callers.
func (s *Store) commit(ops []store.Op[*tx]) (err error) {
	for range commitTries {
		var again bool
		if again, err = s.try(ops); !again {
			return err
		}
	}
	return fmt.Errorf("%w: %w", store.ErrUnavailable, err)
}

// try runs changes in one transaction. After an error, again is set if the reason may be gone already.
func (s *Store) try(ops []store.Op[*tx]) (again bool, err error) {
	t := s.tx
	ctx, cancel := context.WithTimeout(context.Background(), commitTime)
	defer cancel()
	if err := t.connect(ctx); err != nil {
		return false, fmt.Errorf("%w: %w", store.ErrUnavailable, explain(t.config, err))
	}
	if t.timeline != t.noticed {
		if err := t.recover(); err != nil {
			return true, err
		}
	}
	if err = t.transact(ops); err == nil {
		t.recent.add(ops, time.Now())
	}
	return err != nil && (t.conn == nil || t.conn.IsClosed() || inTheWay(err)), err
}

// transact runs changes in one transaction of the connection, which must exist.
func (t *tx) transact(ops []store.Op[*tx]) error {
	ctx, cancel := context.WithTimeout(context.Background(), commitTime)
	defer cancel()
	t.ctx = ctx
	err := t.run(ops)
	t.reset(err == nil)
	if err == nil {
		t.committed = t.turn
	} else if !t.conn.IsClosed() {
		if _, rollback := t.conn.Exec(ctx, `ROLLBACK`); rollback != nil {
			t.close()
		}
	}
	return err
}

func (t *tx) run(ops []store.Op[*tx]) error {
	// A transaction that waits for its turn must see what was changed meanwhile, so the default of the database does not count.
	t.queue.Queue(`BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE`)
	t.queue.Queue(`UPDATE turn SET number = number + 1 RETURNING number`).QueryRow(func(row pgx.Row) error { return row.Scan(&t.turn) })
	for _, op := range ops {
		if err := op.Apply(t); err != nil {
			return err
		}
	}
	if err := t.flush(); err != nil {
		return err
	}
	failpoint.Hit(failpoint.BeforeCommit)
	if _, err := t.conn.Exec(t.ctx, `COMMIT`); err != nil {
		return err
	}
	failpoint.Hit(failpoint.AfterCommit)
	return nil
}

// inTheWay reports whether the server gave a transaction up because of another one.
func inTheWay(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "40001" || pg.Code == "40P01" || pg.Code == "55P03")
}
