// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package postgres

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/gateway/store/internal/held"
)

// campaign returns the number of a campaign, or 0 for the empty name.
func (t *tx) campaign(name string) (int64, error) {
	if name == "" {
		return 0, nil
	}
	return t.name(name)
}

// CreateCampaign implements store.Campaigns.
func (s *Store) CreateCampaign(ctx context.Context, by store.Actor, c *store.Campaign) (has *store.Campaign, created bool, err error) {
	err = s.group.Do(store.Op[*tx]{Messages: 1, Apply: func(t *tx) (err error) {
		created, err = t.createCampaign(by, c, time.Now())
		return err
	}})
	if err != nil {
		return nil, false, err
	}
	has, err = s.Campaign(ctx, c.Name)
	return has, created, err
}

func (t *tx) createCampaign(by store.Actor, c *store.Campaign, at time.Time) (bool, error) {
	name, err := t.name(c.Name)
	if err != nil {
		return false, err
	}
	sender, err := t.name(c.Sender)
	if err != nil {
		return false, err
	}
	n, err := t.change(`INSERT INTO campaign (name, sender, state, per_minute, created, created_by) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING`,
		name, sender, string(c.State), c.PerMinute, at.UnixMilli(), by.Key)
	if err != nil || n == 0 {
		return false, err
	}
	return true, t.audit(&store.AuditEntry{At: at, By: by, Action: held.CampaignAction, Object: c.Name, After: held.CampaignText(c)})
}

// ChangeCampaign implements store.Campaigns.
func (s *Store) ChangeCampaign(ctx context.Context, by store.Actor, name string, change store.CampaignChange) (*store.Campaign, error) {
	err := s.group.Do(store.Op[*tx]{Messages: 1, Apply: func(t *tx) error {
		c := store.Campaign{Name: name}
		var id int64
		found, err := t.row(`SELECT c.name, c.state, c.per_minute FROM campaign c JOIN name n ON n.id = c.name WHERE n.text = $1`, []any{name}, &id, &c.State, &c.PerMinute)
		switch {
		case err != nil:
			return err
		case !found:
			return store.ErrNoCampaign
		}
		before := held.CampaignText(&c)
		if changed, err := held.ChangeCampaign(&c, change); err != nil || !changed {
			return err
		}
		if err := t.exec(`UPDATE campaign SET state = $1, per_minute = $2 WHERE name = $3`, string(c.State), c.PerMinute, id); err != nil {
			return err
		}
		return t.audit(&store.AuditEntry{At: time.Now(), By: by, Action: held.CampaignAction, Object: name, Before: before, After: held.CampaignText(&c)})
	}})
	if err != nil {
		return nil, err
	}
	return s.Campaign(ctx, name)
}

// Campaign implements store.Campaigns.
func (s *Store) Campaign(ctx context.Context, name string) (*store.Campaign, error) {
	c := &store.Campaign{}
	err := held.ScanCampaign(c, s.read.QueryRow(ctx, held.CampaignColumns+`WHERE n.text = $1`, cleanText(name)).Scan)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return nil, store.ErrNoCampaign
	case err != nil:
		return nil, err
	}
	return c, nil
}

// Campaigns implements store.Campaigns.
func (s *Store) Campaigns(ctx context.Context, q store.CampaignQuery) (found []store.Campaign, err error) {
	senders := make([]string, len(q.Senders))
	for i, sender := range q.Senders {
		senders[i] = cleanText(sender)
	}
	err = s.query(ctx, held.CampaignColumns+`WHERE n.text > $1 AND (cardinality($2::text[]) = 0 OR sender.text = ANY ($2)) ORDER BY n.text LIMIT $3`,
		[]any{cleanText(q.After), senders, q.Limit}, func(rows pgx.Rows) error {
			var c store.Campaign
			err := held.ScanCampaign(&c, rows.Scan)
			found = append(found, c)
			return err
		})
	return found, err
}

// CampaignProgress implements store.Campaigns. It reads without the turn that writers wait for.
func (s *Store) CampaignProgress(ctx context.Context, name string, since time.Time) (*store.CampaignProgress, error) {
	p := &store.CampaignProgress{}
	err := s.query(ctx, `SELECT d.state, d.status, d.reason, count(*), count(*) FILTER (WHERE d.settled >= $2), max(d.due) FILTER (WHERE d.state = 0)
		FROM delivery d WHERE d.campaign = (SELECT id FROM name WHERE text = $1) AND d.campaign <> 0 GROUP BY d.state, d.status, d.reason`,
		[]any{cleanText(name), since.UnixMilli()}, func(rows pgx.Rows) error {
			var status, n, recent int
			var state store.State
			var reason string
			var due pgtype.Int8
			err := rows.Scan(&state, &status, &reason, &n, &recent, &due)
			held.CountCampaign(p, state, status, reason, n)
			p.Recent += recent
			if last := fromMillis(due); last.After(p.LastDue) {
				p.LastDue = last
			}
			return err
		})
	return p, err
}
