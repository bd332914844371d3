// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
)

//go:embed migrations/*.sql
var migrations embed.FS

// NewerError is the error of Open for a database that a newer wahost has written.
type NewerError struct{ Has, Knows int64 }

// Error says what to do.
func (e *NewerError) Error() string {
	return fmt.Sprintf("it has the form %d, and this version of wahost knows only those up to %d. Use the version that wrote it or a newer one", e.Has, e.Knows)
}

// provider returns what knows the forms of the tables.
func provider(db *sql.DB) (*goose.Provider, error) {
	folder, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectSQLite3, db, folder)
}

// migrate brings the tables to the current form.
func migrate(ctx context.Context, db *sql.DB) error {
	p, err := provider(db)
	if err != nil {
		return err
	}
	has, knows, err := p.GetVersions(ctx)
	switch {
	case err != nil:
		return err
	case has > knows:
		return &NewerError{has, knows}
	}
	_, err = p.Up(ctx)
	return err
}
