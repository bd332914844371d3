// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package adminapi

import (
	"context"
	"net/http"
	"time"

	"github.com/wahost/wahost/core/gateway/meter"
)

// HourState is what the gateway did in the last hour.
type HourState struct {
	StepSeconds int      `json:"step_seconds" doc:"The time that each sample is of."`
	Samples     []Sample `json:"samples" nullable:"false" doc:"The samples, the oldest first."`
}

// Sample is what happened in a step.
type Sample struct {
	At       time.Time `json:"at" doc:"The beginning of the step."`
	Taken    int       `json:"taken" doc:"Messages that the gateway took."`
	Accepted int       `json:"accepted" doc:"Attempts that a vendor accepted."`
	Failed   int       `json:"failed" doc:"Attempts that were rejected, or whose outcome is unknown."`
	Waiting  *int      `json:"waiting,omitempty" doc:"Messages that were waiting or under way. It is absent if the gateway did not run or did not count."`
}

func (s *Server) registerHour() {
	register(s, operation("operation", "get-hour", http.MethodGet, "/stats/hour", operating, "Show the last hour",
		"What this gateway process did in the last hour, in short steps. Each of several nodes tells its own."), s.hour)
}

func (s *Server) hour(context.Context, *caller, *struct{}) (*answer[HourState], error) {
	out := &answer[HourState]{HourState{StepSeconds: int(meter.Step / time.Second), Samples: []Sample{}}}
	if s.Meter == nil {
		return out, nil
	}
	for _, x := range s.Meter.Samples(time.Now()) {
		v := Sample{At: x.At, Taken: x.Taken, Accepted: x.Accepted, Failed: x.Failed}
		if x.Waiting >= 0 {
			v.Waiting = &x.Waiting
		}
		out.Body.Samples = append(out.Body.Samples, v)
	}
	return out, nil
}
