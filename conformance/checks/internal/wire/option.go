// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"github.com/zclconf/go-cty/cty"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/wahost/wahost/sdk/message"
)

// WithOption returns a copy of the message with an option for a provider, whose value is a string, a number or a boolean.
func WithOption(m *message.Message, provider, name string, v cty.Value) *message.Message {
	m = Extended(m)
	if m.Wahost.Vendor == nil {
		m.Wahost.Vendor = &structpb.Struct{Fields: map[string]*structpb.Value{}}
	}
	all := m.Wahost.Vendor.Fields[provider].GetStructValue()
	if all == nil {
		all = &structpb.Struct{Fields: map[string]*structpb.Value{}}
		m.Wahost.Vendor.Fields[provider] = structpb.NewStructValue(all)
	}
	switch v.Type() {
	case cty.String:
		all.Fields[name] = structpb.NewStringValue(v.AsString())
	case cty.Bool:
		all.Fields[name] = structpb.NewBoolValue(v.True())
	default:
		f, _ := v.AsBigFloat().Float64()
		all.Fields[name] = structpb.NewNumberValue(f)
	}
	return m
}

// Extended returns a copy of the message that has fields for the host.
func Extended(m *message.Message) *message.Message {
	m = proto.CloneOf(m)
	if m.Wahost == nil {
		m.Wahost = &message.Extension{}
	}
	return m
}
