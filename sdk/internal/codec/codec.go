// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

// Package codec decodes the messages of the protocol as gRPC does, in buffers of their size. The buffer in which gRPC itself decodes a
// message of more than 32 KiB, such as a thousand recipients of a broadcast, has 1 MiB, all of which is cleared each time.
package codec

import (
	"google.golang.org/grpc/encoding"
	encodingproto "google.golang.org/grpc/encoding/proto"
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/proto"
)

// Buffers are buffers for encoded messages. They have at most twice the size that is asked for, up to 1 MiB.
var Buffers = mem.NewTieredBufferPool(256, 512, 1<<10, 2<<10, 4<<10, 8<<10, 16<<10, 32<<10, 64<<10, 128<<10, 256<<10, 512<<10, 1<<20)

// Codec is gRPC's codec for messages, with Buffers for those that come in. If the program has registered another codec under its name, it is
// that one.
type Codec struct{}

// own is gRPC's codec.
var own = encoding.GetCodecV2(encodingproto.Name)

// Name returns the name of gRPC's own codec, since the bytes are the same.
func (Codec) Name() string { return encodingproto.Name }

// Marshal encodes a message.
func (Codec) Marshal(v any) (mem.BufferSlice, error) {
	return encoding.GetCodecV2(encodingproto.Name).Marshal(v)
}

// Unmarshal decodes a message.
func (Codec) Unmarshal(data mem.BufferSlice, v any) error {
	registered := encoding.GetCodecV2(encodingproto.Name)
	m, ok := v.(proto.Message)
	if !ok || registered != own {
		return registered.Unmarshal(data, v)
	}
	buf := data.MaterializeToBuffer(Buffers)
	defer buf.Free()
	return proto.Unmarshal(buf.ReadOnlyData(), m)
}
