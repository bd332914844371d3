// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

func TestFaultsOfTheCall(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		err    error
		answer bool // the one message was answered before
		want   string
	}{
		"nothing was attempted":        {&NotAttemptedError{Cause: errors.New("not running")}, false, "rejected"},
		"the process ended":            {errors.New("provider \"p\" ended while it was called\n  panic: out of luck"), false, "unknown"},
		"no error and no answer":       {nil, false, "unknown"},
		"an answer before the failure": {errors.New("late"), true, "accepted"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sender := &fakeSender{send: func(_ addr.Channel, b []message.Batch, answer func(outcome.Outcome)) error {
				if test.answer {
					o := outcome.Accept("v")
					o.DeliveryID = b[0].Deliveries[0].DeliveryID
					answer(o)
					answer(o) // a second answer changes nothing
				}
				return test.err
			}}
			d := start(t, setup{options: Options{MaxAttempts: 1}}, sender)
			r := d.Send(t.Context(), request(d, 1, "p.first"))
			require.Equal(t, test.want, r.Outcome.Word())
			require.Len(t, sender.recorded(), 1)
		})
	}
}

// Whatever the order of a provider's answers, each delivery gets its own, the first one it is given, and no other.
func TestAnswersInAnyOrder(t *testing.T) {
	t.Parallel()
	const n = 50
	for name, shuffle := range map[string]func([]message.Delivery){
		"as asked":  func([]message.Delivery) {},
		"backwards": slices.Reverse[[]message.Delivery],
		"at random": func(ds []message.Delivery) { rand.Shuffle(len(ds), func(i, j int) { ds[i], ds[j] = ds[j], ds[i] }) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sender := &fakeSender{send: func(_ addr.Channel, batches []message.Batch, answer func(outcome.Outcome)) error {
				for _, b := range batches {
					ds := slices.Clone(b.Deliveries)
					shuffle(ds)
					for i, d := range ds {
						o := outcome.Accept("for " + d.To.Address)
						if o.DeliveryID = d.DeliveryID; i%20 != 19 {
							answer(o)
						}
						again := outcome.Accept("twice")
						again.DeliveryID = ds[0].DeliveryID
						answer(again)
						answer(outcome.Accept("nobody's"))
					}
				}
				return nil
			}}
			d := start(t, setup{caps: capability.Capabilities{Kinds: []capability.Kind{{Kind: "text"}}, MaxRecipients: 1000}}, sender)
			var (
				wg              sync.WaitGroup
				mu              sync.Mutex
				accepted, other int
			)
			wg.Add(n)
			content := request(d, 0, "p.first").Content
			for i := range n {
				to := message.Recipient{Kind: message.RecipientPhone, Address: fmt.Sprintf("+1555%07d", i)}
				d.Submit(t.Context(), Request{Content: content, To: to}, func(r Result) {
					defer wg.Done()
					mu.Lock()
					defer mu.Unlock()
					if r.Outcome.Accepted == nil {
						other++
						if r.Outcome.Unknown == nil {
							t.Errorf("a delivery without an answer is %s", r.Outcome.Word())
						}
						return
					}
					accepted++
					if r.Outcome.Accepted.ProviderMessageID != "for "+to.Address {
						t.Errorf("%s got the answer %s", to.Address, r.Outcome.Accepted.ProviderMessageID)
					}
				})
			}
			wg.Wait()
			require.Equal(t, n, accepted+other)
			require.Positive(t, accepted)
		})
	}
}
