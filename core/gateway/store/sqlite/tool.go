// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/ids"
)

// Tool is a store.Tool for an SQLite file.
type Tool struct {
	reader *Store // with nothing but connections that read
	path   string
}

var _ store.Tool = (*Tool)(nil)

// OpenTool opens the database in a file, which must exist. It takes no lock, so that a gateway may use the file meanwhile.
func OpenTool(ctx context.Context, path string) (*Tool, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	switch info, err := os.Stat(path); {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("there is no store at %s: `wahost serve` makes it when it starts", path)
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is not a file, so it is not a store", path)
	}
	db, err := sql.Open("sqlite", source(path, "query_only(1)"))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(readers)
	t := &Tool{&Store{read: db}, path}
	if _, _, err := t.Version(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("%s cannot be read as a store: %w", path, err), db.Close())
	}
	return t, nil
}

// Place returns the path of the file.
func (t *Tool) Place() string { return t.path }

// Search implements store.Tool.
func (t *Tool) Search(ctx context.Context, q *store.Query) ([]*store.Life, error) {
	return t.reader.Search(ctx, q)
}

// Get implements store.Tool.
func (t *Tool) Get(ctx context.Context, id ids.ID) (*store.Life, error) { return t.reader.Get(ctx, id) }

// Counts implements store.Tool.
func (t *Tool) Counts(ctx context.Context) (map[store.State]int, error) { return t.reader.Counts(ctx) }

// Close closes the file.
func (t *Tool) Close() error { return t.reader.read.Close() }

// Version implements store.Tool.
func (t *Tool) Version(ctx context.Context) (has, knows int64, err error) {
	p, err := provider(t.reader.read)
	if err != nil {
		return 0, 0, err
	}
	sources := p.ListSources()
	knows = sources[len(sources)-1].Version
	tables := 0
	if err := t.reader.read.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_schema WHERE name = 'goose_db_version'`).Scan(&tables); err != nil || tables == 0 {
		return 0, knows, err
	}
	err = t.reader.read.QueryRowContext(ctx, `SELECT coalesce(max(version_id), 0) FROM goose_db_version WHERE is_applied`).Scan(&has)
	return has, knows, err
}

// Migrate implements store.Tool. The error is an *InUseError if a gateway uses the file, and a *NewerError if a newer wahost has
// written it.
func (t *Tool) Migrate(ctx context.Context) error {
	s, err := Open(ctx, t.path)
	if err != nil {
		return err
	}
	return s.Close()
}

// Backup implements store.Tool.
func (t *Tool) Backup(ctx context.Context, file string) (err error) {
	if file, err = filepath.Abs(file); err != nil {
		return err
	}
	// The file is made here, so that it is new, and so that no other user can read it. SQLite takes an empty file.
	f, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	switch {
	case errors.Is(err, fs.ErrExist):
		return fmt.Errorf("%s exists already, and a backup never overwrites a file: give another name", file)
	case err != nil:
		return err
	}
	defer func() {
		if err = errors.Join(err, f.Close()); err != nil {
			err = errors.Join(err, os.Remove(file))
		}
	}()
	db, err := sql.Open("sqlite", source(t.path))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if _, err := db.ExecContext(ctx, `VACUUM INTO ?`, file); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(file))
}

// syncFolder makes the name of a new file durable.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = d.Sync()
	if errors.Is(err, errors.ErrUnsupported) || errors.Is(err, fs.ErrPermission) { // Windows has no such thing
		err = nil
	}
	return errors.Join(err, d.Close())
}
