// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package concurrency

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/wahost/wahost/conformance/checks/internal/wire"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/conformance/trace"
)

// mostInFlight bounds how many messages are under way at a time, if a provider declares more.
const mostInFlight = 1024

// declared keeps as many messages under way as the channel declares, of all kinds, with a vendor that answers slowly. It sends
// twice as many, so that half of them begin when the others are under way.
func declared(ctx context.Context, e *suite.Env) {
	n := min(e.Facts().Capabilities.MaxConcurrency, mostInFlight)
	kinds := e.Facts().Capabilities.Kinds
	sent := make([]wire.Traced, 2*n)
	free := make(chan struct{}, n)
	var wg sync.WaitGroup
	for i := range sent {
		m := e.Minimal(kinds[i%len(kinds)].Kind)
		if m == nil {
			m = sample(e)
		}
		marked, leaves := trace.Mark(m, wire.Marks(e, fmt.Sprint("load", i)))
		// The answers come one after the other, so that what follows begins while most are under way.
		o := wire.Faulty(fmt.Sprintf("slow(%d)", 1000+i*397%1000))
		o.Timeout = 15 * time.Second
		free <- struct{}{}
		wg.Go(func() {
			defer func() { <-free }()
			s := e.Send(ctx, marked, o)
			sent[i] = wire.Traced{Sent: s, Message: marked, Leaves: leaves, Pairs: wire.Pairs(s)}
		})
	}
	wg.Wait()
	ids := map[string]bool{}
	for i, t := range sent {
		at := fmt.Sprintf("message %d of %d", i+1, len(sent))
		if !t.Accepted() || t.Deliveries != 1 {
			e.Failf(at, "accepted, with one delivery", "%s, %d deliveries", t.Sent, t.Deliveries)
			continue
		}
		t.Lost(e, e.Dialect().Map(t.Message.Kind()))
		id := t.Outcome.Accepted.ProviderMessageID
		if id == "" {
			continue
		}
		if ids[id] || !strings.Contains(string(t.Exchanges[0].ResponseBody), id) {
			e.Failf(at, "the id that the vendor gave to this message", "%q", id)
		}
		ids[id] = true
	}
	peak := e.Emulator().PeakConnections()
	e.Note("at most %d of %d declared at a time", peak, n)
	if peak < n*9/10 {
		e.Failf("wire", fmt.Sprintf("%d vendor requests at a time, as declared", n), "%d", peak)
	}
}
