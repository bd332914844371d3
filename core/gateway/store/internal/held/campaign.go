// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package held

import (
	"fmt"
	"time"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/sdk/outcome"
)

// CampaignAction is the action of the entries of the audit about campaigns. It begins as those about settings do: nodes look for such entries to
// find out whether something has changed that they keep in memory.
const CampaignAction = "set campaign"

// CampaignColumns are the columns that ScanCampaign reads, with their tables.
const CampaignColumns = `SELECT n.text, sender.text, c.state, c.per_minute, c.created, c.created_by,
		EXISTS (SELECT 1 FROM delivery d WHERE d.campaign = c.name AND d.campaign <> 0),
		EXISTS (SELECT 1 FROM delivery d WHERE d.campaign = c.name AND d.state = 0 AND d.campaign <> 0)
	FROM campaign c JOIN name n ON n.id = c.name JOIN name sender ON sender.id = c.sender `

// ScanCampaign reads a row of CampaignColumns.
func ScanCampaign(c *store.Campaign, scan func(into ...any) error) error {
	var created int64
	var messages, waiting bool
	err := scan(&c.Name, &c.Sender, &c.State, &c.PerMinute, &created, &c.By, &messages, &waiting)
	c.Created, c.State = time.UnixMilli(created), CampaignState(c.State, messages, waiting)
	return err
}

// CampaignState returns the state of a campaign: the one that its row has, or store.CampaignDone if it runs, has messages, and none of them waits.
func CampaignState(row store.CampaignState, messages, waiting bool) store.CampaignState {
	if row == store.CampaignRunning && messages && !waiting {
		return store.CampaignDone
	}
	return row
}

// ChangeCampaign changes a campaign as its row has it, and reports whether something has changed. The error is a
// *store.CampaignRefusedError for a campaign that is canceled.
func ChangeCampaign(c *store.Campaign, change store.CampaignChange) (changed bool, err error) {
	before := *c
	if change.State != nil {
		c.State = *change.State
	}
	if change.PerMinute != nil {
		c.PerMinute = *change.PerMinute
	}
	if before.State == store.CampaignCanceled && *c != before {
		*c = before
		return false, &store.CampaignRefusedError{Why: fmt.Sprintf("the campaign %q is canceled, and stays so: create another one for other messages", c.Name)}
	}
	return *c != before, nil
}

// CampaignText returns what a campaign does, as the audit has it.
func CampaignText(c *store.Campaign) string {
	if c.PerMinute == 0 {
		return string(c.State)
	}
	return fmt.Sprintf("%s, %d per minute", c.State, c.PerMinute)
}

// CountCampaign adds a number of messages that stand at the same place to the progress of their campaign.
func CountCampaign(p *store.CampaignProgress, state store.State, status int, reason string, n int) {
	switch {
	case state == store.StateReady:
		p.Waiting += n
	case state == store.StateUnknown:
		p.Unknown += n
	case state == store.StateDead || Status(status) == outcome.StatusFailed:
		if p.Failed == nil {
			p.Failed = map[string]int{}
		}
		p.Failed[reason] += n
	default:
		switch Status(status) {
		case outcome.StatusSent:
			p.Sent += n
		case outcome.StatusDelivered:
			p.Delivered += n
		case outcome.StatusRead, outcome.StatusPlayed:
			p.Read += n
		default:
			p.Accepted += n
		}
	}
}
