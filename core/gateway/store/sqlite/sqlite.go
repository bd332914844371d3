// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package sqlite keeps the messages of a gateway in an SQLite database, in one file beside the program. One gateway at a time may
// use the file.
//
// One connection writes, so that accepted messages, handovers, outcomes and events that come at the same time share one sync of the
// disk. Others read without waiting for it.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"

	"github.com/gofrs/flock"
	"modernc.org/sqlite" // the driver "sqlite"

	"github.com/wahost/wahost/core/gateway/store"
)

// readers is the number of connections that read.
const readers = 4

// Store is a store.Store in an SQLite file.
type Store struct {
	lock    *flock.Flock
	write   *sql.DB // with one connection
	read    *sql.DB
	notices *sql.Stmt // of read
	tx      *tx
	group   *store.Group[*tx]
	closing sync.Once
	closed  error
}

var _ store.Store = (*Store)(nil)

// InUseError is the error of Open for a file that another gateway uses.
type InUseError struct{ Path string }

// Error says what to do.
func (e *InUseError) Error() string {
	return fmt.Sprintf("%s is in use by another gateway. Stop that one, or give this one another file", e.Path)
}

// Open opens the database in a file, which it creates if it does not exist, and brings its tables to the current form. The folder
// must exist. The error is an *InUseError if another process has it open, and a *NewerError if a newer wahost has written it.
func Open(ctx context.Context, path string) (*Store, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	s := &Store{lock: flock.New(path + ".lock")}
	locked, err := s.lock.TryLock()
	switch {
	case err != nil:
		return nil, fmt.Errorf("the store cannot be locked: %w", err)
	case !locked:
		return nil, &InUseError{path}
	}
	if err := s.open(ctx, path); err != nil {
		return nil, errors.Join(fmt.Errorf("the store %s cannot be opened: %w", path, err), s.closeAll())
	}
	return s, nil
}

func (s *Store) open(ctx context.Context, path string) error {
	// The numbers and texts of recipients are in the file.
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	// What fsync does beyond this is to keep the times of the file. Systems without the difference refuse it.
	_, _ = sqlite.Fdatasync(true)
	if s.write, err = sql.Open("sqlite", source(path, "auto_vacuum(INCREMENTAL)", "journal_mode(WAL)", "synchronous(FULL)", "secure_delete(ON)", "wal_autocheckpoint(4000)")); err != nil {
		return err
	}
	s.write.SetMaxOpenConns(1)
	if err := migrate(ctx, s.write); err != nil {
		return err
	}
	if s.read, err = sql.Open("sqlite", source(path, "query_only(1)")); err != nil {
		return err
	}
	s.read.SetMaxOpenConns(readers)
	s.read.SetMaxIdleConns(readers)
	// To parse this query takes longer than to run it, and it runs as often as webhooks come.
	if s.notices, err = s.read.PrepareContext(ctx, noticesQuery); err != nil {
		return err
	}
	conn, err := s.write.Conn(ctx)
	if err != nil {
		return err
	}
	s.tx = newTx(conn)
	s.group = store.NewGroup(s.commit)
	return nil
}

// source returns the name of the data source for a file.
func source(path string, pragmas ...string) string {
	q := url.Values{"_pragma": append([]string{"busy_timeout(10000)"}, pragmas...)}
	return (&url.URL{Scheme: "file", Path: path, RawQuery: q.Encode()}).String()
}

// Close waits for what is being recorded and closes the store.
func (s *Store) Close() error {
	s.closing.Do(func() { s.closed = s.closeAll() })
	return s.closed
}

func (s *Store) closeAll() error {
	var errs []error
	if s.group != nil {
		s.group.Close()
		errs = append(errs, s.tx.close())
	}
	if s.notices != nil {
		errs = append(errs, s.notices.Close())
	}
	if s.read != nil {
		errs = append(errs, s.read.Close())
	}
	if s.write != nil {
		errs = append(errs, s.write.Close())
	}
	return errors.Join(append(errs, s.lock.Unlock())...)
}

// Ping records that it was called, and returns an error if nothing can be recorded. A full disk is noticed only by who writes.
func (s *Store) Ping(context.Context) error {
	return s.group.Do(store.Op[*tx]{Apply: func(t *tx) error { return t.exec(`UPDATE probe SET times = times + 1`) }})
}
