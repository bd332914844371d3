// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package adminapi

import (
	"cmp"
	"context"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/gateway/engine"
	"github.com/wahost/wahost/core/gateway/metrics"
	"github.com/wahost/wahost/core/gateway/store"
)

// Lane is the queue of a sending identity.
type Lane struct {
	Name     string    `json:"name" doc:"The sending identity, or the channel if the identity is not known."`
	Channels []string  `json:"channels" nullable:"false" doc:"The channels that send from it now."`
	Paused   bool      `json:"paused"`
	Reason   string    `json:"reason,omitempty" doc:"Why it is paused."`
	InCalls  int       `json:"in_calls" doc:"How many of its messages are in calls to providers."`
	Backlog  []Backlog `json:"backlog" nullable:"false" doc:"The ready messages, by class."`
}

// Backlog is the ready messages of a lane and class.
type Backlog struct {
	Class    string     `json:"class" enum:"authentication,transactional,marketing"`
	Messages int        `json:"messages" doc:"How many messages are ready, also those in calls and those for later."`
	Due      int        `json:"due" doc:"How many of them are due."`
	OldestAt *time.Time `json:"oldest_at,omitempty" doc:"The earliest time at which one of them was to be sent."`
}

// ChannelState is a channel and its state.
type ChannelState struct {
	Channel   string     `json:"channel" example:"innopaas.main"`
	Provider  string     `json:"provider" doc:"The provider configuration."`
	Lane      string     `json:"lane"`
	Healthy   bool       `json:"healthy"`
	Reason    string     `json:"reason,omitempty" doc:"Why it is not used now."`
	UntilAt   *time.Time `json:"until_at,omitempty" doc:"When it is tried again."`
	Kinds     []string   `json:"kinds" nullable:"false" doc:"The kinds of messages that it carries. The list is empty until the channel was opened."`
	GroupSize int        `json:"group_size" doc:"How many recipients one request to the vendor may have."`
	Window    *Window    `json:"window,omitempty" doc:"The requests to the vendor at a time. It is absent until the channel was opened."`
	Latency   *Latency   `json:"latency,omitempty" doc:"How long attempts took since the gateway process began. It is absent before the first."`
}

// Window is how many requests to a vendor may be under way.
type Window struct {
	Size     int `json:"size" doc:"How many may be under way now. It follows from how fast the vendor answers."`
	Most     int `json:"most" doc:"The largest that this can be."`
	UnderWay int `json:"under_way"`
}

// Latency counts attempts by how long they took from the handover to the outcome.
type Latency struct {
	Count   int      `json:"count"`
	Mean    float64  `json:"mean_seconds"`
	Buckets []Bucket `json:"buckets" nullable:"false"`
}

// Bucket is the attempts that took up to a time, and longer than that of the bucket before.
type Bucket struct {
	UpTo  float64 `json:"up_to_seconds,omitempty" doc:"It is absent for the last bucket, which has no bound."`
	Count int     `json:"count"`
}

// LaneName is the lane that a request is about.
type LaneName struct {
	Lane string `path:"lane" maxLength:"256" doc:"The name of the lane."`
}

type pauseInput struct {
	LaneName
	Body struct {
		Reason string `json:"reason" minLength:"1" maxLength:"500" doc:"Why, for people."`
	}
}

func (s *Server) registerLanes() {
	register(s, operation("lanes", "list-lanes", http.MethodGet, "/lanes", operating, "Show the lanes", "All lanes with their ready messages."), s.listLanes)
	register(s, operation("lanes", "pause-lane", http.MethodPost, "/lanes/{lane}/pause", operating, "Pause a lane",
		"When the answer comes, no call to a provider begins for the lane. Calls under way end as usual, and messages are still accepted. The lane stays paused when the gateway starts again.",
		http.StatusNotFound, http.StatusUnprocessableEntity),
		func(ctx context.Context, c *caller, in *pauseInput) (*answer[Lane], error) {
			return s.setLane(ctx, c, store.Setting{Kind: store.SettingPause, Key: in.Lane, Value: in.Body.Reason})
		})
	register(s, operation("lanes", "resume-lane", http.MethodPost, "/lanes/{lane}/resume", operating, "Let a lane send again", "", http.StatusNotFound),
		func(ctx context.Context, c *caller, in *LaneName) (*answer[Lane], error) {
			return s.setLane(ctx, c, store.Setting{Kind: store.SettingPause, Key: in.Lane, Removed: true})
		})
	register(s, operation("lanes", "list-channels", http.MethodGet, "/channels", operating, "Show the channels", "All channels of the configuration and their state."),
		func(context.Context, *caller, *struct{}) (*list[ChannelState], error) {
			return &list[ChannelState]{listBody[ChannelState]{Items: s.channels()}}, nil
		})
}

func (s *Server) listLanes(ctx context.Context, _ *caller, _ *struct{}) (*counted[Lane], error) {
	lanes, when, err := s.lanes(ctx)
	if err != nil {
		return nil, err
	}
	sorted := slices.SortedFunc(maps.Values(lanes), func(a, b Lane) int { return cmp.Compare(a.Name, b.Name) })
	return &counted[Lane]{countedBody[Lane]{append([]Lane{}, sorted...), when.UTC()}}, nil
}

// lanes returns the lanes by their names, and when their messages were counted.
func (s *Server) lanes(ctx context.Context) (lanes map[string]Lane, counted time.Time, err error) {
	waiting, counted, err := s.Counts.Backlog(ctx)
	if err != nil {
		return nil, counted, err
	}
	lanes = map[string]Lane{}
	for name, l := range s.Engine.Lanes() {
		lanes[name] = Lane{Name: name, Channels: []string{}, Paused: l.Paused, Reason: l.Reason, InCalls: l.Calls, Backlog: []Backlog{}}
	}
	for _, w := range waiting {
		l, ok := lanes[w.Lane]
		if !ok {
			l = Lane{Name: w.Lane, Channels: []string{}}
		}
		l.Backlog = append(l.Backlog, Backlog{className(w.Class), w.Messages, w.Due, at(w.Oldest)})
		lanes[w.Lane] = l
	}
	for _, c := range s.channels() {
		l := lanes[c.Lane]
		l.Name, l.Channels = c.Lane, append(l.Channels, c.Channel)
		lanes[c.Lane] = l
	}
	return lanes, counted, nil
}

// setLane pauses or resumes a lane that exists.
func (s *Server) setLane(ctx context.Context, c *caller, change store.Setting) (*answer[Lane], error) {
	lanes, _, err := s.lanes(ctx)
	if err != nil {
		return nil, err
	}
	if _, ok := lanes[change.Key]; !ok {
		return nil, huma.Error404NotFound("there is no such lane")
	}
	if _, err := s.Engine.Set(ctx, c.actor(), []store.Setting{change}); err != nil {
		return nil, err
	}
	if lanes, _, err = s.lanes(ctx); err != nil {
		return nil, err
	}
	l := lanes[change.Key]
	if l.Name == "" { // it was there because it was paused
		l = Lane{Name: change.Key, Channels: []string{}, Backlog: []Backlog{}}
	}
	return &answer[Lane]{l}, nil
}

// latencyOf returns a histogram as the API shows it, or nil for one without attempts.
func latencyOf(h metrics.Histogram) *Latency {
	if h.Count == 0 {
		return nil
	}
	l := &Latency{Count: h.Count, Mean: h.Sum / float64(h.Count), Buckets: []Bucket{}}
	for i, n := range h.Counts {
		b := Bucket{Count: n}
		if i < len(h.Bounds) {
			b.UpTo = h.Bounds[i]
		}
		l.Buckets = append(l.Buckets, b)
	}
	return l
}

// channels returns the channels and their states.
func (s *Server) channels() []ChannelState {
	snapshot, now := s.Engine.Snapshot(), time.Now()
	windows := map[addr.Channel]Window{}
	if s.Windows != nil {
		windows = s.Windows()
	}
	var latencies map[string]metrics.Histogram
	if s.Latency != nil {
		latencies = s.Latency()
	}
	states := []ChannelState{}
	for _, c := range s.Channels {
		v := ChannelState{Channel: c.Address, Provider: c.Provider, Lane: c.Address, Kinds: []string{}, GroupSize: 1}
		a, err := addr.ParseChannel(c.Address)
		if w, ok := windows[a]; ok {
			v.Window = &w
		}
		v.Latency = latencyOf(latencies[c.Address])
		known, ok := snapshot.Channel(a)
		switch {
		case err != nil || !ok:
			v.Reason = "the channel is not open"
		default:
			v.Lane = engine.LaneOf(snapshot, a)
			if v.Reason, v.Healthy = known.Fit(now); !v.Healthy {
				v.UntilAt = at(known.Until)
			}
			if known.Checker != nil {
				for _, k := range known.Checker.Capabilities().Kinds {
					v.Kinds = append(v.Kinds, k.Kind)
				}
				v.GroupSize = max(1, known.Checker.Capabilities().MaxRecipients)
			}
		}
		states = append(states, v)
	}
	return states
}
