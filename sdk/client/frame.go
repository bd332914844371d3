// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package client

import (
	"context"
	"fmt"
	"time"

	"google.golang.org/grpc/codes"
	encodingproto "google.golang.org/grpc/encoding/proto"
	"google.golang.org/grpc/mem"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/wahost/wahost/sdk/internal/codec"
	"github.com/wahost/wahost/sdk/internal/providerpb"
)

// encodeCall encodes the request of a call. The error is the status that a call of its own would end with: Internal if the request
// cannot be encoded, ResourceExhausted if it is too large. gRPC would end the whole stream.
func encodeCall(ctx context.Context, id uint64, req *providerpb.SendMessagesRequest) (mem.BufferSlice, error) {
	pb := &providerpb.SendStreamRequest{CallId: id, Action: &providerpb.SendStreamRequest_Send{Send: req}}
	if deadline, ok := ctx.Deadline(); ok {
		pb.Timeout = durationpb.New(max(0, time.Until(deadline)))
	}
	return encode(pb)
}

// encode encodes a request. The caller must free the result.
func encode(pb *providerpb.SendStreamRequest) (mem.BufferSlice, error) {
	size := proto.Size(pb)
	if size > MaxMessageBytes {
		return nil, status.Errorf(codes.ResourceExhausted, "the request has %d bytes, at most %d are allowed", size, MaxMessageBytes)
	}
	pool := codec.Buffers
	buf := pool.Get(size)
	data, err := proto.MarshalOptions{UseCachedSize: true}.MarshalAppend((*buf)[:0], pb)
	if err != nil {
		pool.Put(buf)
		return nil, status.Errorf(codes.Internal, "the request cannot be encoded: %v", err)
	}
	*buf = data
	return mem.BufferSlice{mem.NewBuffer(buf, pool)}, nil
}

// encodedResponse is a response that was not decoded. It must be freed.
type encodedResponse struct{ mem.Buffer }

// frameCodec writes requests that are encoded already, and leaves responses encoded.
type frameCodec struct{}

// Name returns the name of gRPC's own codec, since the bytes are the same.
func (frameCodec) Name() string { return encodingproto.Name }

// Marshal returns the encoded request.
func (frameCodec) Marshal(v any) (mem.BufferSlice, error) {
	frame, ok := v.(mem.BufferSlice)
	if !ok {
		return nil, fmt.Errorf("%T is not an encoded request", v)
	}
	frame.Ref() // gRPC frees it
	return frame, nil
}

// Unmarshal keeps a response.
func (frameCodec) Unmarshal(data mem.BufferSlice, v any) error {
	response, ok := v.(*encodedResponse)
	if !ok {
		return fmt.Errorf("%T is not an encoded response", v)
	}
	response.Buffer = data.MaterializeToBuffer(mem.DefaultBufferPool())
	return nil
}
