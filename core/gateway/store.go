// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"path/filepath"
	"strings"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/gateway/store/postgres"
	"github.com/wahost/wahost/core/gateway/store/sqlite"
)

// openStore opens the store with a URL.
func openStore(ctx context.Context, dir, url string) (store.Store, error) {
	if config.IsPostgres(url) {
		s, err := postgres.Open(ctx, url)
		if err != nil {
			return nil, err
		}
		return s, nil
	}
	s, err := sqlite.Open(ctx, sqlitePath(dir, url))
	if err != nil {
		return nil, err
	}
	return s, nil
}

// sqlitePath returns the path of the file of an SQLite store.
func sqlitePath(dir, url string) string {
	return within(dir, strings.TrimPrefix(url, config.SQLitePrefix))
}

// filesPath returns the beginning of the paths of the files that are kept beside the store of a gateway.
func filesPath(dir string, c *config.Gateway) string {
	if config.IsPostgres(c.Store) {
		return filepath.Join(within(dir, c.StoreFolder), postgresFiles)
	}
	return sqlitePath(dir, c.Store)
}

// postgresFiles begins the names of the files that are kept beside a PostgreSQL store.
const postgresFiles = "wahost"

// within returns a path that may be relative to a folder.
func within(dir, path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
}
