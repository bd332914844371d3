// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/store/internal/held"
	"github.com/wahost/wahost/internal/testpostgres"
)

// Whatever removes old rows or gives messages up while others wait for their turn finds its rows with an index, with few rows and with many. What
// looks at all rows goes on from a key, and does not begin again for each page.
func TestNothingOldIsFoundByAScan(t *testing.T) {
	t.Parallel()
	url := testpostgres.Database(t)
	s, err := Open(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	id := make([]byte, 16)
	queries := []struct {
		query string
		args  []any
	}{
		{purgeFind, []any{id, id, held.PurgeLimit}}, {purgeDeliveries, []any{[][]byte{id}}}, {purgeRetries, []any{int64(1000), id}}, {purgeOutbox, []any{int64(1000), id}},
		{purgeInbound, []any{id, held.PurgeLimit}}, {purgeEvents, []any{1, held.PurgeLimit}}, {purgeKeys, []any{1, held.PurgeLimit}}, {purgeHandovers, []any{1, held.PurgeLimit}},
		{purgeCorrelated, []any{1, "k", "", id}}, {purgeContact, []any{1, "49155", 1, 1}}, {findCorrelated, []any{1, "k", "", id, id, held.PurgeLimit}},
		{findContacts, []any{1, "49155", 1, 1, held.PurgeLimit}}, {findLost, []any{1, 1, giveUpLimit}},
	}
	check := func(when string) {
		t.Helper()
		for _, q := range queries {
			var plan []string
			require.NoError(t, s.query(t.Context(), "EXPLAIN "+q.query, q.args, func(rows pgx.Rows) error {
				var line string
				err := rows.Scan(&line)
				plan = append(plan, line)
				return err
			}), q.query)
			text := strings.Join(plan, "\n")
			require.NotContains(t, text, "Seq Scan", "%s: %s", when, q.query)
			require.NotContains(t, text, "Sort", "%s: %s", when, q.query)
		}
	}
	check("empty")
	const many = 200_000
	testpostgres.Text(t, url, fmt.Sprintf(`INSERT INTO delivery (id, lane, class, api_key, state, due, accepted, settled)
		SELECT decode(lpad(to_hex(i), 32, '0'), 'hex'), 1, i %% 3, 1, CASE WHEN i %% 10 = 0 THEN 3 ELSE 2 END, i, i, i FROM generate_series(1, %d) i`, many))
	testpostgres.Text(t, url, fmt.Sprintf(`INSERT INTO outbox_retry (endpoint, seq, tries, error, dead) SELECT 1, i, 1, '', true FROM generate_series(1, %d) i`, many/10))
	testpostgres.Text(t, url, fmt.Sprintf(`INSERT INTO correlation (scope, key, recipient, id, n) SELECT 1, i::text, '', decode(lpad(to_hex(i), 32, '0'), 'hex'), 1 FROM generate_series(1, %d) i`, many))
	testpostgres.Text(t, url, `ANALYZE`)
	check("many rows")
}
