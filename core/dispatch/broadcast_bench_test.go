// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package dispatch

import (
	"fmt"
	"sync"
	"testing"

	"github.com/wahost/wahost/core/addr"
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// BenchmarkBroadcast measures what a recipient of a broadcast costs in this package, with a provider that takes no time.
func BenchmarkBroadcast(b *testing.B) {
	accepted := outcome.Accept("v")
	sender := &fakeSender{discard: true, send: each(func(addr.Channel, message.Delivery) outcome.Outcome { return accepted })}
	d := start(b, setup{caps: capability.Capabilities{Kinds: []capability.Kind{{Kind: "text"}}, MaxRecipients: 1000}}, sender)
	content := d.Prepare(&message.Message{Type: "text", Text: &message.Text{Body: "hi"}})
	recipients := make([]message.Recipient, 10_000)
	for i := range recipients {
		recipients[i] = message.Recipient{Kind: message.RecipientPhone, Address: fmt.Sprintf("+4915%09d", i)}
	}
	b.ReportAllocs()
	var pending sync.WaitGroup
	for i := 0; b.Loop(); i++ {
		pending.Add(1)
		d.Submit(b.Context(), Request{Content: content, To: recipients[i%len(recipients)]}, func(Result) { pending.Done() })
	}
	pending.Wait()
}
