// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// What travelled with a message that crashes its provider, and was not begun, is sent alone and accepted. The message itself is
// refused when it crashes the provider again. What was begun is unknown, and never sent again.
func TestACrashIsOneMessagesFault(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		caps   capability.Capabilities
		series bool
	}{
		"one by one": {capability.Capabilities{MaxConcurrency: 64}, false},
		"groups":     {capability.Capabilities{MaxRecipients: 50}, false},
		"a series":   {capability.Capabilities{MaxRecipients: 50}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const messages, poison, begun = 40, 17, 5
			number := func(n int) string { return fmt.Sprintf("+49155%07d", n) }
			var mu sync.Mutex
			sent := map[string]int{} // to the vendor
			sender := &fakeSender{}
			first := true // the begun one is begun in the first crash only
			gathered := make(chan struct{})
			sender.send = func(ch addr.Channel, batches []message.Batch, answer func(outcome.Outcome)) error {
				<-gathered
				mu.Lock()
				defer mu.Unlock()
				all, crash := 0, false
				begunIDs := map[string]bool{}
				for _, b := range batches {
					for _, d := range b.Deliveries {
						all++
						crash = crash || d.To.Address == number(poison)
						if d.To.Address == number(begun) {
							begunIDs[d.DeliveryID] = true
						}
					}
				}
				if crash {
					if first {
						first = false
						if len(begunIDs) > 0 {
							sent[number(begun)]++
						}
					} else if all != 1 {
						t.Errorf("the message that crashed was sent with %d others", all-1)
					}
					return &EndedError{Cause: errors.New("provider ended\nstack"), Begun: begunIDs}
				}
				return each(func(_ addr.Channel, d message.Delivery) outcome.Outcome {
					sent[d.To.Address]++
					return outcome.Accept("v")
				})(ch, batches, answer)
			}
			d := start(t, setup{caps: test.caps}, sender)
			results := make([]Result, messages)
			var wg sync.WaitGroup
			content := request(d, 0, "p.first").Content
			for i := range messages {
				wg.Add(1)
				r := request(d, i, "p.first")
				if test.series {
					r.Content = content
				}
				d.Submit(t.Context(), r, func(r Result) { results[i] = r; wg.Done() })
			}
			close(gathered)
			wg.Wait()
			for i, r := range results {
				switch {
				case i == poison:
					require.Equal(t, outcome.ReasonInvalidMessage, r.Outcome.Rejected.Reason)
					require.Contains(t, r.Outcome.Rejected.Detail, "crashed twice")
					require.False(t, strings.Contains(r.Outcome.Rejected.Detail, "stack"))
					require.Len(t, r.Attempts, 2)
				case r.Outcome.Unknown != nil:
					require.Equal(t, begun, i)
					require.Len(t, r.Attempts, 1)
				default:
					require.NotNil(t, r.Outcome.Accepted, "%d: %v", i, r.Outcome.Rejected)
				}
				require.LessOrEqual(t, sent[r.To.Address], 1)
			}
		})
	}
}
