// SPDX-FileCopyrightText: 2026 The wahost Authors
// SPDX-License-Identifier: Apache-2.0

package server

import (
	"context"
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/wahost/wahost/sdk/internal/convert"
	"github.com/wahost/wahost/sdk/internal/providerpb"
	"github.com/wahost/wahost/sdk/message"
	"github.com/wahost/wahost/sdk/outcome"
)

// sendStream is a stream that carries calls.
type sendStream struct {
	server *Server
	stream providerpb.ProviderService_SendStreamServer
	ctx    context.Context
	calls  sync.WaitGroup

	mu      sync.Mutex
	byID    map[uint64]*streamCall // the calls that have not ended
	waiting []byte                 // encoded answers that were not sent
	spare   []byte                 // a buffer for waiting, or nil
	ended   []finished             // calls whose end is in waiting
	sending bool                   // a goroutine sends what waits
	broken  bool                   // nothing can be sent any longer
}

// streamCall is a call of a stream. The mutex of the stream guards left.
type streamCall struct {
	of      *sendStream
	id      uint64
	started time.Time
	cancel  context.CancelFunc
	end     func() // releases what the call uses; nil if it was refused
	left    int    // deliveries without an outcome

	deliveries []message.Delivery // of the call, by their places
	next       atomic.Int64       // the place after the one that was looked up last
}

// SendStream serves calls like those of SendMessages that come over one stream.
func (s *Server) SendStream(stream providerpb.ProviderService_SendStreamServer) error {
	ctx, cancel := s.calls.context(stream.Context())
	st := &sendStream{server: s, stream: stream, ctx: ctx, byID: map[uint64]*streamCall{}}
	for {
		req, err := stream.Recv()
		if err == nil {
			st.take(req)
			continue
		}
		if errors.Is(err, io.EOF) {
			err = nil
		} else {
			cancel()
		}
		st.calls.Wait()
		cancel()
		return err
	}
}

// take begins or cancels a call. It does not wait for the vendor.
func (st *sendStream) take(req *providerpb.SendStreamRequest) {
	switch action := req.GetAction().(type) {
	case *providerpb.SendStreamRequest_Send:
		st.begin(req, action.Send)
	case *providerpb.SendStreamRequest_Cancel:
		st.mu.Lock()
		c := st.byID[req.GetCallId()]
		st.mu.Unlock()
		if c != nil {
			c.cancel()
		}
	default:
		st.refuse(req.GetCallId(), status.New(codes.Unimplemented, "the request has no action that this provider knows"))
	}
}

func (st *sendStream) begin(req *providerpb.SendStreamRequest, send *providerpb.SendMessagesRequest) {
	s := st.server
	total, err := convert.CountDeliveries(send)
	if err != nil {
		st.refuse(req.GetCallId(), status.New(codes.InvalidArgument, err.Error()))
		return
	}
	ch, err := s.enter(send.GetChannelId(), total)
	if err != nil {
		st.refuse(req.GetCallId(), status.Convert(err))
		return
	}
	ctx, cancel := st.ctx, context.CancelFunc(nil)
	if req.GetTimeout() != nil {
		ctx, cancel = context.WithTimeout(ctx, req.GetTimeout().AsDuration())
	} else {
		ctx, cancel = context.WithCancel(ctx)
	}
	begun := s.begun.open(send.GetBegunFile())
	now := time.Now()
	c := &streamCall{of: st, id: req.GetCallId(), started: now, cancel: cancel, left: total, end: func() {
		begun.release()
		cancel()
		s.calls.leave()
	}}
	st.calls.Add(1)
	if total == 0 {
		c.conclude(&providerpb.SendEnd{})
		return
	}
	st.mu.Lock()
	st.byID[c.id] = c
	st.mu.Unlock()
	c.deliveries = make([]message.Delivery, 0, total)
	for _, b := range send.GetBatches() {
		c.deliveries = convert.AppendDeliveries(c.deliveries, b)
	}
	rest := c.deliveries
	for _, b := range send.GetBatches() {
		n := convert.BatchLen(b)
		ch.dispatch(ctx, b.GetMessage(), rest[:n:n], now, ch.workers.do, begun, c.settle)
		rest = rest[n:]
	}
}

// refuse ends a call that was not begun.
func (st *sendStream) refuse(id uint64, why *status.Status) {
	st.calls.Add(1)
	c := &streamCall{of: st, id: id, started: time.Now()}
	c.conclude(&providerpb.SendEnd{Code: int32(why.Code()), Message: why.Message()})
}

// settle answers outcomes of the call. It is called from several goroutines.
func (c *streamCall) settle(settled ...outcome.Outcome) {
	st := c.of
	st.server.calls.settled(len(settled))
	buffer, _ := buffers.Get().(*[]byte)
	for len(settled) > 0 {
		outcomes, rest := c.encode((*buffer)[:0], settled)
		st.mu.Lock()
		if c.left -= len(settled) - len(rest); c.left > 0 {
			st.waiting = convert.AppendAnswer(st.waiting, c.id, outcomes, nil)
		} else {
			c.last(outcomes, &providerpb.SendEnd{})
			delete(st.byID, c.id)
		}
		st.send()
		*buffer, settled = outcomes, rest
	}
	if cap(*buffer) <= spareBytes {
		buffers.Put(buffer)
	}
}

// buffers holds buffers for the outcomes of an answer.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

// conclude answers the end of a call without outcomes.
func (c *streamCall) conclude(end *providerpb.SendEnd) {
	c.of.mu.Lock()
	c.last(nil, end)
	c.of.send()
}

// last makes the last answer to the call wait. The mutex of the stream must be held.
func (c *streamCall) last(outcomes []byte, end *providerpb.SendEnd) {
	st := c.of
	st.waiting = convert.AppendAnswer(st.waiting, c.id, outcomes, end)
	st.ended = append(st.ended, finished{c, codes.Code(end.GetCode())}) //nolint:gosec // it came from a code
}
