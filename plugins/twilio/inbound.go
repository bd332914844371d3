// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package twilio

import (
	"encoding/json"
	"strings"

	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/provider"
	"github.com/wahost/wahost/sdk/webhook"
)

// inbound returns the event of a message to the business, and a remark if its content cannot be passed on. The parameters are those of
// https://www.twilio.com/docs/messaging/guides/webhook-request. A call has no time.
func inbound(get func(string) string) (*provider.Event, string) {
	sid := get("MessageSid")
	in := webhook.Inbound{ID: sid, Content: content(get), Context: contextOf(get), Referral: referral(get)}
	in.From, _ = webhook.Sender(strings.TrimPrefix(get("From"), prefix))
	in.To, in.ProfileName = provider.SenderOf(strings.TrimPrefix(get("To"), prefix)), get("ProfileName")
	remark := ""
	m, err := in.Message()
	if err != nil {
		remark = "the content of an inbound message is not passed on: " + err.Error()
		in.Content, in.Context, in.Referral = webhook.Unknown{}, nil, nil
		if m, err = in.Message(); err != nil {
			// Without a sender there is no message that anybody could answer.
			return notice("message", get), remark
		}
	}
	return &provider.Event{
		ID: "message:" + sid, Correlation: provider.Correlation{ProviderMessageID: sid, Recipient: in.From}, InboundMessage: m,
	}, remark
}

// content returns the content of a message. A message has at most one file
// (https://support.twilio.com/hc/en-us/articles/360017961894).
func content(get func(string) string) webhook.Content {
	switch kind := get("MessageType"); {
	case get("ButtonPayload") != "" && kind == "interactive":
		return webhook.ButtonReply{ID: get("ButtonPayload"), Title: get("ButtonText")}
	case get("ButtonPayload") != "" || get("ButtonText") != "":
		return webhook.Button{Payload: get("ButtonPayload"), Text: get("ButtonText")}
	case get("MediaUrl0") != "":
		return webhook.Media{
			Type: mediaType(kind, get("MediaContentType0")), URL: get("MediaUrl0"), MIMEType: get("MediaContentType0"), Caption: get("Body"),
		}
	case get("Latitude") != "" || get("Longitude") != "":
		return webhook.Location{
			Latitude: json.Number(get("Latitude")), Longitude: json.Number(get("Longitude")), Name: get("Label"), Address: get("Address"),
		}
	case get("Body") != "":
		return webhook.Text{Body: get("Body")}
	}
	return webhook.Unknown{}
}

// mediaType returns the kind of a file, by the type of the message or by that of the file.
func mediaType(kind, mime string) string {
	switch kind {
	case message.KindImage, message.KindVideo, message.KindAudio, message.KindDocument, message.KindSticker:
		return kind
	}
	switch top, _, _ := strings.Cut(mime, "/"); top {
	case message.KindImage, message.KindVideo, message.KindAudio:
		return top
	}
	return message.KindDocument
}

func contextOf(get func(string) string) *webhook.Context {
	c := webhook.Context{
		ID: get("OriginalRepliedMessageSid"), From: strings.TrimPrefix(get("OriginalRepliedMessageSender"), prefix+"+"),
		Forwarded: get("Forwarded") == "true", FrequentlyForwarded: get("FrequentlyForwarded") == "true",
	}
	if c == (webhook.Context{}) {
		return nil
	}
	return &c
}

func referral(get func(string) string) *webhook.Referral {
	if get("ReferralSourceUrl") == "" {
		return nil
	}
	return &webhook.Referral{
		SourceURL: get("ReferralSourceUrl"), SourceID: get("ReferralSourceId"), SourceType: get("ReferralSourceType"),
		Headline: get("ReferralHeadline"), Body: get("ReferralBody"), ClickID: get("ReferralCtwaClid"),
	}
}
