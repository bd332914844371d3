// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package engine

import (
	"container/heap"
	"context"
	"errors"
	"time"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/sdk/outcome"
)

// campaign is what the engine knows of a campaign. The mutex of the engine guards it.
type campaign struct {
	pace

	sender string
	state  store.CampaignState
}

// CreateCampaign records a campaign, as store.Campaigns says.
func (e *Engine) CreateCampaign(ctx context.Context, by store.Actor, c *store.Campaign) (has *store.Campaign, created bool, err error) {
	e.setting.Lock() // the store and the memory change in the same order
	defer e.setting.Unlock()
	if has, created, err = e.Store.CreateCampaign(ctx, by, c); err == nil {
		e.applyCampaigns(*has)
	}
	return has, created, err
}

// ChangeCampaign changes a campaign, as store.Campaigns says. When it returns, the engine obeys: of a campaign that is paused or canceled, no
// call to a provider begins. Calls under way end as usual. What waits of a canceled campaign is dead soon.
func (e *Engine) ChangeCampaign(ctx context.Context, by store.Actor, name string, change store.CampaignChange) (*store.Campaign, error) {
	e.setting.Lock()
	defer e.setting.Unlock()
	c, err := e.Store.ChangeCampaign(ctx, by, name, change)
	if err == nil {
		e.applyCampaigns(*c)
	}
	return c, err
}

// loadCampaigns takes all campaigns into memory: a message of one that is not known waits, because it may be paused. e.setting must be held.
func (e *Engine) loadCampaigns(ctx context.Context) error {
	q := store.CampaignQuery{Limit: settingsAtOnce}
	for {
		page, err := e.Store.Campaigns(ctx, q)
		if err != nil {
			return err
		}
		e.applyCampaigns(page...)
		if len(page) < q.Limit {
			return nil
		}
		q.After = page[len(page)-1].Name
	}
}

// applyCampaigns takes what the store has into memory.
func (e *Engine) applyCampaigns(all ...store.Campaign) {
	now := time.Now()
	e.mu.Lock()
	defer e.mu.Unlock()
	for i := range all {
		c := e.campaigns[all[i].Name]
		if c == nil {
			c = &campaign{sender: all[i].Sender}
			e.campaigns[all[i].Name] = c
		}
		if c.perMinute != all[i].PerMinute {
			c.setPace(all[i].PerMinute, now)
		}
		before := c.state
		if c.state = all[i].State; c.state == store.CampaignCanceled && before != c.state {
			e.endCampaign(all[i].Name, now)
		}
	}
	wake(e.feed)
	wake(e.load)
}

// endCampaign lets all messages of a canceled campaign have their turn now, at which they are dead. e.mu must be held.
func (e *Engine) endCampaign(name string, now time.Time) {
	for _, f := range e.flows {
		if f.Campaign == name {
			f.spilled, f.missed = true, true
		}
	}
	for i := range e.later {
		if e.later[i].of.Campaign == name {
			e.later[i].at = now
		}
	}
	heap.Init(&e.later)
}

// learnCampaigns loads the campaigns that other nodes have created, if messages of them have come.
func (e *Engine) learnCampaigns() {
	e.mu.Lock()
	strange := e.strange
	e.strange = false
	e.mu.Unlock()
	if !strange {
		return
	}
	e.setting.Lock()
	defer e.setting.Unlock()
	if err := e.loadCampaigns(e.ctx); err != nil && !errors.Is(err, context.Canceled) {
		e.Log.Error("campaigns cannot be loaded", "error", err)
	}
}

// isCanceled reports whether the campaign of a flow, which may have none, is canceled. e.mu must be held.
func (e *Engine) isCanceled(f store.Flow) bool {
	c := e.campaigns[f.Campaign]
	return c != nil && c.state == store.CampaignCanceled
}

// isHeld reports whether no message of a flow is to be handed over now, whatever the pace of its campaign is. e.mu must be held.
func (e *Engine) isHeld(f store.Flow) bool {
	if f.Campaign == "" {
		return false
	}
	c := e.campaigns[f.Campaign]
	e.strange = e.strange || c == nil
	return c == nil || c.state == store.CampaignPaused
}

// waits returns a function that reports whether the messages of a campaign wait at a time although it is their turn. e.mu must be held when it is
// called.
func (e *Engine) waits(now time.Time) func(campaign string) bool {
	return func(name string) bool {
		f := store.Flow{Campaign: name}
		switch {
		case e.isHeld(f):
			return true
		case e.isCanceled(f):
			return false
		}
		wait := e.campaigns[name].wait(now)
		if wait > 0 {
			e.wakeAt(now.Add(wait))
		}
		return wait != 0
	}
}

// reserve keeps a place in the pace of its campaign for a message that the dispatcher gets. e.mu must be held.
func (e *Engine) reserve(en *entry) {
	if c := e.campaigns[en.Campaign]; c != nil && c.interval > 0 {
		c.reserved++
		en.reserved = c
	}
}

// spend counts a message whose call begins. e.mu must be held.
func (e *Engine) spend(en *entry, now time.Time) {
	if c := e.campaigns[en.Campaign]; c != nil {
		c.spend(now)
	}
}

// checkCampaign returns why a message cannot belong to the campaign that it names, or nil.
func (e *Engine) checkCampaign(ctx context.Context, n *store.NewMessage) (*outcome.Rejected, error) {
	if n.Campaign == "" {
		return nil, nil //nolint:nilnil // it is not rejected
	}
	e.mu.Lock()
	known := e.campaigns[n.Campaign]
	var c store.Campaign
	if known != nil {
		c.Sender, c.State = known.sender, known.state
	}
	e.mu.Unlock()
	if known == nil { // another node may have created it
		stored, err := e.Store.Campaign(ctx, n.Campaign)
		switch {
		case errors.Is(err, store.ErrNoCampaign):
			return outcome.Reject(outcome.ReasonInvalidMessage, "wahost.campaign", "there is no campaign %q: create it first, with POST /v1/campaigns", n.Campaign).Rejected, nil
		case err != nil:
			return nil, err
		}
		c = *stored
	}
	switch {
	case c.Sender != n.Sender:
		return outcome.Reject(outcome.ReasonInvalidMessage, "wahost.campaign", "the campaign %q is not of the phone number id %s", n.Campaign, n.Sender).Rejected, nil
	case c.State == store.CampaignCanceled:
		return outcome.Reject(outcome.ReasonInvalidMessage, "wahost.campaign", "the campaign %q is canceled", n.Campaign).Rejected, nil
	}
	return nil, nil //nolint:nilnil // it is not rejected
}
