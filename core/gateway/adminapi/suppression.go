// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package adminapi

import (
	"context"
	"net/http"
	"regexp"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/wahost/wahost/core/gateway/engine"
	"github.com/wahost/wahost/core/gateway/store"
)

// Suppression is a recipient who gets no messages.
type Suppression struct {
	Address string    `json:"address" doc:"A phone number without the plus sign, or a user id."`
	Reason  string    `json:"reason,omitempty"`
	AddedAt time.Time `json:"added_at"`
	AddedBy string    `json:"added_by" doc:"The name of the key."`
}

// NewSuppression is a recipient who is to get no messages.
type NewSuppression struct {
	Address string `json:"address" minLength:"1" maxLength:"128" doc:"A phone number with its country code, or a user id."`
	Reason  string `json:"reason,omitempty" maxLength:"500" doc:"Why, for people."`
}

type suppressInput struct {
	Body struct {
		Suppressions []NewSuppression `json:"suppressions" nullable:"false" minItems:"1" maxItems:"1000"`
	}
}

// Changed is how much a request changed.
type Changed struct {
	Changed int `json:"changed" doc:"How many entries changed. Those that were as asked before do not count."`
}

type suppressionsInput struct {
	Page
	Address string `query:"address" maxLength:"128" doc:"Only this address."`
}

type addressInput struct {
	Address string `path:"address" maxLength:"128"`
}

func (s *Server) registerSuppressions() {
	register(s, operation("suppressions", "list-suppressions", http.MethodGet, "/suppressions", operating, "Show who gets no messages", ""), s.suppressions)
	register(s, operation("suppressions", "add-suppressions", http.MethodPost, "/suppressions", operating, "Send no more messages to recipients",
		"Messages to these recipients are refused with the code 131050. Those that were accepted before are dead when their turn comes, with the reason suppressed. "+
			"Either all of the list or nothing of it takes effect.", http.StatusUnprocessableEntity), s.suppress)
	register(s, operation("suppressions", "remove-suppression", http.MethodDelete, "/suppressions/{address}", operating, "Send messages to a recipient again", "", http.StatusNotFound),
		s.unsuppress)
}

// address is a phone number as people write it without separators, or a user id.
var address = regexp.MustCompile(`^\+?[0-9A-Za-z._-]+$`)

const addressNeeded = "an address is a phone number of digits, or a user id"

func (s *Server) suppressions(ctx context.Context, _ *caller, in *suppressionsInput) (*list[Suppression], error) {
	q := store.SettingQuery{Kind: store.SettingSuppression, After: in.Cursor, Limit: in.Limit + 1}
	if in.Address != "" {
		q.Keys = []string{engine.SuppressionKey(in.Address)}
	}
	found, err := s.Store.Settings(ctx, q)
	if err != nil {
		return nil, err
	}
	out := &list[Suppression]{listBody[Suppression]{Items: []Suppression{}}}
	for _, f := range found[:min(len(found), in.Limit)] {
		out.Body.Items = append(out.Body.Items, Suppression{f.Key, f.Value, f.At.UTC(), f.By})
	}
	if len(found) > in.Limit {
		out.Body.Next = found[in.Limit-1].Key
	}
	return out, nil
}

func (s *Server) suppress(ctx context.Context, c *caller, in *suppressInput) (*answer[Changed], error) {
	var changes []store.Setting
	for _, x := range in.Body.Suppressions {
		if !address.MatchString(x.Address) {
			return nil, huma.Error422UnprocessableEntity(addressNeeded)
		}
		changes = append(changes, store.Setting{Kind: store.SettingSuppression, Key: engine.SuppressionKey(x.Address), Value: x.Reason})
	}
	n, err := s.Engine.Set(ctx, c.actor(), changes)
	if err != nil {
		return nil, err
	}
	return &answer[Changed]{Changed{n}}, nil
}

func (s *Server) unsuppress(ctx context.Context, c *caller, in *addressInput) (*answer[Changed], error) {
	n, err := s.Engine.Set(ctx, c.actor(), []store.Setting{{Kind: store.SettingSuppression, Key: engine.SuppressionKey(in.Address), Removed: true}})
	if err != nil {
		return nil, err
	}
	if n == 0 {
		return nil, huma.Error404NotFound("the recipient is not on the list")
	}
	return &answer[Changed]{Changed{n}}, nil
}
