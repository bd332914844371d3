// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/gateway/store/internal/held"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/sdk/message"
)

// What a database of the form before campaigns has waits on, and can be in no campaign.
func TestUpgradeToCampaigns(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "wahost.db")
	db, err := sql.Open("sqlite", source(path))
	require.NoError(t, err)
	p, err := provider(db)
	require.NoError(t, err)
	_, err = p.UpTo(t.Context(), 5)
	require.NoError(t, err)
	id := ids.New()
	for query, args := range map[string][]any{
		`INSERT INTO name (id, text) VALUES (1, '+49100'), (2, 'shop'), (3, '1020')`:                                                                     nil,
		`INSERT INTO message (id, sender, recipient_kind, recipient, category, reference, body) VALUES (?, 3, 'phone', '+49155', 'marketing', '', '{}')`: {id[:]},
		`INSERT INTO delivery (id, lane, class, api_key, state, due, accepted) VALUES (?, 1, 2, 2, 0, ?, ?)`:                                             {id[:], 1, 1},
	} {
		_, err := db.ExecContext(t.Context(), query, args...)
		require.NoError(t, err)
	}
	require.NoError(t, db.Close())

	s, err := Open(t.Context(), path)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	flow := store.Flow{Lane: "+49100", Class: store.ClassMarketing, APIKey: "shop"}
	l, err := s.Get(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, store.StateReady, l.State)
	require.Empty(t, l.Campaign)
	_, _, err = s.CreateCampaign(t.Context(), store.Actor{}, &store.Campaign{Name: "spring", Sender: "1020", State: store.CampaignRunning})
	require.NoError(t, err)
	_, err = s.Accept(t.Context(), []*store.NewMessage{{
		ID: ids.New(), Sender: "1020", To: message.Recipient{Kind: message.RecipientPhone, Address: "+49155"}, Body: []byte(`{}`), Lane: flow.Lane, Class: flow.Class, APIKey: flow.APIKey,
		Campaign: "spring",
	}})
	require.NoError(t, err)
	campaign := flow
	campaign.Campaign = "spring"
	found, err := s.Flows(t.Context())
	require.NoError(t, err)
	require.Equal(t, []store.Flow{flow, campaign}, found)
	page, err := s.Load(t.Context(), store.LoadQuery{Flow: flow, DueBefore: time.Now(), Limit: 10})
	require.NoError(t, err)
	require.Len(t, page, 1)
	require.Equal(t, id, page[0].ID)
}

// A page of a flow, the messages of a campaign and the question whether some wait are found by indexes alone.
func TestCampaignIndexes(t *testing.T) {
	t.Parallel()
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "wahost.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	for query, want := range map[string]string{
		held.CampaignColumns + `WHERE n.text = 'x'`: "COVERING INDEX delivery_campaign_state",
		progressQuery: "COVERING INDEX delivery_campaign_state",
		loadQuery:     "delivery_ready",
	} {
		plan := ""
		require.NoError(t, each(s.read.QueryContext(t.Context(), `EXPLAIN QUERY PLAN `+query, 1, 1, 1, 1, 1, 1, 1, 1))(func(rows *sql.Rows) error {
			var id, parent, unused int
			var line string
			err := rows.Scan(&id, &parent, &unused, &line)
			plan += line + "\n"
			return err
		}))
		require.Contains(t, plan, want)
		require.NotContains(t, plan, "TEMP B-TREE", "the messages are sorted")
		require.NotContains(t, plan, "SCAN d", "each message is read")
		require.NotContains(t, plan, "SCAN delivery", "each message is read")
	}
}
