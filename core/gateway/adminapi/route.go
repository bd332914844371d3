// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package adminapi

import (
	"context"
	"net/http"
	"time"

	"github.com/wahost/wahost/core/gateway/meter"
)

// RoutesState is the routes and the messages that left through them a moment ago.
type RoutesState struct {
	Seconds int            `json:"seconds" doc:"The time in which attempts are counted."`
	Routes  []RouteState   `json:"routes" nullable:"false" doc:"The routes, in the order in which they are tried."`
	Direct  []RouteChannel `json:"direct" nullable:"false" doc:"The channels of messages that named their channel."`
}

// RouteState is a route.
type RouteState struct {
	Name       string         `json:"name"`
	Strategy   string         `json:"strategy" enum:"failover,weighted"`
	Match      []string       `json:"match" nullable:"false" doc:"What a message must be, in words. The list is empty if the route takes all messages." example:"category authentication"`
	Condition  string         `json:"condition,omitempty" doc:"The condition as the configuration has it, with what may be phone numbers hidden."`
	FallbackOn []string       `json:"fallback_on" nullable:"false" doc:"The reasons of a rejection after which the next channel is tried."`
	Channels   []RouteChannel `json:"channels" nullable:"false" doc:"The channels, in the order of the route."`
}

// RouteChannel is a channel of a route.
type RouteChannel struct {
	Channel  string `json:"channel" example:"innopaas.main"`
	Weight   int    `json:"weight,omitempty" doc:"The weight in a route that distributes by weight."`
	Healthy  bool   `json:"healthy"`
	Attempts int    `json:"attempts" doc:"The attempts to send messages of the route through the channel."`
	Failed   int    `json:"failed" doc:"How many of them were rejected, or have an unknown outcome."`
}

func (s *Server) registerRoutes() {
	register(s, operation("lanes", "list-routes", http.MethodGet, "/routes", operating, "Show the routes",
		"The routes of the configuration, and how many attempts this gateway process made through each of their channels in the last minutes."), s.routes)
}

func (s *Server) routes(context.Context, *caller, *struct{}) (*answer[RoutesState], error) {
	out := RoutesState{Seconds: int(meter.Recent / time.Second), Routes: []RouteState{}, Direct: []RouteChannel{}}
	healthy := map[string]bool{}
	channels := s.channels()
	for _, c := range channels {
		healthy[c.Channel] = c.Healthy
	}
	flows := map[meter.Path]meter.Flow{}
	if s.Meter != nil {
		flows = s.Meter.Flows(time.Now())
	}
	for _, r := range s.Routes {
		v := RouteState{Name: r.Name, Strategy: r.Strategy, Condition: maskText(r.Condition, nil), Channels: []RouteChannel{}}
		v.Match, v.FallbackOn = append([]string{}, r.Match...), append([]string{}, r.FallbackOn...)
		for i, ch := range r.Channels {
			f := flows[meter.Path{Route: r.Name, Channel: ch.String()}]
			c := RouteChannel{Channel: ch.String(), Healthy: healthy[ch.String()], Attempts: f.Attempts, Failed: f.Failed}
			if r.Weights != nil {
				c.Weight = r.Weights[i]
			}
			v.Channels = append(v.Channels, c)
		}
		out.Routes = append(out.Routes, v)
	}
	for _, c := range channels {
		if f := flows[meter.Path{Channel: c.Channel}]; f.Attempts > 0 {
			out.Direct = append(out.Direct, RouteChannel{Channel: c.Channel, Healthy: c.Healthy, Attempts: f.Attempts, Failed: f.Failed})
		}
	}
	return &answer[RoutesState]{out}, nil
}
