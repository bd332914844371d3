// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package sender

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/conformance/checks/internal/wire"
	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/suite"
)

// channels is how many channels are open at the same time.
const channels = 5

// many opens several channels with numbers of their own, and sends through all of them at the same time.
func many(ctx context.Context, e *suite.Env) {
	e.Control(ctx)
	numbers := make([]string, channels)
	for i := range channels {
		other := e.StartEmulator(emulator.Options{Seed: e.Seed() + int64(i) + 11}).ChannelConfig()
		changes := map[string]cty.Value{}
		for name, v := range e.Emulator().ChannelConfig() {
			if digits(v) != "" && digits(other[name]) != "" && digits(v) != digits(other[name]) {
				changes[name], numbers[i] = other[name], digits(other[name])
			}
		}
		if len(changes) == 0 {
			e.Note("the channel's configuration has no number, or the same one again")
			return
		}
		open(ctx, e, fmt.Sprintf("sender.many%d", i), changes)
	}
	main := firstNumber(e)
	var wg sync.WaitGroup
	for range 4 {
		for i := range channels {
			wg.Go(func() {
				s := e.Send(ctx, e.Minimal(e.Facts().AnyKind()), suite.SendOptions{ChannelID: fmt.Sprintf("sender.many%d", i)})
				if len(s.Exchanges) > 0 {
					compare(e, s, numbers, i, main)
				}
			})
		}
	}
	wg.Wait()
}

// compare looks for the numbers of the channels in a request of one of them.
func compare(e *suite.Env, s suite.Sent, numbers []string, own int, main string) {
	request := wire.Whole(s.Exchanges[0])
	named := strings.Contains(request, numbers[own])
	for i, number := range numbers {
		if number != numbers[own] && strings.Contains(request, number) {
			e.Failf(fmt.Sprintf("channel %d of %d", own+1, channels), "a request from its own number", "from that of channel %d", i+1)
			return
		}
	}
	if !named && main != "" && strings.Contains(request, main) {
		e.Failf(fmt.Sprintf("channel %d of %d", own+1, channels), "a request from its own number", "from that of another channel")
	}
}

// firstNumber returns the number of the check's first channel.
func firstNumber(e *suite.Env) string {
	other := e.StartEmulator(emulator.Options{Seed: e.Seed() + 11}).ChannelConfig()
	for name, v := range e.Emulator().ChannelConfig() {
		if d := digits(v); d != "" && d != digits(other[name]) {
			return d
		}
	}
	return ""
}
