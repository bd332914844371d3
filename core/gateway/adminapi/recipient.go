// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package adminapi

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// Erased is what the erasure of a recipient did.
type Erased struct {
	Messages int `json:"messages" doc:"How many messages to the recipient were erased."`
	Received int `json:"received" doc:"How many messages from the recipient were removed."`
	Ended    int `json:"ended" doc:"How many of the messages were not sent yet, and are dead with the reason erased."`
	UnderWay int `json:"under_way" doc:"How many messages are in calls to providers and were not erased. Make the request again until it is 0."`
}

type eraseInput struct {
	Body struct {
		Address string `json:"address" minLength:"1" maxLength:"128" doc:"A phone number with its country code, or a user id."`
	}
}

func (s *Server) registerRecipients() {
	register(s, operation("recipients", "erase-recipient", http.MethodPost, "/recipients/erase", operating, "Erase what is known of a recipient",
		"The number, texts and references of messages to the recipient are erased, with what vendors wrote about them, and messages from the recipient are removed. What became of the messages "+
			"stays, without the recipient, so that they are counted as before. Webhooks that wait are not sent. An opt-out and an entry of the suppression list stay, since they keep "+
			"messages from the recipient. What is sent to the number later is kept as usual.",
		http.StatusUnprocessableEntity), s.erase)
}

func (s *Server) erase(ctx context.Context, c *caller, in *eraseInput) (*answer[Erased], error) {
	if !address.MatchString(in.Body.Address) {
		return nil, huma.Error422UnprocessableEntity(addressNeeded)
	}
	done, err := s.Engine.Erase(ctx, c.actor(), in.Body.Address)
	if err != nil {
		return nil, err
	}
	return &answer[Erased]{Erased{done.Messages, done.Received, len(done.Ended), done.UnderWay}}, nil
}
