// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package concurrency

import (
	"context"

	"github.com/wahost/wahost/conformance/checks/internal/wire"
	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/suite"
)

// needsTokens is a Check.Needs for checks of access tokens that the vendor issues.
func needsTokens(f *suite.Facts) string {
	if !f.Dialect.HasTokens() {
		return "an access token that is fetched"
	}
	return suite.NeedsAnyKind(f)
}

// tokenOnce looks at a new process, at one whose token was refused, and at a second account of it.
func tokenOnce(ctx context.Context, e *suite.Env) {
	e = e.MustProcess(ctx, suite.StationOptions{})
	load := func(what string) {
		before := e.Emulator().Counts().Tokens
		for _, s := range many(ctx, e, 30, nil, suite.SendOptions{}) {
			if !s.Accepted() {
				e.Failf(what, "accepted", "%s", s)
				return
			}
		}
		for range 3 {
			if s := e.Send(ctx, sample(e), suite.SendOptions{}); !s.Accepted() {
				e.Failf(what, "a message after them is accepted", "%s", s)
				return
			}
		}
		if n := e.Emulator().Counts().Tokens - before; n != 1 {
			e.Failf(what, "one request for a token", "%d", n)
		}
	}
	load("30 messages of a new process, and three after them")
	refused := e.Send(ctx, sample(e), wire.Faulty("token_expired"))
	if refused.Accepted() {
		e.Failf("a refused token", "no message is accepted with it", "%s", refused)
	}
	load("30 messages after a token was refused, and three after them")
	second, names := e.StartEmulator(emulator.Options{Seed: e.Seed() + 2}), e.OtherNames(4)
	if err := e.Configure(ctx, second, names.ProviderID, names.ChannelID); err != nil {
		e.Fatalf("configure", "a second account beside the first one", "%v", err)
	}
	if s := e.Send(ctx, sample(e), suite.SendOptions{ChannelID: names.ChannelID}); !s.Accepted() {
		e.Failf("the second account", "accepted with a token of its own", "%s", s)
	}
	wire.Leaks(ctx, e)
}
