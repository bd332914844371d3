// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"google.golang.org/grpc/encoding"
	encodingproto "google.golang.org/grpc/encoding/proto"
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// standIn is replaced by notUTF8, of the same length, in encoded messages.
const (
	standIn = "stand-in-for-an-id"
	notUTF8 = "stand-in-for-\xff\xfe-id"
)

// answers are changes of what is answered, by the end of the program's name: a host gives its providers no variable that
// could choose one. The SDK keeps an author from each of them.
var answers = map[string]map[protoreflect.Name]func(protoreflect.Message){
	"-type":     {"GetSchemaResponse": attribute(`["object",{"a":"bool"},["b"]]`, "")},
	"-nested":   {"GetSchemaResponse": attribute(strings.Repeat(`["list",`, 5000)+`"string"`+strings.Repeat(`]`, 5000), "")},
	"-default":  {"GetSchemaResponse": attribute(`"number"`, "1e333333339")},
	"-metadata": {"GetMetadataResponse": func(m protoreflect.Message) { set(m, "name", strings.Repeat("x", 1<<20)) }},
	"-limits": {"OpenChannelResponse": func(m protoreflect.Message) {
		caps := mutable(m, "capabilities")
		limits := caps.Mutable(field(caps, "limits")).List()
		limit := limits.AppendMutable().Message()
		set(limit, "path", "text.body")
		limit.Set(field(limit, "maximum"), protoreflect.ValueOfInt64(-1))
	}},
	"-id": {"SendMessagesResponse": eachOutcome(func(o protoreflect.Message) {
		set(mutable(o, "accepted"), "provider_message_id", strings.Repeat("x", 1<<20))
	})},
	"-utf8": {"SendMessagesResponse": eachOutcome(func(o protoreflect.Message) { set(mutable(o, "accepted"), "provider_message_id", standIn) })},
	"-flood": {"SendMessagesResponse": eachOutcome(func(o protoreflect.Message) {
		others := o.Mutable(field(o, "other_delivery_ids")).List()
		for range 1_000_000 {
			others.Append(protoreflect.ValueOfString("nobody"))
		}
		set(o, "delivery_id", "nobody")
	})},
}

// tamper puts the change that the program's name asks for under gRPC.
func tamper() {
	name := filepath.Base(os.Args[0])
	for suffix, change := range answers {
		if strings.HasSuffix(name, suffix) {
			encoding.RegisterCodecV2(codec{change: change})
		}
	}
	if isHostile() {
		encoding.RegisterCodecV2(codec{all: makeHostile})
	}
}

type codec struct {
	change map[protoreflect.Name]func(protoreflect.Message)
	all    func(protoreflect.Message) // changes every answer, if it is not nil
}

func (codec) Name() string { return encodingproto.Name }

func (c codec) Marshal(v any) (mem.BufferSlice, error) {
	m, ok := v.(proto.Message)
	if !ok {
		return nil, fmt.Errorf("%T is not a protobuf message", v)
	}
	change := c.change[m.ProtoReflect().Descriptor().Name()]
	if m.ProtoReflect().Descriptor().Name() == "SendStreamResponse" {
		change = eachAnswer(c.change["SendMessagesResponse"])
	}
	if c.all != nil {
		change = c.all
	}
	data, err := proto.Marshal(m)
	if change != nil && err == nil {
		// What the SDK has encoded already is decoded, so that it can be changed.
		decoded := m.ProtoReflect().New()
		if err := proto.Unmarshal(data, decoded.Interface()); err != nil {
			return nil, err
		}
		change(decoded)
		data, err = proto.Marshal(decoded.Interface())
	}
	return mem.BufferSlice{mem.SliceBuffer(bytes.ReplaceAll(data, []byte(standIn), []byte(notUTF8)))}, err
}

func (codec) Unmarshal(data mem.BufferSlice, v any) error {
	m, ok := v.(proto.Message)
	if !ok {
		return fmt.Errorf("%T is not a protobuf message", v)
	}
	return proto.Unmarshal(data.Materialize(), m)
}

// attribute changes type and default of the last argument of the channel block.
func attribute(typ, value string) func(protoreflect.Message) {
	return func(m protoreflect.Message) {
		block := mutable(m, "channel")
		list := block.Mutable(field(block, "attributes")).List()
		last := list.Get(list.Len() - 1).Message()
		last.Set(field(last, "type"), protoreflect.ValueOfBytes([]byte(typ)))
		if value != "" {
			last.Set(field(last, "default_value"), protoreflect.ValueOfBytes([]byte(value)))
		}
	}
}

// eachAnswer changes the answers of a stream as those of calls of their own are changed.
func eachAnswer(change func(protoreflect.Message)) func(protoreflect.Message) {
	if change == nil {
		return nil
	}
	return func(m protoreflect.Message) {
		list := m.Mutable(field(m, "answers")).List()
		for i := range list.Len() {
			change(list.Get(i).Message())
		}
	}
}

func eachOutcome(change func(protoreflect.Message)) func(protoreflect.Message) {
	return func(m protoreflect.Message) {
		list := m.Mutable(field(m, "outcomes")).List()
		for i := range list.Len() {
			change(list.Get(i).Message())
		}
	}
}

func field(m protoreflect.Message, name protoreflect.Name) protoreflect.FieldDescriptor {
	return m.Descriptor().Fields().ByName(name)
}

func mutable(m protoreflect.Message, name protoreflect.Name) protoreflect.Message {
	return m.Mutable(field(m, name)).Message()
}

func set(m protoreflect.Message, name protoreflect.Name, text string) {
	m.Set(field(m, name), protoreflect.ValueOfString(text))
}
