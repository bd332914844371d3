// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"time"

	"github.com/wahost/wahost/sdk/vendorhttp"
)

// mediaMutants treat media that the vendor already stores as new media.
var mediaMutants = []Mutant{
	{Name: "sends-media-id-as-link", Defect: "a media id is sent as a link", body: content(func(m map[string]any) {
		for _, kind := range mediaKinds {
			if media := object(m, kind); str(media, "id") != "" {
				media["link"] = "https://media.acme.example/" + url.PathEscape(str(media, "id"))
				delete(media, "id")
			}
		}
	})},
	{Name: "uploads-media-by-id", Defect: "media that the vendor already stores are uploaded again", post: func(a *account, next poster) poster {
		return func(ctx context.Context, r vendorhttp.Request) (*vendorhttp.Response, *vendorhttp.Failure) {
			var body map[string]any
			_ = json.Unmarshal(r.Body, &body)
			for _, kind := range mediaKinds {
				if str(object(body, "message", kind), "id") == "" {
					continue
				}
				upload, cancel := context.WithTimeout(ctx, time.Second)
				_, _ = a.client.Do(upload, vendorhttp.Request{Method: http.MethodPost, Path: mediaPath, Header: r.Header, Body: []byte("file")})
				cancel()
			}
			return next(ctx, r)
		}
	}},
}

// actionMutants drop fields of interactive messages and reactions.
var actionMutants = []Mutant{
	{Name: "drops-link-text", Defect: "the text on a link button is not sent",
		body: content(func(m map[string]any) { delete(object(m, "interactive", "action", "parameters"), "display_text") })},
	{Name: "drops-flow-payload", Defect: "the initial data of a flow is not sent",
		body: content(func(m map[string]any) {
			delete(object(m, "interactive", "action", "parameters"), "flow_action_payload")
		})},
	{Name: "drops-thumbnail", Defect: "the product shown for a catalogue is not sent",
		body: content(func(m map[string]any) {
			delete(object(m, "interactive", "action", "parameters"), "thumbnail_product_retailer_id")
		})},
	{Name: "one-emoji-for-all", Defect: "every reaction is a thumbs up",
		body: content(func(m map[string]any) { edit(object(m, "reaction"), "emoji", func(string) string { return "👍" }) })},
	{Name: "drops-pin-expiry", Defect: "a message is pinned without the end of the pin",
		body: content(func(m map[string]any) { delete(object(m, "pin"), "expiration_days") })},
	{Name: "always-pins", Defect: "a message is pinned where it is to be unpinned",
		body: content(func(m map[string]any) { edit(object(m, "pin"), "type", func(string) string { return "pin" }) })},
	{Name: "drops-pin-target", Defect: "a pin is sent without the id of its message",
		body: content(func(m map[string]any) { delete(object(m, "pin"), "message_id") })},
	{Name: "drops-reaction-target", Defect: "a reaction is sent without the id of its message",
		body: content(func(m map[string]any) { delete(object(m, "reaction"), "message_id") })},
}

var mediaKinds = []string{"image", "video", "audio", "document", "sticker"}
