// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package concurrency holds the checks of many sends at a time.
package concurrency

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/wahost/wahost/conformance/checks/internal/wire"
	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/sdk/message"
)

// Checks returns the checks of this group.
func Checks(*suite.Facts) []suite.Check {
	return suite.Slow(wire.Guarded([]suite.Check{
		{
			ID: "conc/parallel-sends", Level: report.Core, Isolation: suite.Own, Run: parallelSends,
			Requirement: "100 simultaneous sends are 100 deliveries, and each answer belongs to its send.",
			Kills:       []string{"mixes-answers"},
		},
		{
			ID: "conc/no-cross-talk", Level: report.Core, Isolation: suite.Own, Run: noCrossTalk,
			Requirement: "The content of one call never appears in another call's request.",
			Kills:       []string{"mixes-texts"},
		},
		{
			ID: "conc/token-refresh-once", Level: report.Cap, Needs: needsTokens, Isolation: suite.Own, Run: tokenOnce,
			Requirement: "An access token is fetched once, whatever is under way, and so is the next one after it was refused. Each account has its own, and it is not in the log.",
			Control:     "The messages are accepted.",
			Kills:       []string{"token-for-each-message", "keeps-refused-token", "one-token-for-all", "logs-tokens"},
		},
		{
			ID: "conc/declared", Level: report.Core, Needs: needsBound, Isolation: suite.Own, Run: declared,
			Requirement: "As many messages of all kinds as the channel declares are under way at a time, and each arrives with its own content and gets its own id.",
			Kills:       []string{"half-the-concurrency", "mixes-texts-under-load", "drops-under-load"},
			Note:        "If more are declared, 200 are tried.",
		},
		{
			ID: "conc/slow-neighbour", Level: report.Core, Isolation: suite.Own, Run: slowNeighbour,
			Requirement: "A send that hangs does not delay others.",
			Kills:       []string{"one-at-a-time"},
		},
		{
			ID: "conc/validate-while-sending", Level: report.Core, Isolation: suite.Own, Run: whileSending,
			Requirement: "Metadata and validation answer while sends are in progress.",
			Kills:       []string{"validates-in-turn"},
		},
		{
			ID: "conc/two-instances", Level: report.Core, Isolation: suite.Own, Run: twoInstances,
			Requirement: "Two processes of the provider on one machine do not disturb each other.",
			Kills:       []string{"one-per-machine"},
		},
	}...)...)
}

// needsBound is a Check.Needs for checks of the declared number of concurrent requests.
func needsBound(f *suite.Facts) string {
	if f.Capabilities.MaxConcurrency <= 0 {
		return "a bound on concurrent vendor requests"
	}
	return suite.NeedsAnyKind(f)
}

func sample(e *suite.Env) *message.Message { return e.Minimal(e.Facts().AnyKind()) }

// many sends n messages at the same time. If content is nil, it sends samples.
func many(ctx context.Context, e *suite.Env, n int, content func(i int) *message.Message, o suite.SendOptions) []suite.Sent {
	sent := make([]suite.Sent, n)
	var wg sync.WaitGroup
	for i := range n {
		m := sample(e)
		if content != nil {
			m = content(i)
		}
		wg.Go(func() { sent[i] = e.Send(ctx, m, o) })
	}
	wg.Wait()
	return sent
}

func parallelSends(ctx context.Context, e *suite.Env) {
	const n = 100
	// The vendor answers the later ones first.
	var wg sync.WaitGroup
	sent := make([]suite.Sent, n)
	for i := range n {
		fault := emulator.MustFault(fmt.Sprintf("slow(%d)", 1+(n-i)*3))
		wg.Go(func() { sent[i] = e.Send(ctx, sample(e), suite.SendOptions{Faults: []emulator.Fault{fault}}) })
	}
	wg.Wait()
	ids := map[string]bool{}
	for _, s := range sent {
		if !s.Accepted() || s.Deliveries != 1 {
			e.Failf("outcome", "accepted, with one delivery", "%s, %d deliveries", s, s.Deliveries)
			continue
		}
		id := s.Outcome.Accepted.ProviderMessageID
		if id == "" {
			continue
		}
		if ids[id] {
			e.Failf("id", "an id of its own for each message", "%q twice", id)
		}
		ids[id] = true
		if body := string(s.Exchanges[0].ResponseBody); !strings.Contains(body, id) {
			e.Failf("id", "the id that the vendor gave to this message", "%q, where the vendor answered %s", id, body)
		}
	}
}

func noCrossTalk(ctx context.Context, e *suite.Env) {
	if !e.Facts().Declares(message.KindText) {
		e.Note("without text messages only recipients are compared")
	}
	const n = 60
	marker := func(i int) string { return fmt.Sprintf("marker %03d here", i) }
	sent := many(ctx, e, n, func(i int) *message.Message {
		m := sample(e)
		if m.GetText() != nil {
			m.Text.Body = marker(i)
		}
		return m
	}, suite.SendOptions{})
	for i, s := range sent {
		if !s.Accepted() || s.Deliveries != 1 {
			e.Failf("outcome", "accepted and delivered once", "%s, %d deliveries", s, s.Deliveries)
		}
		for _, x := range s.Exchanges {
			body := string(x.Body)
			for j := range n {
				if j != i && strings.Contains(body, marker(j)) {
					e.Failf("wire", "the content of this call only", "the request of call %d carries the text of call %d", i, j)
				}
			}
			if len(x.Recipients) != 1 {
				e.Failf("wire", "one recipient", "%d", len(x.Recipients))
			}
		}
	}
}

func slowNeighbour(ctx context.Context, e *suite.Env) {
	hanging, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan struct{})
	seen := e.Emulator().Counts().Requests
	go func() {
		defer close(done)
		e.Send(hanging, sample(e), suite.SendOptions{Timeout: 15 * time.Second, Faults: []emulator.Fault{emulator.MustFault("hang")}})
	}()
	if err := e.Emulator().Wait(ctx, seen+1); err != nil {
		e.Fatalf("wire", "a vendor request", "%v", err)
	}
	for range 5 {
		if s := e.Send(ctx, sample(e), suite.SendOptions{}); !s.Accepted() || s.Elapsed > 2*e.Grace() {
			e.Failf("time", "accepted within "+(2*e.Grace()).String()+" beside a send that hangs", "%s after %s", s, s.Elapsed)
		}
	}
	cancel()
	<-done
}

func whileSending(ctx context.Context, e *suite.Env) {
	var wg sync.WaitGroup
	seen := e.Emulator().Counts().Requests
	wg.Go(func() {
		many(ctx, e, 40, nil, suite.SendOptions{Faults: []emulator.Fault{emulator.MustFault("slow(500)")}})
	})
	if err := e.Emulator().Wait(ctx, seen+1); err != nil {
		e.Fatalf("wire", "a vendor request", "%v", err)
	}
	for range 10 {
		start := time.Now()
		if _, err := e.Client().Metadata(ctx); err != nil {
			e.Failf("GetMetadata", "an answer under load", "%v", err)
		}
		diags, err := e.Client().ValidateProviderConfig(ctx, e.ProviderConfig(e.Emulator(), nil))
		if err != nil || diags.HasErrors() {
			e.Failf("ValidateProviderConfig", "a valid configuration is valid under load", "%v %v", diags.Err(), err)
		}
		if took := time.Since(start); took > e.Grace() {
			e.Failf("time", "answers within "+e.Grace().String(), "after %s", took)
		}
	}
	wg.Wait()
}

func twoInstances(ctx context.Context, e *suite.Env) {
	other := e.MustProcess(ctx, suite.StationOptions{})
	for range 3 {
		for name, env := range map[string]*suite.Env{"first": e, "second": other} {
			seen := env.Emulator().Counts().Delivered
			if s := env.Send(ctx, sample(e), suite.SendOptions{}); !s.Accepted() || env.Emulator().Counts().Delivered != seen+1 {
				e.Failf(name+" process", "accepted, and delivered to the vendor that it was configured for", "%s", s)
			}
		}
	}
	other.Process().Kill()
	if s := e.Send(ctx, sample(e), suite.SendOptions{}); !s.Accepted() {
		e.Failf("first process", "accepted after the second one ended", "%s", s)
	}
}
