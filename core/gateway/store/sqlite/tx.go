// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"maps"
	"strings"
	"time"

	"github.com/wahost/wahost/core/gateway/failpoint"
	"github.com/wahost/wahost/core/gateway/store"
)

// tx is the connection that writes, inside a transaction. Its statements are prepared once. Contexts are not passed on: what has
// begun to be recorded is recorded.
type tx struct {
	conn       *sql.Conn
	statements map[string]*sql.Stmt
	// names are the rows of the table name, and added are those of the current transaction.
	names, added map[string]int64
}

func newTx(conn *sql.Conn) *tx {
	return &tx{conn: conn, statements: map[string]*sql.Stmt{}, names: map[string]int64{}, added: map[string]int64{}}
}

func (t *tx) close() error {
	errs := make([]error, 0, len(t.statements)+1)
	for _, s := range t.statements {
		errs = append(errs, s.Close())
	}
	return errors.Join(append(errs, t.conn.Close())...)
}

// commit runs changes in one transaction.
func (s *Store) commit(ops []store.Op[*tx]) (err error) {
	t := s.tx
	if err := t.exec(`BEGIN IMMEDIATE`); err != nil {
		return err
	}
	defer func() {
		clear(t.added)
		if err != nil {
			_ = t.exec(`ROLLBACK`) // fails if SQLite has rolled back already, for example because the disk is full
		}
	}()
	for _, op := range ops {
		if err := op.Apply(t); err != nil {
			return err
		}
	}
	failpoint.Hit(failpoint.BeforeCommit)
	if err := t.exec(`COMMIT`); err != nil {
		return err
	}
	failpoint.Hit(failpoint.AfterCommit)
	maps.Copy(t.names, t.added)
	return nil
}

func (t *tx) statement(query string) (*sql.Stmt, error) {
	if s := t.statements[query]; s != nil {
		return s, nil
	}
	s, err := t.conn.PrepareContext(context.Background(), query)
	if err == nil {
		t.statements[query] = s
	}
	return s, err
}

func (t *tx) exec(query string, args ...any) error {
	_, err := t.change(query, args...)
	return err
}

// change runs a statement and returns how many rows it changed.
func (t *tx) change(query string, args ...any) (int64, error) {
	s, err := t.statement(query)
	if err != nil {
		return 0, err
	}
	r, err := s.ExecContext(context.Background(), args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// row reads the columns of the only row of a query. It returns false if there is no row.
func (t *tx) row(query string, args []any, into ...any) (bool, error) {
	s, err := t.statement(query)
	if err != nil {
		return false, err
	}
	err = s.QueryRowContext(context.Background(), args...).Scan(into...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// rows calls scan for each row of a query. scan must not use the transaction.
func (t *tx) rows(query string, args []any, scan func(*sql.Rows) error) error {
	s, err := t.statement(query)
	if err != nil {
		return err
	}
	return each(s.QueryContext(context.Background(), args...))(scan)
}

// each calls scan for each row of the result of a query.
func each(rows *sql.Rows, err error) func(scan func(*sql.Rows) error) error {
	return func(scan func(*sql.Rows) error) error {
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			if err := scan(rows); err != nil {
				return err
			}
		}
		return rows.Err()
	}
}

// in returns a list of placeholders for the operator IN, and the texts as their arguments. There is at least one text.
func in(texts []string) (list string, args []any) {
	for _, text := range texts {
		args = append(args, text)
	}
	return "(?" + strings.Repeat(", ?", len(texts)-1) + ")", args
}

// name returns the number of a name.
func (t *tx) name(text string) (int64, error) {
	for _, known := range []map[string]int64{t.names, t.added} {
		if n, ok := known[text]; ok {
			return n, nil
		}
	}
	if err := t.exec(`INSERT OR IGNORE INTO name (text) VALUES (?)`, text); err != nil {
		return 0, err
	}
	var n int64
	if _, err := t.row(`SELECT id FROM name WHERE text = ?`, []any{text}, &n); err != nil {
		return 0, err
	}
	t.added[text] = n
	return n, nil
}

// fence returns store.ErrFenced unless e is the current epoch of its node.
func (t *tx) fence(e store.Epoch) error {
	var current int64
	switch _, err := t.row(`SELECT epoch FROM node WHERE id = ?`, []any{e.Node}, &current); {
	case err != nil:
		return err
	case current != e.Number:
		return store.ErrFenced
	}
	return nil
}

// millis returns a time as the database has it, or nil for the zero time.
func millis(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMilli()
}

// fromMillis is the inverse of millis.
func fromMillis(v sql.NullInt64) time.Time {
	if !v.Valid {
		return time.Time{}
	}
	return time.UnixMilli(v.Int64)
}
