// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package gateway

import (
	"context"
	"errors"
	"strings"

	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/gateway/store/sqlite"
)

// OpenTool opens the store with a URL, which is that of a store block, for people. A relative path in it is relative to dir. The store
// must exist. Close what it returns.
func OpenTool(ctx context.Context, dir, url string) (store.Tool, error) {
	if config.IsPostgres(url) {
		return nil, errors.New("the store is a PostgreSQL database, and `wahost store` is for SQLite files. Use the programs of PostgreSQL, such as pg_dump for a " +
			"backup, and the API of the gateway at /v1/messages for its messages. `wahost serve` brings its tables to the current form")
	}
	if !strings.HasPrefix(url, "sqlite:") || url == "sqlite:" {
		return nil, errors.New(`the URL of a store is "sqlite:" and the path of a file, such as "sqlite:wahost.db"`)
	}
	t, err := sqlite.OpenTool(ctx, sqlitePath(dir, url))
	if err != nil {
		return nil, err
	}
	return t, nil
}
