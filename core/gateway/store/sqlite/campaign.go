// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"time"

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
	n, err := t.change(`INSERT INTO campaign (name, sender, state, per_minute, created, created_by) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
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
		found, err := t.row(`SELECT c.name, c.state, c.per_minute FROM campaign c JOIN name n ON n.id = c.name WHERE n.text = ?`, []any{name}, &id, &c.State, &c.PerMinute)
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
		if err := t.exec(`UPDATE campaign SET state = ?, per_minute = ? WHERE name = ?`, string(c.State), c.PerMinute, id); err != nil {
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
	err := held.ScanCampaign(c, s.read.QueryRowContext(ctx, held.CampaignColumns+`WHERE n.text = ?`, name).Scan)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return nil, store.ErrNoCampaign
	case err != nil:
		return nil, err
	}
	return c, nil
}

// Campaigns implements store.Campaigns.
func (s *Store) Campaigns(ctx context.Context, q store.CampaignQuery) (found []store.Campaign, err error) {
	query, args := held.CampaignColumns+`WHERE n.text > ?`, []any{q.After}
	if len(q.Senders) > 0 {
		list, senders := in(q.Senders)
		query, args = query+` AND sender.text IN `+list, append(args, senders...)
	}
	err = each(s.read.QueryContext(ctx, query+` ORDER BY n.text LIMIT ?`, append(args, q.Limit)...))(func(rows *sql.Rows) error {
		var c store.Campaign
		err := held.ScanCampaign(&c, rows.Scan)
		found = append(found, c)
		return err
	})
	return found, err
}

// progressQuery counts the messages of a campaign by where they stand.
const progressQuery = `SELECT d.state, d.status, d.reason, count(*), coalesce(sum(d.settled >= ?2), 0), max(CASE WHEN d.state = 0 THEN d.due END)
	FROM delivery d INDEXED BY delivery_campaign_state WHERE d.campaign = (SELECT id FROM name WHERE text = ?1) AND d.campaign <> 0 GROUP BY d.state, d.status, d.reason`

// CampaignProgress implements store.Campaigns. It reads with a connection that writers do not wait for.
func (s *Store) CampaignProgress(ctx context.Context, name string, since time.Time) (*store.CampaignProgress, error) {
	p := &store.CampaignProgress{}
	err := each(s.read.QueryContext(ctx, progressQuery, name, since.UnixMilli()))(func(rows *sql.Rows) error {
		var status, n, recent int
		var state store.State
		var reason string
		var due sql.NullInt64
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
