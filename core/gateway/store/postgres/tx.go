// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"context"
	"errors"
	"maps"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/wahost/wahost/core/gateway/store"
)

// queueLimit is how many changes are sent together at most.
const queueLimit = 512

// tx is the connection that writes, inside a transaction. Changes whose result is not needed are queued, and sent with the next query or
// before the commit. The contexts of callers are not passed on: what has begun to be recorded is recorded.
type tx struct {
	config *pgx.ConnConfig
	conn   *pgx.Conn       // nil if there is no connection
	ctx    context.Context //nolint:containedctx // that of the current transaction
	queue  *pgx.Batch
	// names are the rows of the table name, and added are those of the current transaction.
	names, added map[string]int64
	// node, nodeName and epoch are those of the node that has joined with this store. node is 0 if there is no such node.
	node     int
	nodeName string
	epoch    int64
	// ended is the epoch of the node that recover has ended.
	ended store.Epoch
	// turn is the number of the current transaction, and committed that of the last one that was committed.
	turn, committed int64
	// timeline is that of the server, or "" if no server has told it. noticed is the one whose server is known to have the recent changes.
	timeline, noticed string
	recent            recent
	// epochs are those of the nodes that the current transaction has asked for.
	epochs map[int]int64
}

func newTx(c *pgx.ConnConfig) *tx {
	return &tx{config: c, ctx: context.Background(), queue: &pgx.Batch{}, names: map[string]int64{}, added: map[string]int64{}, epochs: map[int]int64{}}
}

// exec queues a change.
func (t *tx) exec(query string, args ...any) error {
	if err := t.flushFull(); err != nil {
		return err
	}
	t.queue.Queue(query, clean(args)...)
	return nil
}

// later queues a query whose only column is read when it is sent.
func (t *tx) later(into any, query string, args ...any) error {
	if err := t.flushFull(); err != nil {
		return err
	}
	t.queue.Queue(query, clean(args)...).QueryRow(func(row pgx.Row) error { return row.Scan(into) })
	return nil
}

// flushFull sends what is queued if it is much.
func (t *tx) flushFull() error {
	if t.queue.Len() < queueLimit {
		return nil
	}
	return t.flush()
}

// flush sends what is queued. What was queued with a function gets its result.
func (t *tx) flush() error {
	if t.queue.Len() == 0 {
		return nil
	}
	queue := t.queue
	t.queue = &pgx.Batch{}
	return t.conn.SendBatch(t.ctx, queue).Close()
}

// changeEach runs a statement with the arguments of each change, and returns how many rows each one changed.
func (t *tx) changeEach(query string, changes [][]any) ([]int64, error) {
	changed := make([]int64, len(changes))
	for i, args := range changes {
		if err := t.flushFull(); err != nil {
			return changed, err
		}
		t.queue.Queue(query, clean(args)...).Exec(func(tag pgconn.CommandTag) error {
			changed[i] = tag.RowsAffected()
			return nil
		})
	}
	return changed, t.flush()
}

// change runs a statement and returns how many rows it changed.
func (t *tx) change(query string, args ...any) (int64, error) {
	changed, err := t.changeEach(query, [][]any{args})
	return changed[0], err
}

// row reads the columns of the only row of a query. It returns false if there is no row.
func (t *tx) row(query string, args []any, into ...any) (found bool, err error) {
	t.queue.Queue(query, clean(args)...).QueryRow(func(row pgx.Row) error {
		err := row.Scan(into...)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		found = err == nil
		return err
	})
	err = t.flush()
	return found && err == nil, err
}

// rows calls scan for each row of a query. scan must not use the transaction.
func (t *tx) rows(query string, args []any, scan func(pgx.Rows) error) error {
	t.queue.Queue(query, clean(args)...).Query(func(rows pgx.Rows) error { return each(rows, nil)(scan) })
	return t.flush()
}

// each calls scan for each row of the result of a query.
func each(rows pgx.Rows, err error) func(scan func(pgx.Rows) error) error {
	return func(scan func(pgx.Rows) error) error {
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			if err := scan(rows); err != nil {
				return err
			}
		}
		return rows.Err()
	}
}

// clean makes texts such that PostgreSQL takes them: it has no zero bytes in texts, and only UTF-8.
func clean(args []any) []any {
	for i, a := range args {
		if text, ok := a.(string); ok {
			args[i] = cleanText(text)
		}
	}
	return args
}

func cleanText(text string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", "\uFFFD"), "\uFFFD")
}

// name returns the number of a name.
func (t *tx) name(text string) (int64, error) {
	for _, known := range []map[string]int64{t.names, t.added} {
		if n, ok := known[text]; ok {
			return n, nil
		}
	}
	var n int64
	found, err := t.row(`SELECT id FROM name WHERE text = $1`, []any{text}, &n)
	if err == nil && !found {
		_, err = t.row(`INSERT INTO name (text) VALUES ($1) RETURNING id`, []any{text}, &n)
	}
	if err != nil {
		return 0, err
	}
	t.added[text] = n
	return n, nil
}

// optionalName returns the number of a name, or nil for the empty name.
func (t *tx) optionalName(text string) (any, error) {
	if text == "" {
		return nil, nil //nolint:nilnil // nil is NULL
	}
	return t.name(text)
}

// fence returns store.ErrFenced unless e is the current epoch of its node.
func (t *tx) fence(e store.Epoch) error {
	current, known := t.epochs[e.Node]
	if !known {
		if _, err := t.row(`SELECT epoch FROM node WHERE id = $1`, []any{e.Node}, &current); err != nil {
			return err
		}
		t.epochs[e.Node] = current
	}
	if current != e.Number {
		return store.ErrFenced
	}
	return nil
}

// reset forgets what belongs to a transaction. The names of a committed one stay known.
func (t *tx) reset(committed bool) {
	if committed {
		maps.Copy(t.names, t.added)
	}
	clear(t.added)
	clear(t.epochs)
	t.queue = &pgx.Batch{}
	t.ctx = context.Background()
}

// millis returns a time as the database has it, or nil for the zero time.
func millis(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixMilli()
}

// fromMillis is the inverse of millis.
func fromMillis(v pgtype.Int8) time.Time {
	if !v.Valid {
		return time.Time{}
	}
	return time.UnixMilli(v.Int64)
}
