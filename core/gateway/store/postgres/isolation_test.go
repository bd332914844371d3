// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package postgres_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/internal/testpostgres"
)

// A transaction that waits for its turn sees what the one before has changed, whatever the database has as its default.
func TestTurnsWithStricterDefaults(t *testing.T) {
	t.Parallel()
	url := testpostgres.Database(t)
	name := testpostgres.Text(t, url, `SELECT current_database()`)
	testpostgres.Text(t, url, `ALTER DATABASE "`+name+`" SET default_transaction_isolation = 'repeatable read'`)
	nodes := []*node{joinAs(t, url, "one"), joinAs(t, url, "two"), joinAs(t, url, "three"), joinAs(t, url, "four")}
	const messages = 30
	for range messages {
		id := nodes[0].accept("+49100")
		var wg sync.WaitGroup
		effects := make([]store.Effect, len(nodes))
		for i, n := range nodes {
			wg.Go(func() {
				results, err := n.Events(t.Context(), []store.Event{{Scope: "p", Key: ids.New().String(), Attempt: id.Attempt(1), Status: "sent"}})
				if err != nil {
					t.Error(err)
					return
				}
				effects[i] = results[0].Effect
			})
		}
		wg.Wait()
		applied := 0
		for _, e := range effects {
			if e == store.Applied {
				applied++
			}
		}
		require.Equal(t, 1, applied)
	}
}
