// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package postgres keeps the messages of gateways in a PostgreSQL database. Several gateways may use it at the same time.
//
// A connection of each gateway writes, so that accepted messages, handovers, outcomes and events that come at the same time share one
// commit. The transactions that change something come one after the other, also those of different gateways: each one locks the row of the
// table turn first. So what a transaction has read stays true until its commit. Other connections read without waiting.
package postgres

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/wahost/wahost/core/gateway/store"
)

// readers is the number of connections that read.
const readers = 4

// Store is a store.Store in a PostgreSQL database.
type Store struct {
	read    *pgxpool.Pool
	tx      *tx
	group   *store.Group[*tx]
	closing sync.Once
	// arrived is the number of the last row of the table arrival that Arrivals has returned.
	arrived atomic.Int64
	// inDoubt is the number of messages that became unknown when the node joined, until a renewal tells it.
	inDoubt atomic.Int64
}

var _ store.Store = (*Store)(nil)

// Open opens the database with a URL such as postgres://user:password@host/database, and brings its tables to the current form. The
// password may be in the environment or in a file, as the programs of PostgreSQL take it. The error says what to do, and never has the
// password.
func Open(ctx context.Context, url string) (*Store, error) {
	c, err := parse(url)
	if err != nil {
		return nil, err
	}
	s := &Store{tx: newTx(c.ConnConfig)}
	if err := s.open(ctx, c); err != nil {
		s.closeAll()
		return nil, explain(c.ConnConfig, err)
	}
	return s, nil
}

func (s *Store) open(ctx context.Context, c *pgxpool.Config) (err error) {
	if err := s.tx.connect(ctx); err != nil {
		return err
	}
	if err := checkServer(ctx, s.tx.conn); err != nil {
		return err
	}
	if err := migrate(ctx, c.ConnConfig); err != nil {
		return err
	}
	if s.read, err = pgxpool.NewWithConfig(ctx, c); err != nil {
		return err
	}
	s.group = store.NewGroup(s.commit)
	return s.Ping(ctx)
}

// Close waits for what is being recorded and closes the store.
func (s *Store) Close() error {
	s.closing.Do(s.closeAll)
	return nil
}

func (s *Store) closeAll() {
	if s.group != nil {
		s.group.Close()
	}
	s.tx.close()
	if s.read != nil {
		s.read.Close()
	}
}

// Ping records nothing and returns an error if nothing can be recorded.
func (s *Store) Ping(context.Context) error {
	return s.group.Do(store.Op[*tx]{Apply: func(t *tx) error { return t.exec(`UPDATE node SET epoch = epoch WHERE id = 0`) }})
}

// query calls scan for each row of a query of a connection that reads.
func (s *Store) query(ctx context.Context, query string, args []any, scan func(pgx.Rows) error) error {
	return each(s.read.Query(ctx, query, args...))(scan)
}

// queryRow reads the columns of the only row of a query. It returns false if there is no row.
func (s *Store) queryRow(ctx context.Context, query string, args []any, into ...any) (bool, error) {
	err := s.read.QueryRow(ctx, query, args...).Scan(into...)
	if errors.Is(err, pgx.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}
