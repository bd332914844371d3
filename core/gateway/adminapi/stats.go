// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package adminapi

import (
	"context"
	"net/http"
	"time"

	"github.com/wahost/wahost/core/gateway/store"
)

// Stats counts messages.
type Stats struct {
	Ready   int `json:"ready" doc:"Messages that wait or are under way."`
	Unknown int `json:"unknown" doc:"Messages that may have reached a vendor. A person can resolve them."`
	Dead    int `json:"dead" doc:"Messages that were rejected, expired or were canceled."`
	InCalls int `json:"in_calls" doc:"Messages in calls to providers."`
	Paused  int `json:"paused" doc:"Lanes that are paused."`
	// CountedAt is when the messages were counted.
	CountedAt time.Time `json:"counted_at" doc:"When ready, unknown and dead were counted: up to a minute ago if they are so many that it takes long."`
}

func (s *Server) registerStats() {
	register(s, operation("operation", "get-stats", http.MethodGet, "/stats", operating, "Count messages", "How many messages are in each state now. Accepted messages are not counted."), s.stats)
}

func (s *Server) stats(ctx context.Context, _ *caller, _ *struct{}) (*answer[Stats], error) {
	counts, at, err := s.Counts.States(ctx)
	if err != nil {
		return nil, err
	}
	out := &answer[Stats]{Stats{
		Ready: counts[store.StateReady], Unknown: counts[store.StateUnknown], Dead: counts[store.StateDead], CountedAt: at.UTC(),
	}}
	for _, l := range s.Engine.Lanes() {
		out.Body.InCalls += l.Calls
		if l.Paused {
			out.Body.Paused++
		}
	}
	return out, nil
}
