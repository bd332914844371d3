// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package convert

import (
	"slices"
	"strings"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/wahost/wahost/sdk/internal/providerpb"
	"github.com/wahost/wahost/sdk/outcome"
	"github.com/wahost/wahost/sdk/provider"
)

// WebhookRequestToProto encodes a webhook request.
func WebhookRequestToProto(r provider.WebhookRequest) *providerpb.WebhookRequest {
	pb := &providerpb.WebhookRequest{ChannelIds: r.ChannelIDs, Method: r.Method, Url: r.URL, Body: r.Body}
	for name, values := range r.Header {
		pb.Headers = append(pb.Headers, &providerpb.WebhookHeader{Name: name, Values: values})
	}
	slices.SortFunc(pb.Headers, func(a, b *providerpb.WebhookHeader) int { return strings.Compare(a.GetName(), b.GetName()) })
	return pb
}

// WebhookRequestFromProto decodes a webhook request.
func WebhookRequestFromProto(pb *providerpb.WebhookRequest) provider.WebhookRequest {
	r := provider.WebhookRequest{
		ChannelIDs: pb.GetChannelIds(), Method: pb.GetMethod(), URL: pb.GetUrl(), Body: pb.GetBody(),
		Header: make(map[string][]string, len(pb.GetHeaders())),
	}
	for _, h := range pb.GetHeaders() {
		r.Header[h.GetName()] = append(r.Header[h.GetName()], h.GetValues()...)
	}
	return r
}

// WebhookResponseToProto encodes the response to a webhook request. A request that is not authenticated has no events.
func WebhookResponseToProto(r provider.WebhookResponse) *providerpb.WebhookResponse {
	pb := &providerpb.WebhookResponse{
		Authenticated: r.Authenticated, Problem: r.Problem,
		Reply: &providerpb.WebhookReply{Status: int32(r.Reply.Status), ContentType: r.Reply.ContentType, Body: r.Reply.Body},
	}
	if !r.Authenticated {
		return pb
	}
	for _, e := range r.Events {
		e, changed := soundEvent(e)
		pb.Events = append(pb.Events, EventToProto(e))
		if len(changed) > 0 {
			pb.Problem = cut(joined(pb.Problem, changed), maxDetail)
		}
	}
	return pb
}

// WebhookResponseFromProto decodes the response to a webhook request.
func WebhookResponseFromProto(pb *providerpb.WebhookResponse) provider.WebhookResponse {
	r := provider.WebhookResponse{
		Authenticated: pb.GetAuthenticated(), Problem: pb.GetProblem(),
		Reply: provider.WebhookReply{
			Status: int(pb.GetReply().GetStatus()), ContentType: pb.GetReply().GetContentType(), Body: pb.GetReply().GetBody(),
		},
	}
	for _, e := range pb.GetEvents() {
		r.Events = append(r.Events, EventFromProto(e))
	}
	return r
}

// EventToProto encodes an event.
func EventToProto(e provider.Event) *providerpb.Event {
	pb := &providerpb.Event{
		Id: e.ID, ChannelId: e.ChannelID, Raw: e.Raw,
		Correlation: &providerpb.Correlation{
			ProviderMessageId: e.Correlation.ProviderMessageID, Wamid: e.Correlation.WAMID,
			Reference: e.Correlation.Reference, Recipient: RecipientToProto(e.Correlation.Recipient),
		},
	}
	if !e.Time.IsZero() {
		pb.Time = timestamppb.New(e.Time)
	}
	switch {
	case e.DeliveryStatus != nil:
		pb.Event = &providerpb.Event_DeliveryStatus{DeliveryStatus: &providerpb.DeliveryStatus{
			Status:       providerpb.Status(enumFromWord(providerpb.Status_value, "STATUS_", string(e.DeliveryStatus.Status))),
			VendorStatus: e.DeliveryStatus.VendorStatus, Error: RejectedToProto(e.DeliveryStatus.Error),
		}}
	case e.InboundMessage != nil:
		m := e.InboundMessage
		pb.Event = &providerpb.Event_InboundMessage{InboundMessage: &providerpb.InboundMessage{
			From: RecipientToProto(m.From), To: m.To, ProfileName: m.ProfileName, Type: m.Type, Message: m.Message,
			ContextMessageId: m.ContextMessageID,
		}}
	case e.TemplateStatus != nil:
		t := e.TemplateStatus
		pb.Event = &providerpb.Event_TemplateStatus{TemplateStatus: &providerpb.TemplateStatus{
			TemplateId: t.TemplateID, TemplateName: t.TemplateName, Language: t.Language, Category: t.Category,
			Status: t.Status, Reason: t.Reason,
		}}
	case e.ChannelNotice != nil:
		pb.Event = &providerpb.Event_ChannelNotice{ChannelNotice: &providerpb.ChannelNotice{
			Kind: e.ChannelNotice.Kind, Detail: e.ChannelNotice.Detail,
		}}
	}
	return pb
}

// EventFromProto decodes an event.
func EventFromProto(pb *providerpb.Event) provider.Event {
	c := pb.GetCorrelation()
	e := provider.Event{
		ID: pb.GetId(), ChannelID: pb.GetChannelId(), Raw: pb.GetRaw(),
		Correlation: provider.Correlation{
			ProviderMessageID: c.GetProviderMessageId(), WAMID: c.GetWamid(), Reference: c.GetReference(),
			Recipient: RecipientFromProto(c.GetRecipient()),
		},
	}
	if pb.GetTime() != nil {
		e.Time = pb.GetTime().AsTime().In(time.UTC)
	}
	switch ev := pb.GetEvent().(type) {
	case *providerpb.Event_DeliveryStatus:
		e.DeliveryStatus = &provider.DeliveryStatus{
			Status:       outcome.Status(wordFromEnum(ev.DeliveryStatus.GetStatus().String())),
			VendorStatus: ev.DeliveryStatus.GetVendorStatus(), Error: RejectedFromProto(ev.DeliveryStatus.GetError()),
		}
	case *providerpb.Event_InboundMessage:
		m := ev.InboundMessage
		e.InboundMessage = &provider.InboundMessage{
			From: RecipientFromProto(m.GetFrom()), To: m.GetTo(), ProfileName: m.GetProfileName(), Type: m.GetType(),
			Message: m.GetMessage(), ContextMessageID: m.GetContextMessageId(),
		}
	case *providerpb.Event_TemplateStatus:
		t := ev.TemplateStatus
		e.TemplateStatus = &provider.TemplateStatus{
			TemplateID: t.GetTemplateId(), TemplateName: t.GetTemplateName(), Language: t.GetLanguage(),
			Category: t.GetCategory(), Status: t.GetStatus(), Reason: t.GetReason(),
		}
	case *providerpb.Event_ChannelNotice:
		e.ChannelNotice = &provider.ChannelNotice{Kind: ev.ChannelNotice.GetKind(), Detail: ev.ChannelNotice.GetDetail()}
	}
	return e
}
