// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Whatever removes old rows or gives messages up while others wait for their turn finds its rows with an index, however many there are. What
// looks at all rows goes on from a key, and does not begin again for each page.
func TestNothingOldIsFoundByAScan(t *testing.T) {
	t.Parallel()
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "w.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	for _, query := range []string{
		purgeFind, purgeDelivery, purgeRetries, purgeOutbox, purgeInbound, purgeEvents, purgeKeys, purgeHandovers, purgeCorrelated, purgeContact,
		findCorrelated, findContacts, findLost,
	} {
		args := make([]any, strings.Count(query, "?"))
		for i := range args {
			args[i] = 1
		}
		var plan []string
		require.NoError(t, each(s.read.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+query, args...))(func(rows *sql.Rows) error {
			var id, parent, unused int
			var detail string
			err := rows.Scan(&id, &parent, &unused, &detail)
			plan = append(plan, detail)
			return err
		}))
		require.NotEmpty(t, plan, query)
		for _, step := range plan {
			require.False(t, strings.HasPrefix(step, "SCAN"), "%s: %v", query, plan)
			require.NotContains(t, step, "TEMP B-TREE", "%s: %v", query, plan)
		}
	}
}
