// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package sender holds the checks of the sending identity that a channel tells when it is opened. The host shares rate limits
// and order between the channels of one sender.
package sender

import (
	"context"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/sdk/client"
	"github.com/wahost/wahost/sdk/message"
)

// Checks returns the checks of this group.
func Checks(*suite.Facts) []suite.Check {
	return []suite.Check{
		{
			ID: "sender/stated", Level: report.Core, Isolation: suite.Own, Run: stated,
			Requirement: "Each opening of a channel tells the sender: one line of text, and if it begins with +, a phone number in E.164.",
			Kills:       []string{"forgets-the-sender"},
		},
		{
			ID: "sender/same", Level: report.Core, Isolation: suite.Own, Run: same,
			Requirement: "Channels with the same configuration have the same sender: opened again, under another id, and in another process.",
			Kills:       []string{"numbers-its-senders", "invents-senders"},
		},
		{
			ID: "sender/differs", Level: report.Core, Isolation: suite.Own, Run: differs,
			Requirement: "A channel whose configuration has another number has another sender.",
			Kills:       []string{"has-one-sender"},
			Note:        "The numbers are those that the dialect's channel_config makes with number().",
		},
		{
			ID: "sender/number", Level: report.Core, Isolation: suite.Own, Run: number,
			Requirement: "A sender that is the number in the channel's configuration is that number in E.164, with +.",
			Kills:       []string{"sends-from-bare-digits"},
			Note:        "The numbers are those that the dialect's channel_config makes with number().",
		},
		{
			ID: "sender/many", Level: report.Core, Needs: suite.NeedsAnyKind, Isolation: suite.Own, Run: many,
			Requirement: "Several channels that are open at the same time each send from their own number.",
			Control:     "A message of the first channel is accepted.",
			Kills:       []string{"two-senders"},
			Note:        "The numbers are those that the dialect's channel_config makes with number().",
		},
	}
}

// open opens a channel under an id with some arguments changed, and returns its sender.
func open(ctx context.Context, e *suite.Env, id string, changes map[string]cty.Value) string {
	opened, diags, err := e.Client().OpenChannel(ctx, client.OpenRequest{
		ProviderID: e.ProviderID(), ChannelID: id, Config: e.ChannelConfig(e.Emulator(), changes),
	})
	if err != nil || diags.HasErrors() {
		e.Fatalf("OpenChannel", "a channel with a sender", "%v %v", diags.Err(), err)
	}
	return opened.Sender
}

func stated(ctx context.Context, e *suite.Env) {
	for _, id := range []string{"sender.first", "sender.second", "sender.first"} {
		if open(ctx, e, id, nil) == "" {
			e.Failf("sender", "a sender", "none")
		}
	}
}

func same(ctx context.Context, e *suite.Env) {
	first := open(ctx, e, "sender.first", nil)
	for _, id := range []string{"sender.first", "sender.second"} {
		if got := open(ctx, e, id, nil); got != first {
			e.Failf("sender", "the same sender for the same configuration", "%q as %s, and %q before", got, id, first)
		}
	}
	other := e.MustProcess(ctx, suite.StationOptions{Emulator: e.Emulator()})
	if got := open(ctx, other, "sender.first", nil); got != first {
		e.Failf("sender", "the same sender in every process", "%q, and %q in another process", got, first)
	}
}

// numbers returns the arguments of the channel that are numbers of the dialect, with the values that they have here and at an
// emulator with another seed.
func numbers(e *suite.Env) (here, elsewhere map[string]cty.Value) {
	other := e.StartEmulator(emulator.Options{Seed: e.Seed() + 1}).ChannelConfig()
	here, elsewhere = map[string]cty.Value{}, map[string]cty.Value{}
	for name, v := range e.Emulator().ChannelConfig() {
		if digits(v) != "" && digits(other[name]) != "" && digits(v) != digits(other[name]) {
			here[name], elsewhere[name] = v, other[name]
		}
	}
	if len(here) == 0 {
		e.Untested("the channel's configuration has no number")
	}
	return here, elsewhere
}

// digits returns the digits of a phone number, or "" if the value is something else.
func digits(v cty.Value) string {
	if v == cty.NilVal || v.IsNull() || v.Type() != cty.String {
		return ""
	}
	if d := strings.TrimPrefix(v.AsString(), "+"); message.IsPhone("+" + d) {
		return d
	}
	return ""
}

func differs(ctx context.Context, e *suite.Env) {
	_, others := numbers(e)
	if len(others) == 0 {
		return
	}
	first := open(ctx, e, "sender.first", nil)
	if second := open(ctx, e, "sender.second", others); second == first {
		e.Failf("sender", "another sender for another number", "%q for both", first)
	}
}

func number(ctx context.Context, e *suite.Env) {
	here, _ := numbers(e)
	got := open(ctx, e, "sender.first", nil)
	plain := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, got)
	for _, v := range here {
		if d := digits(v); strings.TrimLeft(plain, "0") == d && got != "+"+d {
			e.Failf("sender", "+"+d, "%q", got)
		}
	}
}
