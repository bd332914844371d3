// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package adminapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// Trouble is the messages that are unknown or dead in the same way. Those with a successor are not among them.
type Trouble struct {
	State      string `json:"state" enum:"unknown,dead"`
	Channel    string `json:"channel,omitempty" doc:"The channel of the last attempt."`
	Reason     string `json:"reason,omitempty"`
	VendorCode string `json:"vendor_code,omitempty"`
	Messages   int    `json:"messages"`
	Newest     string `json:"newest" doc:"The id of the newest message of the kind, which may have been sent anew."`
}

type troublesInput struct {
	Limit int `query:"limit" default:"100" minimum:"1" maximum:"500" doc:"The largest number of entries."`
}

func (s *Server) registerTroubles() {
	register(s, operation("messages", "list-troubles", http.MethodGet, "/troubles", reading, "Count what needs somebody",
		"All unknown and dead messages of the numbers of the key that were not sent anew, counted by state, channel, reason and the vendor's code, the most first."), s.troubles)
}

func (s *Server) troubles(ctx context.Context, c *caller, in *troublesInput) (*counted[Trouble], error) {
	senders, err := numbersOf(c, "")
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, searchTime)
	defer cancel()
	found, at, err := s.Counts.Troubles(ctx, senders, in.Limit)
	if err != nil {
		if ctx.Err() != nil {
			return nil, huma.Error503ServiceUnavailable("the messages cannot be counted in time")
		}
		return nil, err
	}
	out := &counted[Trouble]{countedBody[Trouble]{Items: []Trouble{}, CountedAt: at.UTC()}}
	for _, t := range found {
		out.Body.Items = append(out.Body.Items, Trouble{t.State.String(), t.Channel, t.Reason, t.VendorCode, t.Messages, t.Newest.Wamid()})
	}
	return out, nil
}
