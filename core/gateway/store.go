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
	s, err := sqlite.Open(ctx, storePath(dir, url))
	if err != nil {
		return nil, err
	}
	return s, nil
}

// storePath returns the path of the file of a store. That of a database on a server stands for the files that are kept beside a store.
func storePath(dir, url string) string {
	if config.IsPostgres(url) {
		return filepath.Join(dir, "wahost")
	}
	path := strings.TrimPrefix(url, config.SQLitePrefix)
	if !filepath.IsAbs(path) {
		path = filepath.Join(dir, path)
	}
	return path
}
