// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package webhook

import (
	"context"
	"fmt"

	"github.com/wahost/wahost/conformance/checks/internal/wire"
	"github.com/wahost/wahost/conformance/emulator"
	"github.com/wahost/wahost/conformance/report"
	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/sdk/client"
)

// reopening returns the checks of channels that are opened again, some with another URL for callbacks.
func reopening() []suite.Check {
	return []suite.Check{
		{
			ID: "webhook/callback-url", Level: report.Cap, Needs: needsCallbackURL, Isolation: suite.Own, Run: callbackURL,
			Requirement: "The webhook_url of the latest OpenChannel of a channel is in each request that sends, exactly and in the place that the " +
				"dialect names. Nothing is there if OpenChannel had none.",
			Control: "A message over the channel that the suite opened, without a webhook_url, is accepted.",
			Kills:   []string{"forgets-callback-url", "keeps-first-callback-url", "shares-callback-url", "sends-empty-callback-url"},
		},
		{
			ID: "webhook/opened-again", Level: report.Cap, Needs: needs("", nil), Isolation: suite.Own, Run: openedAgain,
			Requirement: "The events of a channel that was opened again are attributed as before.",
			Kills:       []string{"forgets-reopened-channel"},
		},
	}
}

func openedAgain(ctx context.Context, e *suite.Env) {
	w, before := wire.Hook(ctx, e, anyEvent(e), wire.HookOptions{})
	if !before.Authenticated || len(before.Events) == 0 {
		e.Fatalf("events", "an event before the channel is opened again", "%s", summary(before))
	}
	for range 2 {
		reopen(ctx, e, e.ChannelID(), "")
		after := wire.Hand(ctx, e, w)
		if len(after.Events) != len(before.Events) {
			e.Fatalf("events", summary(before), "%s", summary(after))
		}
		for i, ev := range after.Events {
			if want := before.Events[i].ChannelID; ev.ChannelID != want {
				e.Failf(fmt.Sprintf("event %d", i+1), fmt.Sprintf("the channel %q, as before", want), "%q", ev.ChannelID)
			}
		}
	}
}

func needsCallbackURL(f *suite.Facts) string {
	if f.Dialect.CallbackURL == "" {
		return "callback_url in the dialect"
	}
	return suite.NeedsAnyKind(f)
}

func callbackURL(ctx context.Context, e *suite.Env) {
	e.Control(ctx)
	const first, second = "callback.first", "callback.second"
	url := func(n int) string {
		return fmt.Sprintf("https://host.example/webhooks/%d/a%%2Fb?key=%x&plus=1+2", n, e.Rand().Uint32())
	}
	urls := []string{url(0), url(1), url(2)}

	reopen(ctx, e, first, "")
	tells(ctx, e, first, "")
	reopen(ctx, e, first, urls[0])
	tells(ctx, e, first, urls[0])
	tells(ctx, e, first, urls[0])
	reopen(ctx, e, second, urls[1])
	tells(ctx, e, first, urls[0])
	tells(ctx, e, second, urls[1])
	reopen(ctx, e, first, urls[2])
	tells(ctx, e, first, urls[2])
	reopen(ctx, e, first, "")
	tells(ctx, e, first, "")
}

// reopen opens a channel with a URL for its webhooks, or "" to open it without one. It replaces an open channel with the same id.
func reopen(ctx context.Context, e *suite.Env, id, url string) {
	_, diags, err := e.Client().OpenChannel(ctx, client.OpenRequest{
		ProviderID: e.ProviderID(), ChannelID: id, Config: e.ChannelConfig(e.Emulator(), nil), WebhookURL: url,
	})
	if err != nil || diags.HasErrors() {
		e.Fatalf("OpenChannel", fmt.Sprintf("a channel with the webhook_url %q", url), "%v %v", diags.Err(), err)
	}
}

// tells sends a message over a channel and reports a deviation if a request does not have the URL in its place. The URL "" means
// that nothing may be in the place.
func tells(ctx context.Context, e *suite.Env, id, url string) {
	s := e.Send(ctx, e.Minimal(e.Facts().AnyKind()), suite.SendOptions{ChannelID: id})
	if !s.Accepted() {
		e.Failf("send", fmt.Sprintf("accepted over a channel with the webhook_url %q", url), "%s", s)
		return
	}
	place := e.Dialect().CallbackURL
	for _, x := range s.Exchanges {
		found := wire.At(suite.Sent{Exchanges: []emulator.Exchange{x}}, place)
		switch {
		case url == "" && len(found) > 0:
			e.Failf(place, "nothing, because the channel has no webhook_url", "%q", found)
		case url != "" && (len(found) != 1 || found[0] != url):
			e.Failf(place, fmt.Sprintf("the webhook_url of the channel, %q", url), "%q", found)
		}
	}
}
