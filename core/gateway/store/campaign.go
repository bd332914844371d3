// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"
	"time"
)

// ErrNoCampaign is the error of a look-up of a campaign that the store does not have.
var ErrNoCampaign = errors.New("the store has no such campaign")

// CampaignState is whether the messages of a campaign are sent. Its values are in databases and in the audit, and never change.
type CampaignState string

// The states of a campaign.
const (
	// CampaignRunning means that messages are sent as their turn comes.
	CampaignRunning CampaignState = "running"
	// CampaignPaused means that no message is handed over.
	CampaignPaused CampaignState = "paused"
	// CampaignCanceled means that what waits is not sent any more. A campaign stays canceled.
	CampaignCanceled CampaignState = "canceled"
	// CampaignDone means that a running campaign has messages, and that none of them waits. No database has it: it follows from the messages.
	CampaignDone CampaignState = "done"
)

// Campaign is a group of messages with a name that are paused, resumed and canceled together, and sent at a pace.
type Campaign struct {
	// Name is what people call it. There is one campaign of a name.
	Name string
	// Sender is the phone number id that its messages are from.
	Sender string
	State  CampaignState
	// PerMinute is how many messages are handed over in a minute at most, or 0 for as many as the lane allows.
	PerMinute int
	// Created is when it was created, and By the name of the API key that did it.
	Created time.Time
	By      string
}

// CampaignChange is what becomes of a campaign. Nil fields stay as they are.
type CampaignChange struct {
	State     *CampaignState
	PerMinute *int
}

// CampaignQuery selects campaigns. Zero fields select all.
type CampaignQuery struct {
	// Senders are the phone number ids of the campaigns.
	Senders []string
	// After is the name of the last campaign that was returned before.
	After string
	// Limit is the largest number of campaigns. It is above 0.
	Limit int
}

// CampaignRefusedError is the error of a change that the state of the campaign does not allow. Nothing has changed.
type CampaignRefusedError struct {
	// Why says what is in the way and what to do.
	Why string
}

// Error returns the reason.
func (e *CampaignRefusedError) Error() string { return e.Why }

// CampaignProgress is where the messages of a campaign stand. Each message counts once.
type CampaignProgress struct {
	// Waiting are to be sent, or are in a handover.
	Waiting int
	// Accepted were accepted by a vendor, and nothing more is known of them. Sent, Delivered and Read were told by vendors later; those
	// that were played are among Read.
	Accepted, Sent, Delivered, Read int
	// Unknown may have reached a vendor.
	Unknown int
	// Failed are those that were not sent, or did not arrive, by reason. Those of ReasonCanceled and ReasonCampaignCanceled are among them.
	Failed map[string]int
	// Recent is how many messages had an outcome after the time that was asked for.
	Recent int
	// LastDue is when the last of the waiting messages is due, or zero if none waits.
	LastDue time.Time
}

// Campaigns keeps campaigns. What it changes is in the audit, which is written in the same transaction as the change.
type Campaigns interface {
	// CreateCampaign records a campaign, unless there is one of the name. It returns the campaign that the store has, and whether it was
	// recorded by this call. Created and By of c are ignored.
	CreateCampaign(ctx context.Context, by Actor, c *Campaign) (has *Campaign, created bool, err error)
	// ChangeCampaign changes the one row of a campaign, and returns what the campaign is then. The error is ErrNoCampaign, or a
	// *CampaignRefusedError for a campaign that is canceled. To cancel it again is no error.
	ChangeCampaign(ctx context.Context, by Actor, name string, change CampaignChange) (*Campaign, error)
	// Campaign returns a campaign, or ErrNoCampaign.
	Campaign(ctx context.Context, name string) (*Campaign, error)
	// Campaigns returns campaigns in the order of their names.
	Campaigns(ctx context.Context, q CampaignQuery) ([]Campaign, error)
	// CampaignProgress counts the messages of a campaign. It reads all of them, and no others, and does not make writers wait.
	CampaignProgress(ctx context.Context, name string, since time.Time) (*CampaignProgress, error)
}
