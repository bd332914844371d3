// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package reference

import (
	"bytes"
	"fmt"
	"slices"

	"google.golang.org/grpc/encoding"
	encodingproto "google.golang.org/grpc/encoding/proto"
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/wahost/wahost/sdk/capability"
	"github.com/wahost/wahost/sdk/message"
)

// protocolMutants violate the protocol in ways that the SDK prevents.
var protocolMutants = []Mutant{
	{Name: "accepts-undeclared-sticker", Defect: "stickers are not declared but sent", tamper: undeclare("sticker"),
		withdraws: func(c *capability.Capabilities) {
			c.Kinds = slices.DeleteFunc(c.Kinds, func(k capability.Kind) bool { return k.Kind == message.KindSticker })
		}},
	{Name: "accepts-unknown-kind", Defect: "an unknown kind of message is sent as text", tamper: func(m protoreflect.Message, sending bool) {
		if sending || m.Descriptor().Name() != "SendMessagesRequest" {
			return
		}
		eachOf(m, "batches", func(batch protoreflect.Message) {
			content := sub(batch, "message")
			if kind := text(content, "type"); content.Has(field(content, "type")) && content.Descriptor().Fields().ByName(protoreflect.Name(kind)) == nil {
				content.Set(field(content, "type"), protoreflect.ValueOfString("text"))
				body := content.Mutable(field(content, "text")).Message()
				body.Set(field(body, "body"), protoreflect.ValueOfString(kind))
			}
		})
	}},
	{Name: "answers-twice", Defect: "each outcome is returned twice", tamper: func(m protoreflect.Message, sending bool) {
		if list := outcomesOf(m, sending); list != nil {
			for i := range list.Len() {
				list.Append(list.Get(i))
			}
		}
	}},
	{Name: "loses-an-outcome", Defect: "the last of several outcomes in one response is not returned", tamper: func(m protoreflect.Message, sending bool) {
		if list := outcomesOf(m, sending); list != nil && list.Len() > 1 {
			list.Truncate(list.Len() - 1)
		}
	}},
	{Name: "forgets-every-outcome", Defect: "no outcome is ever returned", tamper: func(m protoreflect.Message, sending bool) {
		if list := outcomesOf(m, sending); list != nil {
			list.Truncate(0)
		}
	}},
	{Name: "says-nothing", Defect: "outcomes are neither accepted nor rejected nor unknown", tamper: func(m protoreflect.Message, sending bool) {
		if list := outcomesOf(m, sending); list != nil {
			for i := range list.Len() {
				o := list.Get(i).Message()
				for _, name := range []protoreflect.Name{"accepted", "rejected", "unknown"} {
					o.Clear(field(o, name))
				}
			}
		}
	}},
	{Name: "accepts-bad-recipient", Defect: "a recipient that is not a phone number is replaced by another number", tamper: receivedSends(func(m protoreflect.Message) {
		eachOf(m, "batches", func(batch protoreflect.Message) {
			eachOf(batch, "deliveries", func(delivery protoreflect.Message) {
				if to := sub(delivery, "to"); !message.IsPhone(text(to, "address")) {
					to.Set(field(to, "address"), protoreflect.ValueOfString("+15550100099"))
				}
			})
		})
	})},
	{Name: "batch-all-or-nothing", Defect: "one bad number in a group leads to the refusal of all", tamper: receivedSends(func(m protoreflect.Message) {
		eachOf(m, "batches", func(batch protoreflect.Message) {
			bad := ""
			eachOf(batch, "deliveries", func(delivery protoreflect.Message) {
				if address := text(sub(delivery, "to"), "address"); !message.IsPhone(address) {
					bad = address
				}
			})
			if bad == "" {
				return
			}
			eachOf(batch, "deliveries", func(delivery protoreflect.Message) {
				to := sub(delivery, "to")
				to.Set(field(to, "address"), protoreflect.ValueOfString(bad))
			})
		})
	})},
	{Name: "accepts-bad-url", Defect: "an endpoint that is not a URL passes validation", tamper: sent("ValidateProviderConfigResponse", func(m protoreflect.Message) {
		list, kept := m.Mutable(field(m, "diagnostics")).List(), 0
		for i := range list.Len() {
			of := list.Get(i).Message()
			if path := of.Get(field(of, "path")).List(); path.Len() == 0 || text(path.Get(0).Message(), "attribute") != "endpoint" {
				list.Set(kept, list.Get(i))
				kept++
			}
		}
		list.Truncate(kept)
	})},
	{Name: "one-mistake-at-a-time", Defect: "only the first mistake of a configuration is reported", tamper: sent("ValidateProviderConfigResponse", func(m protoreflect.Message) {
		list := m.Mutable(field(m, "diagnostics")).List()
		list.Truncate(min(1, list.Len()))
	})},
	{Name: "unpathed-refusals", Defect: "refusals of a message do not name the field", tamper: func(m protoreflect.Message, sending bool) {
		for list, i := outcomesOf(m, sending), 0; list != nil && i < list.Len(); i++ {
			if o := list.Get(i).Message(); o.Has(field(o, "rejected")) {
				rejected := sub(o, "rejected")
				rejected.Clear(field(rejected, "path"))
			}
		}
	}},
	{Name: "unauthenticated-events", Defect: "refused webhooks return their events", tamper: func(m protoreflect.Message, sending bool) {
		if sending && m.Descriptor().Name() == "HandleWebhooksResponse" {
			eachOf(m, "responses", func(r protoreflect.Message) { r.Set(field(r, "authenticated"), protoreflect.ValueOfBool(true)) })
		}
	}},
}

// undeclare returns a hook that removes a kind from the declared capabilities. Messages of the kind are still sent.
func undeclare(kind string) func(protoreflect.Message, bool) {
	return withdrawAs(func(caps protoreflect.Message) {
		list := caps.Mutable(field(caps, "kinds")).List()
		kept := 0
		for i := range list.Len() {
			if text(list.Get(i).Message(), "kind") != kind {
				list.Set(kept, list.Get(i))
				kept++
			}
		}
		list.Truncate(kept)
	})
}

// withdraw returns a hook that clears a field of the declared capabilities. The power is still served.
func withdraw(name protoreflect.Name) func(protoreflect.Message, bool) {
	return withdrawAs(func(caps protoreflect.Message) { caps.Clear(field(caps, name)) })
}

// withdrawAs returns a hook that changes the declared capabilities. What the channel does stays the same.
func withdrawAs(change func(caps protoreflect.Message)) func(protoreflect.Message, bool) {
	return func(m protoreflect.Message, sending bool) {
		if !sending {
			return
		}
		switch m.Descriptor().Name() {
		case "OpenChannelResponse":
			change(sub(m, "capabilities"))
		case "GetMetadataResponse":
			change(sub(m, "default_capabilities"))
		}
	}
}

func outcomesOf(m protoreflect.Message, sending bool) protoreflect.List {
	if !sending || m.Descriptor().Name() != "SendMessagesResponse" {
		return nil
	}
	return m.Mutable(field(m, "outcomes")).List()
}

func field(m protoreflect.Message, name protoreflect.Name) protoreflect.FieldDescriptor {
	return m.Descriptor().Fields().ByName(name)
}

func text(m protoreflect.Message, name protoreflect.Name) string {
	return m.Get(field(m, name)).String()
}

func sub(m protoreflect.Message, name protoreflect.Name) protoreflect.Message {
	return m.Mutable(field(m, name)).Message()
}

func eachOf(m protoreflect.Message, name protoreflect.Name, what func(protoreflect.Message)) {
	list := m.Get(field(m, name)).List()
	for i := range list.Len() {
		what(list.Get(i).Message())
	}
}

// tamperWith installs a hook in the gRPC codec, where the SDK does not see it. It must be called before the provider
// serves.
func tamperWith(hook func(m protoreflect.Message, sending bool)) {
	encoding.RegisterCodecV2(tamperedCodec{hook})
}

type tamperedCodec struct {
	hook func(protoreflect.Message, bool)
}

func (tamperedCodec) Name() string { return encodingproto.Name }

func (c tamperedCodec) Marshal(v any) (mem.BufferSlice, error) {
	m, ok := v.(proto.Message)
	if !ok {
		return nil, fmt.Errorf("%T is not a protobuf message", v)
	}
	// What the SDK has encoded already is decoded, so that the hook sees it.
	data, err := proto.Marshal(m)
	if err != nil {
		return nil, err
	}
	decoded := m.ProtoReflect().New()
	if err := proto.Unmarshal(data, decoded.Interface()); err != nil {
		return nil, err
	}
	c.hook(decoded, true)
	data, err = proto.Marshal(decoded.Interface())
	data = bytes.ReplaceAll(data, []byte(standIn), []byte(notUTF8))
	return mem.BufferSlice{mem.SliceBuffer(data)}, err
}

func (c tamperedCodec) Unmarshal(data mem.BufferSlice, v any) error {
	m, ok := v.(proto.Message)
	if !ok {
		return fmt.Errorf("%T is not a protobuf message", v)
	}
	if err := proto.Unmarshal(data.Materialize(), m); err != nil {
		return err
	}
	c.hook(m.ProtoReflect(), false)
	return nil
}
