// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package broadcast

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/dispatch"
	"github.com/wahost/wahost/sdk/outcome"
)

// TestRefusalsStopTheRun checks after which answers of a channel a run stops.
func TestRefusalsStopTheRun(t *testing.T) {
	t.Parallel()
	early := time.Now()
	late := early.Add(time.Hour)
	refused := outcome.Reject(outcome.ReasonUnauthenticated, "401", "wrong token")
	badNumber := outcome.Reject(outcome.ReasonInvalidRecipient, "404", "no such number")
	badNumber.Attempts = 1
	accepted := outcome.Accept("1")
	type answer struct {
		outcome outcome.Outcome
		begun   time.Time
		next    dispatch.Next
	}
	tests := map[string]struct {
		answers []answer
		stops   bool
	}{
		"three refusals":                          {[]answer{{outcome: refused}, {outcome: refused}, {outcome: refused}}, true},
		"two refusals":                            {[]answer{{outcome: refused}, {outcome: refused}}, false},
		"an answer of before comes late":          {[]answer{{outcome: refused}, {outcome: accepted, begun: early}, {outcome: refused}, {outcome: refused}}, true},
		"a refused row of before comes late":      {[]answer{{outcome: refused}, {outcome: badNumber, begun: early}, {outcome: refused}, {outcome: refused}}, true},
		"the account works again":                 {[]answer{{outcome: refused}, {outcome: refused}, {outcome: accepted, begun: late}, {outcome: refused}}, false},
		"the account answers for a row again":     {[]answer{{outcome: refused}, {outcome: refused}, {outcome: badNumber, begun: late}, {outcome: refused}}, false},
		"another channel carries what is refused": {[]answer{{outcome: refused, next: dispatch.Fallback}, {outcome: refused, next: dispatch.Fallback}, {outcome: refused, next: dispatch.Fallback}}, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := refusals{}
			var stop *Stop
			for _, a := range tt.answers {
				require.Nil(t, stop, "the run stopped early")
				stop = c.take(dispatch.Attempt{Channel: addr.Channel{Provider: "acme", Name: "main"}, Outcome: a.outcome}, a.next, a.begun)
			}
			require.Equal(t, tt.stops, stop != nil)
		})
	}
}
