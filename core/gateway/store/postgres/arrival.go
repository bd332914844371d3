// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/ids"
)

// arrivesAgain ends a statement that lets a message arrive. If its node may be about to forget an earlier change of it, it does not then.
const arrivesAgain = `ON CONFLICT (lane, id) DO UPDATE SET seq = DEFAULT`

// Arrivals implements store.Cluster. What it returns stays in the table until the next call, so that nothing is missed if the connection breaks,
// and longer if it has changed since it was read.
func (s *Store) Arrivals(ctx context.Context, e store.Epoch, done []ids.ID, n int) (ready []*store.Ready, gone []ids.ID, err error) {
	if len(done) > 0 {
		err := s.group.Do(store.Op[*tx]{Messages: len(done), Apply: func(t *tx) error {
			if err := t.fence(e); err != nil {
				return err
			}
			return t.exec(`DELETE FROM arrival a USING part p WHERE p.name = a.lane AND p.node = $1 AND a.id = ANY ($2) AND a.seq <= $3`, e.Node, bytesOf(done), s.arrived.Load())
		}})
		if err != nil {
			return nil, nil, err
		}
	}
	var all []ids.ID
	var last int64
	err = s.query(ctx, `SELECT a.id, a.seq FROM arrival a JOIN part p ON p.name = a.lane WHERE p.node = $1 ORDER BY a.seq LIMIT $2`, []any{e.Node, n}, func(rows pgx.Rows) error {
		var id []byte
		err := rows.Scan(&id, &last)
		all = append(all, ids.ID(id))
		return err
	})
	if err != nil || len(all) == 0 {
		return nil, nil, err
	}
	found := map[ids.ID]*store.Ready{}
	err = s.query(ctx, readyColumns+`WHERE d.id = ANY ($1) AND d.state = 0`, []any{bytesOf(all)}, func(rows pgx.Rows) error {
		r, err := scanReady(rows)
		if err == nil {
			found[r.ID] = r
		}
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	s.arrived.Store(last)
	for _, id := range all {
		if r := found[id]; r != nil {
			ready = append(ready, r)
		} else {
			gone = append(gone, id)
		}
	}
	return ready, gone, nil
}

// Move implements store.Cluster.
func (s *Store) Move(_ context.Context, e store.Epoch, messages []ids.ID, lane string) error {
	return s.group.Do(store.Op[*tx]{Messages: len(messages), Apply: func(t *tx) error {
		if err := t.fence(e); err != nil {
			return err
		}
		name, err := t.name(lane)
		if err != nil {
			return err
		}
		// A lane that no node has is loaded as a whole by the one that gets it.
		return t.exec(`WITH moved AS (UPDATE delivery SET lane = $1 WHERE id = ANY ($2) AND state = 0 RETURNING id)
			INSERT INTO arrival (lane, id) SELECT p.name, moved.id FROM moved JOIN part p ON p.name = $1 `+arrivesAgain, name, bytesOf(messages))
	}})
}

// tellNode lets the node of a message's lane know that a command has changed the message, if that is another node.
func (t *tx) tellNode(id ids.ID) error {
	return t.exec(`INSERT INTO arrival (lane, id) SELECT d.lane, d.id FROM delivery d JOIN part p ON p.name = d.lane AND p.node <> $2 WHERE d.id = $1 `+arrivesAgain,
		id[:], t.node)
}

// Version implements store.Cluster.
func (s *Store) Version(ctx context.Context) (n int64, err error) {
	_, err = s.queryRow(ctx, `SELECT coalesce(max(seq), 0) FROM audit WHERE action LIKE 'set %' OR action LIKE 'remove %'`, nil, &n)
	return n, err
}

func bytesOf(all []ids.ID) [][]byte {
	out := make([][]byte, len(all))
	for i := range all {
		out[i] = all[i][:]
	}
	return out
}
