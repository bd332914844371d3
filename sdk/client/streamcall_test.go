// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package client

import (
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/mem"
	"google.golang.org/protobuf/proto"

	"github.com/wahost/wahost/sdk/internal/convert"
	"github.com/wahost/wahost/sdk/internal/providerpb"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// scripted is a stream whose provider answers what it was told to.
type scripted struct {
	grpc.BidiStreamingClient[providerpb.SendStreamRequest, providerpb.SendStreamResponse]
	answer []byte
}

func (s scripted) RecvMsg(m any) error {
	return frameCodec{}.Unmarshal(mem.BufferSlice{mem.SliceBuffer(s.answer)}, m)
}

// A call that ends because its stream does ends when the stream takes no calls any more. Otherwise the next call of the caller could join the
// stream and be unknown although the provider never saw it.
func TestAStreamRefusesCallsBeforeItEndsThem(t *testing.T) {
	t.Parallel()
	batches := []message.Batch{{Deliveries: []message.Delivery{{DeliveryID: "d"}}}}
	newCall := func(id uint64) *streamCall {
		return &streamCall{id: id, batches: batches, answer: func(outcome.Outcome) {}, limit: newAnswerLimit(batches), ended: make(chan error, 1)}
	}
	for name, end := range map[string]*providerpb.SendEnd{"answers": nil, "the last answer": {}} {
		tooMany := &providerpb.Outcome{Deliveries: []*providerpb.DeliveryRange{{First: 0, Count: 9}}}
		answer, err := proto.Marshal(&providerpb.SendStreamResponse{Answers: []*providerpb.SendAnswer{{CallId: 1, Outcomes: []*providerpb.Outcome{tooMany}, End: end}}})
		require.NoError(t, err)
		o := &openStream{cancel: func() {}, done: make(chan struct{}), calls: map[uint64]*streamCall{}}
		o.rpc = scripted{answer: answer}
		call := newCall(1)
		require.True(t, o.add(call), name)
		require.Error(t, convert.EachAnswer(answer, o.take), name)
		require.Empty(t, call.ended, "%s: the call has ended, and the stream takes another one", name)
		o.receive()
		require.ErrorContains(t, <-call.ended, "more deliveries", name)
		require.False(t, o.add(newCall(2)), name)
	}
}
