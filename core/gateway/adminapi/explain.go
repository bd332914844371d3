// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package adminapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/wahost/wahost/core/gateway/store"
	"github.com/wahost/wahost/core/ids"
	"github.com/wahost/wahost/core/route"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

type explainInput struct {
	Body struct {
		PhoneNumberID string         `json:"phone_number_id" maxLength:"64"`
		Message       map[string]any `json:"message" doc:"A message as for the Cloud API."`
	}
}

// Explanation says what would become of a message.
type Explanation struct {
	Accepted  bool         `json:"accepted" doc:"Whether the gateway would take the message."`
	Rejection *Rejection   `json:"rejection,omitempty" doc:"Why it cannot be sent, for ever or now."`
	Route     string       `json:"route,omitempty"`
	Lane      string       `json:"lane,omitempty"`
	Class     string       `json:"class,omitempty" enum:"authentication,transactional,marketing"`
	Category  string       `json:"category,omitempty"`
	ExpiresAt *time.Time   `json:"expires_at,omitempty"`
	Channels  []Considered `json:"channels" nullable:"false" doc:"The channels that would be tried, in order, and those that were skipped."`
	Undecided []Undecided  `json:"undecided,omitempty" doc:"Routes whose condition could not be decided."`
}

// Rejection is why a message is not sent.
type Rejection struct {
	Reason string `json:"reason"`
	Path   string `json:"path,omitempty" doc:"The field at fault."`
	Detail string `json:"detail,omitempty"`
}

// Considered is a channel and what the routes say about it.
type Considered struct {
	Channel string     `json:"channel"`
	Skipped bool       `json:"skipped"`
	Weight  int        `json:"weight,omitempty"`
	Reason  string     `json:"reason,omitempty" doc:"Why it was skipped. It is absent if the channel is not healthy now."`
	Path    string     `json:"path,omitempty"`
	Detail  string     `json:"detail,omitempty"`
	UntilAt *time.Time `json:"until_at,omitempty" doc:"When it is tried again."`
}

// Undecided is a route whose condition could not be decided.
type Undecided struct {
	Route  string `json:"route"`
	Detail string `json:"detail"`
}

func (s *Server) registerExplain() {
	register(s, operation("lanes", "explain", http.MethodPost, "/explain", explaining, "Explain where a message would go",
		"The decision for a message and its recipient at this moment. Nothing is sent or stored.", http.StatusNotFound, http.StatusUnprocessableEntity), s.explain)
}

func (s *Server) explain(ctx context.Context, c *caller, in *explainInput) (*answer[Explanation], error) {
	number := in.Body.PhoneNumberID
	if _, err := numbersOf(c, number); err != nil {
		return nil, err
	}
	if !slices.Contains(s.Numbers, number) {
		return nil, huma.Error404NotFound("the gateway has no such phone number id")
	}
	raw, err := json.Marshal(in.Body.Message)
	if err != nil {
		return nil, err
	}
	m, err := message.Parse(raw)
	if err != nil {
		return nil, invalid(err)
	}
	if err := message.Validate(m, &message.Limits{}); err != nil {
		return nil, invalid(err)
	}
	to, err := message.RecipientOf(m)
	if err != nil {
		return nil, invalid(err)
	}
	n := &store.NewMessage{ID: ids.New(), Sender: number, To: to, Body: raw, APIKey: c.key.Name}
	d, rejected, err := s.Engine.Explain(ctx, n, m)
	if err != nil {
		return nil, err
	}
	return &answer[Explanation]{explanation(n, &d, rejected)}, nil
}

func explanation(n *store.NewMessage, d *route.Decision, rejected *outcome.Rejected) Explanation {
	x := Explanation{Accepted: n.Lane != "", Route: d.Route, Lane: n.Lane, Category: n.Category, ExpiresAt: at(n.Expires), Channels: []Considered{}}
	if x.Accepted {
		x.Class = className(n.Class)
	}
	if rejected != nil {
		x.Rejection = &Rejection{string(rejected.Reason), rejected.Path, rejected.Detail}
	}
	for _, k := range d.Candidates {
		x.Channels = append(x.Channels, Considered{Channel: k.Channel.String(), Weight: k.Weight})
	}
	for _, k := range d.Skipped {
		x.Channels = append(x.Channels, Considered{
			Channel: k.Channel.String(), Skipped: true, Reason: string(k.Reason), Path: k.Path, Detail: k.Detail, UntilAt: at(k.Until),
		})
	}
	for _, u := range d.Undecided {
		x.Undecided = append(x.Undecided, Undecided{u.Route, u.Cause})
	}
	return x
}

// invalid returns the problem for a message that is not valid, with all that is wrong.
func invalid(err error) error {
	var e *message.InvalidError
	if !errors.As(err, &e) {
		return huma.Error400BadRequest(err.Error())
	}
	var all []error
	for _, p := range e.Problems {
		all = append(all, &huma.ErrorDetail{Location: p.Path, Message: p.Detail})
	}
	return huma.Error422UnprocessableEntity("the message is not valid", all...)
}

// rejection returns the problem for a message that may not be sent or has no way to its recipient.
func rejection(r *outcome.Rejected) error {
	return huma.Error422UnprocessableEntity("the message cannot be sent now: "+string(r.Reason), &huma.ErrorDetail{Location: r.Path, Message: r.Detail})
}
