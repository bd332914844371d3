// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package console

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/wahost/wahost/core/gateway/adminapi"
)

// campaignsPage is what the list of campaigns shows.
type campaignsPage struct {
	layout
	Rows []adminapi.Campaign
	// NextURL is the page with the next campaigns, and empty on the last one.
	NextURL string
}

func (v *visit) campaigns() error {
	query := url.Values{"limit": {rowsOnPage}}
	if cursor := v.r.URL.Query().Get("cursor"); cursor != "" {
		query.Set("cursor", cursor)
	}
	found, err := ask[items[adminapi.Campaign]](v, http.MethodGet, "campaigns", query, nil)
	if err != nil {
		return err
	}
	p := &campaignsPage{layout: v.layout("Campaigns", "campaigns"), Rows: found.Items}
	if found.Next != "" {
		p.NextURL = Prefix + "campaigns?" + url.Values{"cursor": {found.Next}}.Encode()
	}
	return v.render("campaigns", p)
}

// createCampaign creates a campaign, and shows it.
func (v *visit) createCampaign() error {
	pace, err := paceOf(v.r.PostFormValue("per_minute"))
	if err != nil {
		return err
	}
	c, err := ask[adminapi.Campaign](v, http.MethodPost, "campaigns", nil, map[string]any{
		"name": strings.TrimSpace(v.r.PostFormValue("name")), "phone_number_id": v.r.PostFormValue("phone_number_id"), "per_minute": pace, "paused": v.r.PostFormValue("paused") != "",
	})
	if err != nil {
		return err
	}
	return v.back(Prefix+"campaigns/"+c.Name, "create-campaign")
}

// paceOf returns the pace that a field of a form has. An empty field stands for no bound.
func paceOf(field string) (int, error) {
	if field = strings.TrimSpace(field); field == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(field)
	if err != nil {
		return 0, newProblem(http.StatusUnprocessableEntity, "the pace must be a whole number of messages in a minute")
	}
	return n, nil
}

// campaignPage is what the page about a campaign shows.
type campaignPage struct {
	layout
	adminapi.CampaignDetail
}

// segment is how many messages of a campaign stand somewhere.
type segment struct {
	Word     string
	Messages int
	// From and Width are the place of the segment in a bar of progressWidth.
	From, Width int
}

// progressWidth is the width of the bar that shows the progress of a campaign.
const progressWidth = 1000

// Parts returns where the messages are, those that are furthest first.
func (p *campaignPage) Parts() []segment {
	all := []segment{
		{Word: "read", Messages: p.Counts.Read}, {Word: "delivered", Messages: p.Counts.Delivered}, {Word: "sent", Messages: p.Counts.Sent}, {Word: "accepted", Messages: p.Counts.Accepted},
		{Word: "unknown", Messages: p.Counts.Unknown}, {Word: "failed", Messages: p.Counts.Failed}, {Word: "canceled", Messages: p.Counts.Canceled}, {Word: "held", Messages: p.Counts.Held},
		{Word: "waiting", Messages: p.Counts.Waiting},
	}
	before := 0
	for i := range all {
		all[i].From = before * progressWidth / max(1, p.Messages)
		before += all[i].Messages
		all[i].Width = before*progressWidth/max(1, p.Messages) - all[i].From
	}
	return all
}

// Ended returns how many messages do not wait any more, and Percent their part of all.
func (p *campaignPage) Ended() int { return p.Messages - p.Counts.Waiting - p.Counts.Held }

// Percent returns the part of the messages that do not wait any more, in percent, rounded down.
func (p *campaignPage) Percent() int { return 100 * p.Ended() / max(1, p.Messages) }

// Sends reports whether the campaign sends as soon as it has messages, and Canceled whether it does not any more.
func (p *campaignPage) Sends() bool { return p.State == "running" || p.State == "done" }

// Canceled reports whether nothing can be done about the campaign.
func (p *campaignPage) Canceled() bool { return p.State == "canceled" }

// FailedURL returns the list of the messages that failed for a reason.
func (p *campaignPage) FailedURL(reason string) string {
	return Prefix + "messages?" + url.Values{"campaign": {p.Name}, "reason": {reason}}.Encode()
}

func (v *visit) campaign() error {
	c, err := ask[adminapi.CampaignDetail](v, http.MethodGet, "campaigns/"+url.PathEscape(v.r.PathValue("name")), nil, nil)
	if err != nil {
		return err
	}
	return v.render("campaign", &campaignPage{v.layout("Campaign "+c.Name, "campaigns"), c})
}

// setCampaign pauses, resumes or cancels a campaign, or changes its pace.
func (v *visit) setCampaign() error {
	name, action := v.r.PathValue("name"), v.r.PathValue("action")
	var body any
	switch action {
	case "pause", "resume", "cancel":
	case "pace":
		pace, err := paceOf(v.r.PostFormValue("per_minute"))
		if err != nil {
			return err
		}
		body = map[string]int{"per_minute": pace}
	default:
		return errNoPage
	}
	if _, err := ask[adminapi.Campaign](v, http.MethodPost, "campaigns/"+url.PathEscape(name)+"/"+action, nil, body); err != nil {
		return err
	}
	return v.back(Prefix+"campaigns/"+url.PathEscape(name), action+"-campaign")
}
