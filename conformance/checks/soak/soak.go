// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package soak holds the checks of a process that has carried thousands of messages. They run with --soak and --certify.
package soak

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/wahost/wahost/conformance/checks/internal/wire"
	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/conformance/trace"
	"github.com/wahost/wahost/sdk/message"
)

// Checks returns the checks of this group.
func Checks(*suite.Facts) []suite.Check {
	return wire.Guarded(
		suite.Check{
			ID: "soak/messages", Level: report.Core, Isolation: suite.Own, Soak: true, Run: messages,
			Requirement: "Each of 3,000 messages of all declared kinds to one process is delivered once, with its own content, the last as the first.",
			Kills:       []string{"drops-every-five-hundredth", "sends-twice-after-a-while", "cuts-texts-after-a-while"},
		},
		suite.Check{
			ID: "soak/resources", Level: report.Core, Isolation: suite.Own, Soak: true, Run: resources,
			Requirement: "Over 3,000 messages the memory of the process does not grow by more than 4 KiB for each message, nor the open files by more than one for every 100, nor the threads by 24.",
			Kills:       []string{"leaks-a-little", "leaks-a-file-now-and-then"},
			Note: "The slope of the smallest use in each tenth of the messages is measured, so that garbage does not count. If the memory grows, the same is measured in a process " +
				"whose runtime is told to collect its garbage early, as a host with a memory_limit tells it.",
		},
		suite.Check{
			ID: "soak/trust", Level: report.Core, Isolation: suite.Own, Soak: true, Run: trust,
			Requirement: "After 3,000 messages nothing secret is in the log, wrong calls of the vendor are still refused, and wrong options as well.",
			Kills:       []string{"key-in-log-after-a-while", "trusts-webhooks-after-a-while"},
		},
	)
}

// width is how many messages are under way at a time.
const width = 16

// carry sends messages of all kinds and returns when all have their outcomes. each is called after every send, with the
// number of sends so far; it may be nil.
func carry(ctx context.Context, e *suite.Env, each func(done int)) {
	var kinds []*message.Message
	for _, k := range e.Facts().Capabilities.Kinds {
		if m := e.Minimal(k.Kind); m != nil {
			kinds = append(kinds, m)
		}
	}
	queue := make(chan int)
	var done atomic.Int64
	var wg sync.WaitGroup
	for range width {
		wg.Go(func() {
			for i := range queue {
				marked, leaves := trace.Mark(kinds[i%len(kinds)], trace.NewMarks(e.Seed(), fmt.Sprint("soak", i)))
				s := e.Send(ctx, marked, suite.SendOptions{})
				judge(e, i, s, marked, leaves)
				if n := done.Add(1); each != nil {
					each(int(n))
				}
			}
		})
	}
	for i := range e.SoakMessages() {
		if ctx.Err() != nil {
			break
		}
		queue <- i
	}
	close(queue)
	wg.Wait()
}

// judge compares one message with what the vendor got.
func judge(e *suite.Env, i int, s suite.Sent, m *message.Message, leaves []trace.Leaf) {
	at := fmt.Sprintf("message %d, a %s", i+1, m.Kind())
	if !s.Accepted() || s.Deliveries != 1 || len(s.Exchanges) != 1 {
		e.Failf(at, "accepted, with one request and one delivery", "%s, %d requests, %d deliveries", s, len(s.Exchanges), s.Deliveries)
		return
	}
	pairs := wire.Pairs(s)
	for _, leaf := range leaves {
		if leaf.Form != trace.Free || (wire.Traced{Sent: s}).Ignores(leaf.Path) {
			continue
		}
		if f := trace.Classify(leaf, pairs); f.Class == trace.Dropped || f.Class == trace.Truncated || f.Class == trace.Altered {
			e.Failf(at, leaf.Path+" on the wire", "%s", f.Class)
		}
	}
}

func messages(ctx context.Context, e *suite.Env) { carry(ctx, e, nil) }

// trust looks for secrets and at refusals when all messages are sent.
func trust(ctx context.Context, e *suite.Env) {
	e = e.MustProcess(ctx, suite.StationOptions{})
	carry(ctx, e, nil)
	for _, leak := range e.Process().Leaks() {
		e.Failf("log", "no credential", "%s", leak)
	}
	if suite.NeedsWebhooks(e.Facts()) != "" || len(e.Dialect().Webhook.Events) == 0 {
		return
	}
	event := e.Dialect().Webhook.Events[0].Name
	if len(e.Dialect().Webhook.Signatures) == 0 && e.Dialect().Webhook.Headers.IsZero() {
		return
	}
	wrong := emulator.SignOptions{Key: "wrong-key-wrong-key", Static: "wrong-value"}
	for range 3 {
		if _, res := wire.Hook(ctx, e, event, wire.HookOptions{Sign: wrong}); res.Authenticated {
			e.Failf("webhook", "a call with a wrong proof is refused", "accepted")
		}
		if _, res := wire.Hook(ctx, e, event, wire.HookOptions{}); !res.Authenticated {
			e.Failf("webhook", "the vendor's own call is accepted", "refused: %s", res.Problem)
		}
	}
}
