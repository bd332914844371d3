// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"context"
	"embed"
	"fmt"
	"io/fs"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var migrations embed.FS

// NewerError is the error of Open for a database that a newer wahost has written.
type NewerError struct{ Has, Knows int64 }

// Error says what to do.
func (e *NewerError) Error() string {
	return fmt.Sprintf("it has the form %d, and this version of wahost knows only those up to %d. Use the version that wrote it or a newer one", e.Has, e.Knows)
}

// migrate brings the tables to the current form. Of several gateways that start together, one does it and the others wait.
func migrate(ctx context.Context, c *pgx.ConnConfig) error {
	folder, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return err
	}
	db := stdlib.OpenDB(*c)
	defer func() { _ = db.Close() }()
	p, err := goose.NewProvider(goose.DialectPostgres, db, folder, goose.WithSessionLocker(locker))
	if err != nil {
		return err
	}
	has, knows, err := p.GetVersions(ctx)
	switch {
	case err != nil:
		return err
	case has > knows:
		return &NewerError{has, knows}
	case has == knows:
		return nil // a user who may only read and write rows can start a gateway then
	}
	_, err = p.Up(ctx)
	return err
}
