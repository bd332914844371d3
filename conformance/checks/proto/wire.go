// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package proto

import (
	"context"
	"errors"
	"io"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"github.com/wahost/wahost/conformance/suite"
	"github.com/wahost/wahost/sdk/message"
)

const service = "/wahost.provider.v1.ProviderService/"

// call makes a unary call with raw messages.
func call(ctx context.Context, conn *grpc.ClientConn, method string, req []byte) (resp []byte, err error) {
	err = conn.Invoke(ctx, service+method, &req, &resp, suite.Bytes())
	return resp, err
}

// stream makes a call that is answered by a stream, and returns all answers.
func stream(ctx context.Context, conn *grpc.ClientConn, method string, req []byte) (all [][]byte, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s, err := conn.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true}, service+method, suite.Bytes())
	if err != nil {
		return nil, err
	}
	if err := s.SendMsg(&req); err != nil {
		return nil, err
	}
	if err := s.CloseSend(); err != nil {
		return nil, err
	}
	for {
		var resp []byte
		if err := s.RecvMsg(&resp); err != nil {
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return all, err
		}
		all = append(all, resp)
	}
}

// unknownField is a field that no version of the protocol has.
func unknownField(b []byte) []byte {
	b = protowire.AppendTag(b, 1999, protowire.BytesType)
	return protowire.AppendString(b, "from a later host")
}

func field(b []byte, n protowire.Number, content []byte) []byte {
	b = protowire.AppendTag(b, n, protowire.BytesType)
	return protowire.AppendBytes(b, content)
}

// sendRequest encodes a SendMessagesRequest with one delivery, with unknown fields on each level. kind is the number
// of the recipient's kind.
func sendRequest(channelID, deliveryID string, m *message.Message, kind uint64, address string) ([]byte, error) {
	content, err := proto.Marshal(m)
	if err != nil {
		return nil, err
	}
	to := protowire.AppendTag(nil, 1, protowire.VarintType)
	to = protowire.AppendVarint(to, kind)
	to = field(to, 2, []byte(address))
	delivery := field(field(nil, 1, []byte(deliveryID)), 2, unknownField(to))
	batch := field(field(nil, 1, unknownField(content)), 2, unknownField(delivery))
	return unknownField(field(field(nil, 1, []byte(channelID)), 2, unknownField(batch))), nil
}

// results returns how many outcomes in SendMessagesResponses have each result, by the number of the field that is set.
func results(responses [][]byte) map[protowire.Number]int {
	counts := map[protowire.Number]int{}
	for _, resp := range responses {
		fields(resp, func(n protowire.Number, outcome []byte) {
			if n == 1 {
				fields(outcome, func(n protowire.Number, _ []byte) {
					if n >= accepted && n <= unknown {
						counts[n]++
					}
				})
			}
		})
	}
	return counts
}

// The results of an outcome, by field.
const (
	accepted protowire.Number = 2
	rejected protowire.Number = 3
	unknown  protowire.Number = 4
)

// fields calls visit for each field with bytes. It returns at the first field that cannot be read.
func fields(b []byte, visit func(protowire.Number, []byte)) {
	for len(b) > 0 {
		n, typ, used := protowire.ConsumeTag(b)
		if used < 0 {
			return
		}
		b = b[used:]
		if typ == protowire.BytesType {
			content, used := protowire.ConsumeBytes(b)
			if used < 0 {
				return
			}
			visit(n, content)
			b = b[used:]
			continue
		}
		if used = protowire.ConsumeFieldValue(n, typ, b); used < 0 {
			return
		}
		b = b[used:]
	}
}
