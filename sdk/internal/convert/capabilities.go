// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package convert

import (
	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/internal/providerpb"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// CapabilitiesToProto encodes capabilities.
func CapabilitiesToProto(c capability.Capabilities) *providerpb.Capabilities {
	pb := &providerpb.Capabilities{
		TemplateCategories: c.TemplateCategories, MaxRecipients: int32(c.MaxRecipients),
		RecipientKinds: words(c.RecipientKinds), MediaSources: words(c.MediaSources), Scheduling: c.Scheduling,
		TextVariables: c.TextVariables, ReplyContext: c.ReplyContext, Statuses: words(c.Statuses),
		InboundTypes: c.InboundTypes, ReferenceLength: int32(c.ReferenceLength),
		IdScope:  providerpb.IdScope(enumFromWord(providerpb.IdScope_value, "ID_SCOPE_", string(c.IDScope))),
		Webhooks: c.Webhooks, MaxConcurrency: int32(c.MaxConcurrency), Signals: words(c.Signals), Lookup: c.Lookup,
		MediaUpload: c.MediaUpload, MediaFetch: c.MediaFetch, TemplateList: c.TemplateList,
	}
	for _, k := range c.Kinds {
		pb.Kinds = append(pb.Kinds, &providerpb.KindCapability{
			Kind: k.Kind, HeaderKinds: k.HeaderKinds, ButtonKinds: k.ButtonKinds, ParameterTypes: k.ParameterTypes,
			NamedParameters: k.NamedParameters, Components: k.Components, MaxRecipients: int32(k.MaxRecipients),
			MissingFields: k.MissingFields,
		})
	}
	for _, l := range c.Limits {
		pb.Limits = append(pb.Limits, &providerpb.Limit{
			Kind: l.Kind, Path: l.Path, Maximum: int64(l.Maximum), Source: l.Source,
			Unit: providerpb.LimitUnit(enumFromWord(providerpb.LimitUnit_value, "LIMIT_UNIT_", string(l.Unit))),
		})
	}
	return pb
}

// CapabilitiesFromProto decodes capabilities.
func CapabilitiesFromProto(pb *providerpb.Capabilities) capability.Capabilities {
	c := capability.Capabilities{
		TemplateCategories: pb.GetTemplateCategories(), MaxRecipients: max(1, int(pb.GetMaxRecipients())),
		RecipientKinds: fromWords[message.RecipientKind](pb.GetRecipientKinds()),
		MediaSources:   fromWords[capability.MediaSource](pb.GetMediaSources()),
		Scheduling:     pb.GetScheduling(), TextVariables: pb.GetTextVariables(), ReplyContext: pb.GetReplyContext(),
		Statuses: fromWords[outcome.Status](pb.GetStatuses()), InboundTypes: pb.GetInboundTypes(),
		ReferenceLength: int(pb.GetReferenceLength()), IDScope: capability.IDScope(wordFromEnum(pb.GetIdScope().String())),
		Webhooks: pb.GetWebhooks(), MaxConcurrency: int(pb.GetMaxConcurrency()),
		Signals: fromWords[capability.Signal](pb.GetSignals()), Lookup: pb.GetLookup(),
		MediaUpload: pb.GetMediaUpload(), MediaFetch: pb.GetMediaFetch(), TemplateList: pb.GetTemplateList(),
	}
	for _, k := range pb.GetKinds() {
		c.Kinds = append(c.Kinds, capability.Kind{
			Kind: k.GetKind(), HeaderKinds: k.GetHeaderKinds(), ButtonKinds: k.GetButtonKinds(),
			ParameterTypes: k.GetParameterTypes(), NamedParameters: k.GetNamedParameters(), Components: k.GetComponents(),
			MaxRecipients: int(k.GetMaxRecipients()), MissingFields: k.GetMissingFields(),
		})
	}
	for _, l := range pb.GetLimits() {
		c.Limits = append(c.Limits, message.Limit{
			Kind: l.GetKind(), Path: l.GetPath(), Maximum: int(l.GetMaximum()), Source: l.GetSource(),
			Unit: message.Unit(wordFromEnum(l.GetUnit().String())),
		})
	}
	return c
}

func words[T ~string](in []T) []string {
	var out []string
	for _, w := range in {
		out = append(out, string(w))
	}
	return out
}

func fromWords[T ~string](in []string) []T {
	var out []T
	for _, w := range in {
		out = append(out, T(w))
	}
	return out
}

// RecipientToProto encodes a recipient.
func RecipientToProto(r message.Recipient) *providerpb.Recipient {
	return &providerpb.Recipient{Kind: RecipientKindToProto(r.Kind), Address: r.Address}
}

// RecipientKindToProto encodes the kind of a recipient.
func RecipientKindToProto(kind message.RecipientKind) providerpb.RecipientKind {
	switch kind {
	case message.RecipientPhone:
		return providerpb.RecipientKind_RECIPIENT_KIND_PHONE
	case message.RecipientUser:
		return providerpb.RecipientKind_RECIPIENT_KIND_USER
	case message.RecipientGroup:
		return providerpb.RecipientKind_RECIPIENT_KIND_GROUP
	}
	return providerpb.RecipientKind_RECIPIENT_KIND_UNSPECIFIED
}

// RecipientFromProto decodes a recipient. It returns the zero Recipient for nil.
func RecipientFromProto(pb *providerpb.Recipient) message.Recipient {
	r := message.Recipient{Address: pb.GetAddress()}
	switch pb.GetKind() {
	case providerpb.RecipientKind_RECIPIENT_KIND_PHONE:
		r.Kind = message.RecipientPhone
	case providerpb.RecipientKind_RECIPIENT_KIND_USER:
		r.Kind = message.RecipientUser
	case providerpb.RecipientKind_RECIPIENT_KIND_GROUP:
		r.Kind = message.RecipientGroup
	}
	return r
}
