// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package inbound

import (
	"net/http"
	"slices"
	"sync"
	"time"
)

// keptRefusals is how many refused requests are kept for people who look for the reason.
const keptRefusals = 20

// Refusal is a request that was not proven to be the vendor's. It has nothing of what the request contained.
type Refusal struct {
	At       time.Time
	Provider string
	// Channel is the address of the channel, or empty if the URL is that of the provider configuration.
	Channel string
	Method  string
	// Bytes is the size of the body.
	Bytes int
	// Problem is what the provider says about it.
	Problem string
}

// refusals has the last refused requests and their number. The zero value is ready for use.
type refusals struct {
	mu    sync.Mutex
	total int
	last  []Refusal
}

// Refused returns how many requests were refused, and the last of them, the newest first.
func (s *Server) Refused() (total int, last []Refusal) {
	s.refusals.mu.Lock()
	defer s.refusals.mu.Unlock()
	last = slices.Clone(s.refusals.last)
	slices.Reverse(last)
	return s.refusals.total, last
}

func (s *Server) refuse(p place, r *http.Request, size int, problem string) {
	s.Log.Warn("a webhook was refused", "provider", p.provider, "channel", p.channel, "problem", problem)
	s.refusals.mu.Lock()
	defer s.refusals.mu.Unlock()
	s.refusals.total++
	if len(s.refusals.last) == keptRefusals {
		s.refusals.last = s.refusals.last[1:]
	}
	s.refusals.last = append(s.refusals.last, Refusal{s.Now(), p.provider, p.channel, r.Method, size, problem})
}
