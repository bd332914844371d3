// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package adminapi

import (
	"context"
	"net/http"

	"github.com/wahost/wahost/core/gateway/store"
)

// Stats counts messages.
type Stats struct {
	Ready   int `json:"ready" doc:"Messages that wait or are under way."`
	Unknown int `json:"unknown" doc:"Messages that may have reached a vendor. A person can resolve them."`
	Dead    int `json:"dead" doc:"Messages that were rejected, expired or were canceled."`
	InCalls int `json:"in_calls" doc:"Messages in calls to providers."`
	Paused  int `json:"paused" doc:"Lanes that are paused."`
}

func (s *Server) registerStats() {
	register(s, operation("operation", "get-stats", http.MethodGet, "/stats", operating, "Count messages", "How many messages are in each state now. Accepted messages are not counted."), s.stats)
}

func (s *Server) stats(ctx context.Context, _ *caller, _ *struct{}) (*answer[Stats], error) {
	counts, err := s.Store.Counts(ctx)
	if err != nil {
		return nil, err
	}
	out := &answer[Stats]{Stats{
		Ready: counts[store.StateReady], Unknown: counts[store.StateUnknown], Dead: counts[store.StateDead],
	}}
	for _, l := range s.Engine.Lanes() {
		out.Body.InCalls += l.Calls
		if l.Paused {
			out.Body.Paused++
		}
	}
	return out, nil
}
