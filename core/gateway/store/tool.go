// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"

	"github.com/wahost/wahost/core/ids"
)

// Tool is what people do with a store beside the gateway that uses it. Its methods other than Migrate change nothing, and may run
// while a gateway uses the store.
type Tool interface {
	// Place names the store in messages to people, without credentials.
	Place() string
	// Version returns the form of the tables, and the newest form that this wahost knows. Has is 0 if there are no tables.
	Version(ctx context.Context) (has, knows int64, err error)
	// Migrate brings the tables to the newest form. It fails while a gateway uses the store.
	Migrate(ctx context.Context) error
	// Backup writes all of the store, as it is at one moment, to a new file. It fails if the file exists.
	Backup(ctx context.Context, file string) error
	// Check returns what is wrong with the store, in sentences for people. It reads all of it.
	Check(ctx context.Context) ([]string, error)
	// Search, Get and Counts are those of Store and Admin.
	Search(ctx context.Context, q *Query) ([]*Life, error)
	Get(ctx context.Context, id ids.ID) (*Life, error)
	Counts(ctx context.Context) (map[State]int, error)
	// Close ends the use of the store.
	Close() error
}
