// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"regexp"
	"strconv"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/internal/testpostgres"
	"github.com/wahost/wahost/sdk/message"
)

// Each node asks for the flows every second. The server reads as many rows as there are flows, and not as there are messages.
func TestFlowsOfManyMessages(t *testing.T) {
	t.Parallel()
	s, err := Open(t.Context(), testpostgres.Database(t))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	const messages = 600
	want := []store.Flow{{Lane: "+49100", Class: 0, APIKey: "crm"}, {Lane: "+49100", Class: 0, APIKey: "shop"}, {Lane: "+49100", Class: 2, APIKey: "crm"}, {Lane: "+49200", Class: 1, APIKey: "crm"}}
	all := make([]*store.NewMessage, messages)
	for i := range all {
		f := want[i%len(want)]
		all[i] = &store.NewMessage{
			ID: ids.New(), Sender: "1020", To: message.Recipient{Kind: message.RecipientPhone, Address: "+49155"}, Body: []byte(`{}`),
			Lane: f.Lane, Class: f.Class, APIKey: f.APIKey,
		}
	}
	_, err = s.Accept(t.Context(), all)
	require.NoError(t, err)
	found, err := s.Flows(t.Context())
	require.NoError(t, err)
	require.Equal(t, want, found)
	most := 0
	require.NoError(t, s.query(t.Context(), `EXPLAIN (ANALYZE, TIMING OFF, COSTS OFF) `+flowsQuery, nil, func(rows pgx.Rows) error {
		var line string
		err := rows.Scan(&line)
		for _, match := range regexp.MustCompile(`rows=(\d+)`).FindAllStringSubmatch(line, -1) {
			n, err := strconv.Atoi(match[1])
			require.NoError(t, err)
			most = max(most, n)
		}
		return err
	}))
	require.Positive(t, most)
	require.LessOrEqual(t, most, len(want)*len(want), "the server reads each message")
}
