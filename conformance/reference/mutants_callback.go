// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"sync"
	"sync/atomic"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/wahost/wahost/sdk/message"
)

var (
	// firstCallbacks holds the first URL for callbacks of each channel, by channel id.
	firstCallbacks sync.Map
	// lastCallback is the URL for callbacks of the channel that was opened last.
	lastCallback atomic.Value
)

// callbackMutants tell acme a wrong URL for its callbacks, or lose them after a channel is opened again.
var callbackMutants = []Mutant{
	{Name: "forgets-callback-url", Defect: "the URL for callbacks is never in a request", body: func(_ *channel, _ *message.Message, body map[string]any) {
		delete(body, "callback_url")
	}},
	{Name: "keeps-first-callback-url", Defect: "a channel that is opened again keeps its first URL for callbacks",
		body: func(c *channel, _ *message.Message, body map[string]any) {
			if c.callback != "" {
				body["callback_url"], _ = firstCallbacks.LoadOrStore(c.id, c.callback)
			}
		}},
	{Name: "shares-callback-url", Defect: "all channels have the URL for callbacks of the channel that was opened last",
		tamper: func(m protoreflect.Message, sending bool) {
			if !sending && m.Descriptor().Name() == "OpenChannelRequest" {
				lastCallback.Store(text(m, "webhook_url"))
			}
		},
		body: func(c *channel, _ *message.Message, body map[string]any) {
			if url, _ := lastCallback.Load().(string); c.callback != "" && url != "" {
				body["callback_url"] = url
			}
		}},
	{Name: "forgets-reopened-channel", Defect: "the events of a channel that was opened again are attributed to no channel", forgetsReopened: true},
	{Name: "sends-empty-callback-url", Defect: "a request without a URL for callbacks has an empty one", body: func(c *channel, _ *message.Message, body map[string]any) {
		body["callback_url"] = c.callback
	}},
}
