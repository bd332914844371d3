// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/core/config"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

func TestRateLimit(t *testing.T) {
	t.Parallel()
	sender := &fakeSender{send: each(func(addr.Channel, message.Delivery) outcome.Outcome { return outcome.Accept("v") })}
	d := start(t, setup{limit: &config.RateLimit{PerSecond: 200, Burst: 10}}, sender)
	var wg sync.WaitGroup
	begin := time.Now()
	for i := range 50 {
		wg.Add(1)
		d.Submit(t.Context(), request(d, i, "p.first"), func(Result) { wg.Done() })
	}
	wg.Wait()
	require.GreaterOrEqual(t, time.Since(begin), 190*time.Millisecond, "10 at once, then 40 at 200 each second")
}

func TestWhatWaitsTravelsTogether(t *testing.T) {
	t.Parallel()
	release, arrived := make(chan struct{}), make(chan struct{}, groupCalls)
	var blocked atomic.Int32
	accept := each(func(addr.Channel, message.Delivery) outcome.Outcome { return outcome.Accept("v") })
	sender := &fakeSender{send: func(ch addr.Channel, b []message.Batch, answer func(outcome.Outcome)) error {
		if blocked.Add(1) <= groupCalls {
			arrived <- struct{}{}
			<-release
		}
		return accept(ch, b, answer)
	}}
	d := start(t, setup{caps: capability.Capabilities{Kinds: []capability.Kind{{Kind: "text"}}, MaxRecipients: 1000}}, sender)
	var wg sync.WaitGroup
	wg.Add(groupCalls + 2100)
	submit := func(i int, body string) {
		d.Submit(t.Context(), requestText(d, i, "p.first", body), func(r Result) {
			if r.Outcome.Accepted == nil {
				t.Error(r.Outcome)
			}
			wg.Done()
		})
	}
	for i := range groupCalls {
		submit(9000+i, "first")
		<-arrived
	}
	for i := range 2000 {
		submit(i, "to all")
	}
	for i := range 100 {
		submit(2000+i, fmt.Sprintf("to %d only", i%2))
	}
	close(release)
	wg.Wait()
	largest, total := 0, 0
	for _, c := range sender.recorded() {
		for _, b := range c.batches {
			require.LessOrEqual(t, len(b.Deliveries), 1000)
			largest = max(largest, len(b.Deliveries))
			total += len(b.Deliveries)
			require.Empty(t, b.Message.GetWahost().GetChannel(), "what is the host's own stays with the host")
		}
	}
	require.Equal(t, groupCalls+2100, total)
	require.Equal(t, 1000, largest, "what waited goes out full")
	require.Len(t, sender.recorded(), groupCalls+3)
}
