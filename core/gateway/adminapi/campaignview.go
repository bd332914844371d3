// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package adminapi

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/wahost/wahost/core/gateway/store"
)

// countTime is how long it may take to count the messages of a campaign.
const countTime = time.Minute

// paceTime is the time over which the pace of a campaign without a pace of its own is measured.
const paceTime = time.Minute

func campaignView(c *store.Campaign) Campaign {
	return Campaign{Name: c.Name, PhoneNumberID: c.Sender, State: string(c.State), PerMinute: c.PerMinute, CreatedAt: c.Created.UTC(), CreatedBy: c.By}
}

// campaignDetail counts the messages of a campaign.
func (s *Server) campaignDetail(ctx context.Context, c *store.Campaign) (*answer[CampaignDetail], error) {
	now := time.Now()
	count, cancel := context.WithTimeout(ctx, countTime)
	defer cancel()
	p, err := s.Store.CampaignProgress(count, c.Name, now.Add(-paceTime))
	if err != nil {
		if count.Err() != nil && ctx.Err() == nil {
			return nil, huma.Error503ServiceUnavailable("the messages of the campaign cannot be counted in time: try again when the gateway has less to do")
		}
		return nil, err
	}
	d := CampaignDetail{Campaign: campaignView(c), Failed: []CampaignFailed{}, EndsAt: endOf(c, p, now), Counts: CampaignCounts{
		Waiting: p.Waiting, Accepted: p.Accepted, Sent: p.Sent, Delivered: p.Delivered, Read: p.Read, Unknown: p.Unknown,
	}}
	if c.State == store.CampaignPaused {
		d.Counts.Waiting, d.Counts.Held = 0, p.Waiting
	}
	for reason, n := range p.Failed {
		switch reason {
		case store.ReasonCanceled, store.ReasonCampaignCanceled:
			d.Counts.Canceled += n
		default:
			d.Counts.Failed += n
			d.Failed = append(d.Failed, CampaignFailed{reason, n})
		}
	}
	slices.SortFunc(d.Failed, func(a, b CampaignFailed) int {
		return cmp.Or(cmp.Compare(b.Messages, a.Messages), cmp.Compare(a.Reason, b.Reason))
	})
	d.Messages = p.Waiting + p.Accepted + p.Sent + p.Delivered + p.Read + p.Unknown + d.Counts.Failed + d.Counts.Canceled
	return &answer[CampaignDetail]{d}, nil
}

// endOf returns when the messages that wait will have been handed over, or nil if that cannot be told.
func endOf(c *store.Campaign, p *store.CampaignProgress, now time.Time) *time.Time {
	rate := float64(c.PerMinute) / time.Minute.Seconds()
	if c.PerMinute == 0 {
		rate = float64(p.Recent) / paceTime.Seconds()
	}
	if p.Waiting == 0 || rate <= 0 || c.State != store.CampaignRunning {
		return nil
	}
	end := now.Add(time.Duration(float64(p.Waiting) / rate * float64(time.Second)))
	if p.LastDue.After(end) {
		end = p.LastDue
	}
	return at(end.Round(time.Second))
}
