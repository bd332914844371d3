// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"google.golang.org/protobuf/proto"

	"github.com/wahost/wahost/core/dispatch"
	"github.com/wahost/wahost/sdk/message"
)

// singlePart is the part of the recipients that gets messages of their own, so that a round does not last a minute.
const singlePart = 10

// broadcast measures equal messages to many recipients, which the vendor takes in requests of many, and compares them with
// messages that take a request each.
func (b *bench) broadcast(ctx context.Context) error {
	h, err := b.startHost(ctx, "https", nearVendor)
	if err != nil {
		return err
	}
	defer h.close()
	recipients := make([]message.Recipient, b.recipients)
	for i := range recipients {
		recipients[i] = phone(i)
	}
	equal := func(ctx context.Context) (int, error) {
		return len(recipients), h.broadcast(ctx, recipients, true)
	}
	single := func(ctx context.Context) (int, error) {
		part := recipients[:len(recipients)/singlePart]
		return len(part), h.broadcast(ctx, part, false)
	}
	samples, err := b.alternate(ctx, h.family,
		asHost(side{"equal", equal}), asHost(side{"equal again", equal}), asHost(side{"single", single}), asHost(side{"single again", single}))
	if err != nil {
		return err
	}
	grouped, again, singles, singlesAgain := samples[0], samples[1], samples[2], samples[3]
	b.out.add(
		newRow(fmt.Sprintf("broadcast: host + provider for a recipient, https, 20 ms, %d", b.recipients), "µs",
			values(grouped, sample.sender), ratios(again, sample.sender, grouped, sample.sender), atMost(1.3),
			typical("host", "µs", grouped, sample.host), typical("provider", "µs", grouped, sample.provider), typical("vendor", "µs", grouped, sample.vendor)),
		newRow("broadcast: recipients per second / single messages, https, 20 ms", "x",
			ratios(grouped, sample.perSecond, singles, sample.perSecond), ratios(singlesAgain, sample.perSecond, singles, sample.perSecond), atLeast(50),
			typical("equal", "/s", grouped, sample.perSecond), typical("single", "/s", singles, sample.perSecond),
			typical("host + provider for a single one", "µs", singles, sample.sender)),
	)
	return nil
}

// broadcast sends one template to the recipients through InnoPaaS. If equal is false, each recipient gets a text of its
// own, which takes a request for each.
func (t *target) broadcast(ctx context.Context, recipients []message.Recipient, equal bool) error {
	var (
		pending sync.WaitGroup
		bad     atomic.Pointer[error]
	)
	pending.Add(len(recipients))
	content := t.host.Prepare(t.template)
	for _, to := range recipients {
		if !equal {
			m := proto.CloneOf(t.template)
			m.Template.Components[0].Parameters[0].Text = to.Address
			content = t.host.Prepare(m)
		}
		t.host.Submit(ctx, dispatch.Request{Content: content, To: to}, func(r dispatch.Result) {
			if r.Outcome.Accepted == nil {
				err := notAccepted(r.Outcome)
				bad.Store(&err)
			}
			pending.Done()
		})
	}
	pending.Wait()
	if err := bad.Load(); err != nil {
		return *err
	}
	return nil
}
