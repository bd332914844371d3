// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package adminapi

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/wahost/wahost/core/gateway/store"
)

// Campaign is a group of messages that are paused, resumed and canceled together.
type Campaign struct {
	Name          string    `json:"name" example:"spring_sale"`
	PhoneNumberID string    `json:"phone_number_id" doc:"The number that its messages are from."`
	State         string    `json:"state" enum:"running,paused,canceled,done" doc:"It is done when none of its messages waits. A campaign that is done runs again with the next message."`
	PerMinute     int       `json:"per_minute,omitempty" doc:"How many messages are handed over in a minute at most. It is absent for as many as the lane allows."`
	CreatedAt     time.Time `json:"created_at"`
	CreatedBy     string    `json:"created_by" doc:"The name of the key."`
}

// CampaignDetail is a campaign and where its messages stand.
type CampaignDetail struct {
	Campaign
	Messages int              `json:"messages" doc:"How many messages it has. Each of them is counted once below."`
	Counts   CampaignCounts   `json:"counts"`
	Failed   []CampaignFailed `json:"failed" nullable:"false" doc:"The messages that were not sent or did not arrive, by reason, the most frequent first. Canceled ones are not among them."`
	EndsAt   *time.Time       `json:"ends_at,omitempty" doc:"When no message waits any more, if it goes on at per_minute or, without that, as in the last minute. It is absent if that cannot be told, or if none is sent."`
}

// CampaignCounts says where the messages of a campaign stand.
type CampaignCounts struct {
	Waiting   int `json:"waiting" doc:"They are to be sent, or under way."`
	Held      int `json:"held" doc:"They wait because the campaign is paused."`
	Accepted  int `json:"accepted" doc:"A vendor accepted them, and nothing more is known."`
	Sent      int `json:"sent"`
	Delivered int `json:"delivered"`
	Read      int `json:"read" doc:"They were read or played."`
	Unknown   int `json:"unknown" doc:"They may have reached a vendor."`
	Failed    int `json:"failed"`
	Canceled  int `json:"canceled"`
}

// CampaignFailed is how many messages failed for a reason.
type CampaignFailed struct {
	Reason   string `json:"reason" example:"invalid_recipient"`
	Messages int    `json:"messages"`
}

// CampaignName is the campaign that a request is about.
type CampaignName struct {
	Name string `path:"name" maxLength:"100" doc:"The name of the campaign."`
}

type newCampaign struct {
	Body struct {
		Name          string `json:"name" maxLength:"100" pattern:"^[A-Za-z0-9._-]+$" doc:"A name that no other campaign of the gateway has."`
		PhoneNumberID string `json:"phone_number_id" minLength:"1" maxLength:"64" doc:"The number that its messages are from."`
		PerMinute     int    `json:"per_minute,omitempty" minimum:"0" maximum:"600000" doc:"How many messages to hand over in a minute at most. Without it, as many as the lane allows."`
		Paused        bool   `json:"paused,omitempty" doc:"Begin paused."`
	}
}

type paceInput struct {
	CampaignName
	Body struct {
		PerMinute int `json:"per_minute" minimum:"0" maximum:"600000" doc:"How many messages to hand over in a minute at most, or 0 for as many as the lane allows."`
	}
}

// createdCampaign is the answer to a request for a new campaign.
type createdCampaign struct {
	Status int
	Body   Campaign
}

func (s *Server) registerCampaigns() {
	register(s, operation("campaigns", "list-campaigns", http.MethodGet, "/campaigns", reading, "Show the campaigns", "Campaigns of the numbers of the key, by their names."), s.campaigns)
	register(s, operation("campaigns", "get-campaign", http.MethodGet, "/campaigns/{name}", reading, "Show a campaign",
		"A campaign and where its messages stand. The messages are counted for each request.", http.StatusNotFound),
		func(ctx context.Context, c *caller, in *CampaignName) (*answer[CampaignDetail], error) {
			found, err := s.findCampaign(ctx, c, in.Name)
			if err != nil {
				return nil, err
			}
			return s.campaignDetail(ctx, found)
		})
	op := operation("campaigns", "create-campaign", http.MethodPost, "/campaigns", sending, "Create a campaign",
		"Messages name the campaign when they are handed over: with campaign in the query of an import, or with wahost.campaign. They are sent in their turn, as those of other campaigns and keys. "+
			"They do not expire by themselves, unless they are authentication messages. The same request again answers with the campaign, with the status 200.",
		http.StatusNotFound, http.StatusConflict, http.StatusUnprocessableEntity)
	op.DefaultStatus = http.StatusCreated
	op.Responses = map[string]*huma.Response{"200": {Description: "There was such a campaign already. It is as it was.", Content: map[string]*huma.MediaType{
		"application/json": {Schema: s.api.OpenAPI().Components.Schemas.Schema(typeOf[Campaign](), true, "")},
	}}}
	register(s, op, s.createCampaign)
	for _, change := range []struct {
		verb, summary, description string
		state                      store.CampaignState
	}{
		{"pause", "Pause a campaign", "When the answer comes, no call to a provider begins for its messages. Calls under way end as usual. Other nodes obey within a second or two.", store.CampaignPaused},
		{"resume", "Let a campaign go on", "", store.CampaignRunning},
		{"cancel", "Cancel a campaign", "Messages that wait are dead soon, with the reason campaign_canceled. Those under way end as usual. A campaign stays canceled, and takes no more messages.", store.CampaignCanceled},
	} {
		register(s, operation("campaigns", change.verb+"-campaign", http.MethodPost, "/campaigns/{name}/"+change.verb, canceling, change.summary, change.description,
			http.StatusNotFound, http.StatusConflict),
			func(ctx context.Context, c *caller, in *CampaignName) (*answer[Campaign], error) {
				return s.changeCampaign(ctx, c, in.Name, store.CampaignChange{State: &change.state})
			})
	}
	register(s, operation("campaigns", "set-campaign-pace", http.MethodPost, "/campaigns/{name}/pace", canceling, "Change the pace of a campaign", "",
		http.StatusNotFound, http.StatusConflict, http.StatusUnprocessableEntity),
		func(ctx context.Context, c *caller, in *paceInput) (*answer[Campaign], error) {
			return s.changeCampaign(ctx, c, in.Name, store.CampaignChange{PerMinute: &in.Body.PerMinute})
		})
}

// findCampaign returns a campaign that the caller may see.
func (s *Server) findCampaign(ctx context.Context, c *caller, name string) (*store.Campaign, error) {
	found, err := s.Store.Campaign(ctx, name)
	if err == nil && !c.key.Covers(found.Sender) {
		err = store.ErrNoCampaign
	}
	return found, err
}

func (s *Server) campaigns(ctx context.Context, c *caller, in *Page) (*list[Campaign], error) {
	senders, err := numbersOf(c, "")
	if err != nil {
		return nil, err
	}
	found, err := s.Store.Campaigns(ctx, store.CampaignQuery{Senders: senders, After: in.Cursor, Limit: in.Limit + 1})
	if err != nil {
		return nil, err
	}
	out := &list[Campaign]{listBody[Campaign]{Items: []Campaign{}}}
	for i := range found[:min(len(found), in.Limit)] {
		out.Body.Items = append(out.Body.Items, campaignView(&found[i]))
	}
	if len(found) > in.Limit {
		out.Body.Next = found[in.Limit-1].Name
	}
	return out, nil
}

func (s *Server) createCampaign(ctx context.Context, c *caller, in *newCampaign) (*createdCampaign, error) {
	switch {
	case !c.key.Covers(in.Body.PhoneNumberID):
		return nil, huma.Error403Forbidden("the key may not use this phone number id")
	case !slices.Contains(s.Numbers, in.Body.PhoneNumberID):
		return nil, huma.Error404NotFound("the gateway has no such phone number id")
	}
	wanted := &store.Campaign{Name: in.Body.Name, Sender: in.Body.PhoneNumberID, State: store.CampaignRunning, PerMinute: in.Body.PerMinute}
	if in.Body.Paused {
		wanted.State = store.CampaignPaused
	}
	has, created, err := s.Engine.CreateCampaign(ctx, c.actor(), wanted)
	if err != nil {
		return nil, err
	}
	out := &createdCampaign{http.StatusOK, campaignView(has)}
	switch {
	case created:
		out.Status = http.StatusCreated
	case has.Sender != wanted.Sender:
		return nil, huma.Error409Conflict("another phone number id has a campaign of this name: use another name")
	}
	return out, nil
}

// changeCampaign changes a campaign, and answers with what it is then. Its messages are not counted: a change takes no longer for more of them.
func (s *Server) changeCampaign(ctx context.Context, c *caller, name string, change store.CampaignChange) (*answer[Campaign], error) {
	if _, err := s.findCampaign(ctx, c, name); err != nil {
		return nil, err
	}
	changed, err := s.Engine.ChangeCampaign(ctx, c.actor(), name, change)
	var refused *store.CampaignRefusedError
	if errors.As(err, &refused) {
		return nil, huma.Error409Conflict(refused.Why)
	}
	if err != nil {
		return nil, err
	}
	return &answer[Campaign]{campaignView(changed)}, nil
}
