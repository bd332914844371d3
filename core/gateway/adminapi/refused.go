// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package adminapi

import (
	"context"
	"net/http"
	"time"

	"github.com/wahost/wahost/core/gateway/inbound"
)

// Refused is how many requests to the URLs of vendors were refused, and the last of them.
type Refused struct {
	Total int       `json:"total" doc:"How many were refused since the gateway started."`
	Items []Refusal `json:"items" nullable:"false" doc:"The last 20, the newest first."`
}

// Refusal is a request that was not proven to be the vendor's. What it contained is not kept, since anybody may have made it.
type Refusal struct {
	At       time.Time `json:"at"`
	Provider string    `json:"provider" doc:"The provider configuration of the URL."`
	Channel  string    `json:"channel,omitempty" doc:"The channel of the URL."`
	Method   string    `json:"method"`
	Bytes    int       `json:"bytes" doc:"The size of the body."`
	Problem  string    `json:"problem" doc:"What the provider says is wrong."`
}

func (s *Server) registerRefused() {
	register(s, operation("operation", "list-refused", http.MethodGet, "/inbound/refused", operating, "Show refused webhooks of vendors",
		"Requests to the URLs of vendors that no vendor has signed. Many of them from a vendor mean that a secret is wrong in the configuration or at the vendor."),
		func(context.Context, *caller, *struct{}) (*answer[Refused], error) {
			out := &answer[Refused]{Refused{Items: []Refusal{}}}
			var last []inbound.Refusal
			if s.Refused != nil {
				out.Body.Total, last = s.Refused()
			}
			for _, r := range last {
				out.Body.Items = append(out.Body.Items, Refusal{r.At.UTC(), r.Provider, r.Channel, r.Method, r.Bytes, r.Problem})
			}
			return out, nil
		})
}
